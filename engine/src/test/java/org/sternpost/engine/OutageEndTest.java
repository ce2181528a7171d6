package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.dns.OutageLookup;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Resolver.Lookup;
import org.sternpost.engine.dns.Servers;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.Reason;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain.Signing;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabDomains;
import org.sternpost.lab.LabSettings;
import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.dns.TlsaSpec;

/// Our own DNS servers are back: what waited for them alone goes on its way within a minute, although its retry
/// interval is half a day and nobody else asks anything.
class OutageEndTest {

    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final List<String> DOMAINS = IntStream.range(0, 5).mapToObj(i -> "d" + i + ".test").toList();

    private final SimTime time = new SimTime();

    @TempDir
    Path directory;

    @Test
    void whatAnOutageHeldBackIsTriedSoonAfterIt() throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), table());
                LabEngine engine = engine(lab)) {
            lab.stopDns();
            deferAll(engine);
            time.advance(Duration.ofHours(1));
            engine.awaitQuiet(Patience.AMPLE);
            assertEquals(0, DOMAINS.stream().mapToLong(lab::count).sum());
            lab.resumeDns();
            assertAllDelivered(lab, engine);
        }
    }

    /// It began before the end of the outage and was written down after it.
    @Test
    void whatIsHeldBackAfterTheEndOfAnOutageIsTriedSoonToo() {
        var servers = new Servers(List.of(new InetSocketAddress("127.0.0.1", 9)));
        var lookup = new OutageLookup(new Lookup() {
            @Override
            public Reading checked(Question question) { throw new AssertionError("nobody asks"); }

            @Override
            public Reading unchecked(Question question) { throw new AssertionError("nobody asks"); }
        }, servers, time);
        var over = new AtomicInteger();
        var end = new OutageEnd(lookup, () -> false, (_, _, _) -> over.incrementAndGet(), time);
        end.look();
        end.look();
        assertEquals(2, over.get());
    }

    /// An engine that starts knows of no outage, and its mail says that it waits for one.
    @Test
    void whatAnOutageBeforeTheStartHeldBackIsTriedSoonToo() throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), table())) {
            lab.stopDns();
            try (LabEngine engine = engine(lab)) {
                deferAll(engine);
            }
            try (LabEngine engine = engine(lab)) {
                for (int looks = 0; looks < 2; looks++) {
                    time.advance(LOOK);
                    engine.awaitQuiet(Patience.AMPLE);
                }
                assertEquals(0, delivered(lab), "it is not over yet");
                lab.resumeDns();
                assertAllDelivered(lab, engine);
            }
        }
    }

    private LabEngine engine(Lab lab) throws Exception {
        return LabEngine.on(lab, directory.resolve("engine"),
                settings -> settings.replaceAll("retryIntervals: .*", "retryIntervals: [12h]")
                        .replaceAll("messageExpiration: .*", "messageExpiration: 2d"),
                time);
    }

    private static void deferAll(LabEngine engine) throws Exception {
        engine.send(DOMAINS);
        for (String domain : DOMAINS)
            assertEquals(Reason.LOCAL_DNS, ((Outcome.Deferred) engine.awaitAttempt(domain, 1, Patience.AMPLE)
                    .outcome()).failure().orElseThrow().reason());
        engine.awaitQuiet(Patience.AMPLE);
    }

    private void assertAllDelivered(Lab lab, LabEngine engine) throws Exception {
        Instant end = time.instant().plus(Duration.ofHours(1)); // of a busy machine; and no retry interval is over
        while (delivered(lab) < DOMAINS.size() && time.instant().isBefore(end)) {
            time.advance(LOOK);
            engine.awaitQuiet(Patience.AMPLE);
        }
        assertEquals(DOMAINS.size(), delivered(lab));
    }

    private static long delivered(Lab lab) { return DOMAINS.stream().filter(one -> lab.count(one) > 0).count(); }

    private static List<LabDomain> table() {
        var table = new ArrayList<LabDomain>();
        for (String domain : DOMAINS)
            table.add(LabDomain.of(domain, Signing.SIGNED, "TLSA 3 1 1 matches").host(CertificateKind.SELF_SIGNED,
                    TlsaSpec.right(3, 1, 1)));
        table.add(LabDomains.find(LabDomains.HOME).orElseThrow());
        return table;
    }
}
