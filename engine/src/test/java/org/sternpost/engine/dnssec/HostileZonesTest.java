package org.sternpost.engine.dnssec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.dane.TlsaSearch;
import org.sternpost.engine.dane.TlsaSearch.TlsaLookup;
import org.sternpost.engine.dns.CachingResolver;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.dns.Resolver;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mx.AddressLookup;
import org.sternpost.engine.mx.MxRoute;
import org.sternpost.engine.mx.MxRoute.MxHosts;
import org.sternpost.lab.dns.DnsFault;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Zones that publish too much, or things that lead nowhere: bounded work, and never less security than they ask for.
class HostileZonesTest {

    private SignedInternet net;

    @BeforeEach
    void start() throws IOException { net = new SignedInternet(); }

    @AfterEach
    void stop() throws IOException { net.close(); }

    private Resolver resolver() { return new CachingResolver(net.lookup(), net.time); }

    private TlsaLookup tlsa(String host) {
        var resolver = resolver();
        var name = Domain.of(host);
        return new TlsaSearch(resolver).of(name, 25, new AddressLookup(resolver).of(name, new ProofLog()),
                new ProofLog());
    }

    private static String many(int count, String line) {
        return IntStream.range(0, count).mapToObj(i -> line.formatted(i)).collect(Collectors.joining("\n", "", "\n"));
    }

    @Test
    void ofManyMailHostsTheFirstAreTried() {
        for (int count : new int[]{200, 300}) {
            net.signed("a.test", many(count, "@ MX 10 mx%1$d\nmx%1$d A 127.0.0.2"));
            var route = assertInstanceOf(MxHosts.Hosts.class,
                    new MxRoute(resolver(), net.time).of(Domain.of("a.test"), new ProofLog()));
            assertEquals(20, route.hosts().size());
            assertTrue(route.notes().toString().contains("180 MX hosts after the first 20"), route.notes()::toString);
            assertEquals(count > 200, route.notes().toString().contains("100 MX records after the first 200"));
        }
    }

    @Test
    void aHundredTlsaRecordsAreAllLookedAt() {
        net.signed("a.test", "mx A 127.0.0.2\n" + many(100, "_25._tcp.mx TLSA 3 1 1 " + "ab".repeat(31) + "%02x"));
        var found = assertInstanceOf(TlsaLookup.Found.class, tlsa("mx.a.test"));
        assertEquals(100, found.usable().size());
    }

    @Test
    void aLoopOfAliasesIsAFailureAndNoAbsence() {
        net.signed("a.test", "mx CNAME other\nother CNAME mx\n");
        assertInstanceOf(TlsaLookup.Failed.class, tlsa("mx.a.test"));
    }

    @Test
    void aBogusOrForgedAddressIsAFailureAndNoAbsence() {
        net.zone("a.test", net.key, DnsFault.BOGUS_ADDRESS, SignedInternet.BY_NAME, "mx A 127.0.0.2\n");
        assertInstanceOf(TlsaLookup.Failed.class, tlsa("mx.a.test"));
        net.signed("a.test", "mx A 127.0.0.2\n_25._tcp.mx TLSA 3 1 1 " + "ab".repeat(32) + "\n")
                .forge((query, honest) -> {
                    // Somebody empties each answer for a TLSA record.
                    if (query.getQuestion().getType() == Type.TLSA) {
                        honest.removeAllRecords(Section.ANSWER);
                        honest.removeAllRecords(Section.AUTHORITY);
                    }
                    return Optional.of(honest);
                });
        assertInstanceOf(TlsaLookup.Failed.class, tlsa("mx.a.test"));
    }
}
