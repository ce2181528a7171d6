package org.sternpost.engine.mx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.dns.Answer.Kind;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mx.MxRoute.MxHosts;
import org.sternpost.engine.time.SimTime;

class MxRouteTest {

    private static final Domain ORG = Domain.of("example.org");

    private final FakeResolver dns = new FakeResolver();
    private final MxRoute mx = new MxRoute(dns, new SimTime());

    private MxHosts.Hosts route() { return assertInstanceOf(MxHosts.Hosts.class, mx.of(ORG, new ProofLog())); }

    private List<String> names() { return route().hosts().stream().map(host -> host.name().ascii()).toList(); }

    @Test
    void hostsComeByPreferenceAndEqualOnesAtRandom() {
        dns.mx("example.org", "20 c.example", "10 a.example", "10 b.example");
        var orders = new HashSet<List<String>>();
        for (int i = 0; i < 50; i++) {
            assertEquals("c.example", names().getLast());
            orders.add(names());
        }
        assertEquals(2, orders.size());
    }

    @Test
    void whatIsNoHostNameIsPassedOverWithANote() {
        dns.mx("example.org", "5 192.0.2.1", "6 bad_-name!.example", "7 .", "10 a.example");
        assertEquals(List.of("a.example"), names());
        assertEquals(3, route().notes().size());
        dns.mx("example.org", "5 192.0.2.1");
        assertEquals("5.4.4", assertInstanceOf(MxHosts.Impossible.class, mx.of(ORG, new ProofLog())).code());
    }

    @Test
    void fourNumbersAreAnAddressAndNothingElseIs() {
        for (String address : List.of("192.0.2.1", "1.2.3.4", "999.999.999.999")) {
            dns.mx("example.org", "5 " + address);
            assertInstanceOf(MxHosts.Impossible.class, mx.of(ORG, new ProofLog()), address);
        }
        for (String host : List.of("1.2.3", "1.2.3.4.5", "1234.2.3.4", "1.2.3.4a", "a1.2.3.4", "1-2.3.4.5")) {
            dns.mx("example.org", "5 " + host);
            assertEquals(List.of(host), names());
        }
    }

    @Test
    void noMoreThanTwentyHostsAreUsed() {
        dns.mx("example.org", IntStream.range(0, 300).mapToObj(i -> i + " h" + i + ".example").toArray(String[]::new));
        assertEquals(20, names().size());
        assertEquals(2, route().notes().size());
    }

    @Test
    void oneFamilyOutOfReachDoesNotSpoilTheOtherButABogusOneDoes() {
        var addresses = new AddressLookup(dns.a("mx.example", "192.0.2.1"));
        dns.fails("mx.example", RecordType.AAAA, Kind.Timeout);
        assertTrue(addresses.of(Domain.of("mx.example"), new ProofLog()).failure().isEmpty());
        dns.fails("mx.example", RecordType.AAAA, Kind.Bogus);
        assertTrue(addresses.of(Domain.of("mx.example"), new ProofLog()).failure().isPresent());
    }
}
