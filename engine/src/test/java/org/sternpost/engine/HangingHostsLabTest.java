package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.control.Management.MailDraft;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabHost;
import org.sternpost.lab.LabSettings;
import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.dns.DnsFault;
import org.sternpost.lab.mx.MxFault;

/// Two messages to many domains whose hosts and name servers say nothing: all other mail arrives, while the clock of
/// the engine stands still and so no wait for anybody ends.
class HangingHostsLabTest {

    private static final int DOMAINS = 60;
    private static final int SESSIONS = 16;

    @TempDir
    Path directory;
    private final SimTime time = new SimTime(java.time.Instant.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS),
            1);

    @Test
    void goodMailArrivesWhileEveryHostOfManyDomainsIsSilent() throws Exception {
        try (var lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), table());
                var engine = LabEngine.patient(lab, directory.resolve("engine"),
                        text -> text.replaceAll("retryIntervals: .*",
                                "retryIntervals: [60d]\n  maxSessions: " + SESSIONS)
                                .replaceAll("messageExpiration: .*", "messageExpiration: 90d")
                                .replaceAll("timeout: .*", "timeout: 5s"),
                        time)) {
            // Known to answer.
            assertEquals(List.of("SEND"), engine.awaitEvents(send(engine, "crowd", List.of("known.test")), 1));
            var hanging = List.of(send(engine, "crowd", tarpits(0, DOMAINS / 2)),
                    send(engine, "crowd", tarpits(DOMAINS / 2, DOMAINS)));
            // The sender of all that still reaches who is known to answer.
            assertEquals(List.of("SEND"), engine.awaitEvents(send(engine, "crowd", List.of("known.test")), 1));
            // Everybody else reaches also whom nobody knows.
            for (int i = 0; i < 5; i++)
                assertEquals(List.of("SEND"), engine.awaitEvents(send(engine, "other", List.of("new" + i + ".test")),
                        1));
            // What that sender has beside them is its share; sessions that take leave take a moment.
            long quit = System.nanoTime() + Patience.AMPLE.toNanos();
            while (engine.management().engine().status().sessions() > SESSIONS / 4 && System.nanoTime() < quit)
                engine.awaitQuietly(Duration.ofMillis(20));
            assertEquals(SESSIONS / 4, engine.management().engine().status().sessions());
            for (String id : hanging)
                assertEquals(List.of(), attempts(engine, id), "the clock stood still");
            // In time each of them hears why it waits.
            long end = System.nanoTime() + Patience.AMPLE.toNanos();
            while (engine.deferred() < DOMAINS && System.nanoTime() < end) {
                time.advance(Duration.ofMinutes(1));
                engine.awaitQuietly(Duration.ofMillis(20));
            }
            assertEquals(DOMAINS, engine.deferred());
            for (String id : hanging)
                for (var event : engine.management().traces().events(id))
                    if (event.event().equals("DEFER"))
                        assertTrue(event.detail().contains("no answer in time") || event.detail().contains("minutes")
                                || event.detail().contains("none came in time"), event.detail());
        }
    }

    private static List<String> attempts(LabEngine engine, String id) throws Exception {
        return engine.management().traces().events(id).stream().map(event -> event.event())
                .filter(event -> !event.equals("RECEIVE")).toList();
    }

    private static String send(LabEngine engine, String from, List<String> domains) throws Exception {
        var to = domains.stream().map(domain -> Address.of("user@" + domain)).toList();
        return engine.management().mail()
                .send(new MailDraft(Address.of(from + "@lab.test"), to, "x", "Hello.", Map.of(),
                        false))
                .commit().apply("test").getFirst().messageTraceId();
    }

    private static List<String> tarpits(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "d" + i + ".tarpit.test").toList();
    }

    /// Six silent addresses for each of most domains; name servers that say nothing for the others.
    private static List<LabDomain> table() {
        var all = new ArrayList<LabDomain>();
        var hosts = IntStream.range(0, 6).mapToObj(i -> LabHost.of("mx" + i + ".tarpit.test", MxFault.HANGS,
                CertificateKind.SELF_SIGNED)).toList();
        var tarpit = LabDomain.of("tarpit.test", LabDomain.Signing.UNSIGNED, "hosts that accept and say nothing");
        for (LabHost host : hosts)
            tarpit = tarpit.host(host);
        all.add(tarpit);
        for (int i = 0; i < DOMAINS; i++) {
            var domain = LabDomain.of("d" + i + ".tarpit.test", LabDomain.Signing.UNSIGNED, "behind them");
            if (i % 10 == 9) domain = domain.dns(DnsFault.SILENT);
            for (LabHost host : hosts)
                domain = domain.host(host);
            all.add(domain);
        }
        Stream.concat(Stream.of("known.test"), IntStream.range(0, 5).mapToObj(i -> "new" + i + ".test"))
                .forEach(name -> all.add(LabDomain.of(name, LabDomain.Signing.UNSIGNED, "takes mail")
                        .host(CertificateKind.SELF_SIGNED)));
        return all;
    }
}
