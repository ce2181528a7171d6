package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.Management.TlsExceptionDraft;
import org.sternpost.engine.control.view.TlsReadinessView;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;

/// Readiness tells mail that strictness would have delayed from mail that it would have returned.
class ShadowLabTest {

    private static final Duration LIMIT = Patience.AMPLE;
    private static final String FAULTY = "dane-mismatch.test";

    @TempDir
    Path directory;

    @Test
    void aFaultMendedInTimeWouldHaveDelayedTheMailAlsoAcrossARestart() throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")))) {
            try (LabEngine engine = LabEngine.on(lab, directory.resolve("engine"))) {
                engine.setMode("Default", TlsValidation.Opportunistic);
                engine.send(List.of(FAULTY, "dane-ok.test", "plain.test"));
                engine.awaitAttempt(FAULTY, 1, LIMIT);
                var open = await(engine, view -> view.messages() == 3);
                assertEquals(2, open.mandatoryWouldFail(), "nobody proves plain.test");
                assertEquals(List.of(1L, 0L, 0L), List.of(open.wouldFail(), open.wouldDelay(), open.wouldReturn()));
            }
            lab.mend(FAULTY);
            try (LabEngine engine = LabEngine.on(lab, directory.resolve("engine"))) {
                var known = await(engine, view -> view.wouldDelay() == 1);
                assertEquals(List.of(3L, 1L, 0L), List.of(known.messages(), known.wouldFail(), known.wouldReturn()));
                var domain = known.details().getFirst();
                assertEquals(FAULTY, domain.domain());
                assertTrue(domain.delayedUntil() != null && domain.delayedUntil().isAfter(Instant.EPOCH));
                assertEquals(1, lab.count(FAULTY), "nothing is sent twice");
                var detail = details(engine).stream().filter(one -> one.event().equals("SHADOW")).findFirst()
                        .orElseThrow();
                assertTrue(detail.detail().startsWith("Enabled would have delivered it at "), detail.detail());
                assertEquals("Refused", detail.data().get("firstPass"));
            }
        }
    }

    @Test
    void aFaultThatOutlivesTheMessageWouldHaveReturnedIt() throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"))) {
            engine.management().connectors().change("Default",
                    now -> SampleConnector.expiring(now, Duration.ofSeconds(4)).withMode(TlsValidation.Opportunistic))
                    .commit().apply("test");
            engine.send(List.of(FAULTY));
            engine.awaitAttempt(FAULTY, 1, LIMIT);
            var known = await(engine, view -> view.wouldReturn() == 1);
            assertEquals(List.of(1L, 0L), List.of(known.wouldFail(), known.wouldDelay()));
            assertEquals(0, known.exceptedWouldReturn());
            engine.management().tlsExceptions().create(TlsExceptionDraft.of("Default", Domain.of(FAULTY),
                    TlsValidation.Opportunistic, "ordered", "me", Instant.now().plus(Duration.ofDays(9))))
                    .commit().apply("test");
            assertEquals(1, await(engine, view -> view.exceptedWouldReturn() == 1).exceptedWouldFail());
            // Judged again without mail meanwhile: called more than once, given mail once.
            var visits = lab.visits("mx." + FAULTY);
            assertTrue(visits.size() > 1, visits.size() + " visits");
            assertEquals(1, visits.stream().filter(visit -> visit.commands().contains("tls:MAIL")).count());
        }
    }

    private static TlsReadinessView await(LabEngine engine, Predicate<TlsReadinessView> enough) throws Exception {
        Instant end = Instant.now().plus(LIMIT);
        TlsReadinessView view = readiness(engine);
        while (!enough.test(view) && Instant.now().isBefore(end)) {
            LockSupport.parkNanos(20_000_000);
            view = readiness(engine);
        }
        assertTrue(enough.test(view), view.toString());
        return view;
    }

    private static TlsReadinessView readiness(LabEngine engine) throws Exception {
        return engine.management().reports().readiness("Default", Instant.EPOCH, 0.5).getFirst();
    }

    private static List<org.sternpost.engine.control.view.MessageTraceDetailView> details(LabEngine engine)
            throws Exception {
        var row = engine.management().traces()
                .search(TraceQuery.newest(10).withRecipient("user@" + FAULTY))
                .findFirst().orElseThrow();
        return engine.management().traces().events(row.messageTraceId());
    }
}
