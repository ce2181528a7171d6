package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.Management.TlsExceptionDraft;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;

/// An exception on a strict connector, from its making to its end, with mail that waits.
class TlsExceptionLabTest {

    private static final String BROKEN = "dane-mismatch.test";
    private static final String OTHER = "sts-ok.test";
    private static final int ATTEMPTS_MAX = 10;
    private static final Duration PATIENCE = Patience.AMPLE;

    @TempDir
    Path directory;

    @Test
    void waitingMailOfTheDomainIsDeliveredAndNothingIsHidden() throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"))) {
            var management = engine.management();
            String neighbour = lab.domains().stream().filter(d -> !d.ascii().equals(BROKEN))
                    .filter(d -> d.enabled().reason().equals("tlsa-invalid")).findFirst().orElseThrow().ascii();
            engine.setMode("Default", TlsValidation.Enabled);
            engine.send(List.of(BROKEN, neighbour));
            assertInstanceOf(Outcome.Deferred.class, engine.awaitAttempt(BROKEN, 1, PATIENCE).outcome());
            assertInstanceOf(Outcome.Deferred.class, engine.awaitAttempt(neighbour, 1, PATIENCE).outcome());

            var plan = management.tlsExceptions().create(draft(BROKEN, TlsValidation.Opportunistic, "30d"));
            assertTrue(plan.changes().stream().anyMatch(c -> c.path().equals("tlsValidation")
                    && c.before().equals("Enabled") && c.after().equals("Opportunistic")), plan.changes()::toString);
            plan.commit().apply("test");
            engine.retryAll();
            var delivered = awaitDelivered(engine);
            assertEquals("tlsa-invalid", ((Outcome.Delivered) delivered.outcome()).wouldHaveFailed().orElseThrow()
                    .reason().token());
            assertTrue(delivered.evidence().stream().anyMatch(e -> e.modes().enabled().refusal().isPresent()),
                    "no evidence of the no");
            assertInstanceOf(Outcome.Deferred.class, engine.awaitAttempt(neighbour, 2, PATIENCE).outcome());

            var ready = management.reports().readiness("Default", Instant.EPOCH, 0).getFirst();
            assertEquals(2, ready.wouldFail());
            assertEquals(1, ready.exceptedWouldFail());
            assertEquals(List.of(BROKEN), ready.exceptedDomains());
            assertTrue(ready.failingDomains().contains(BROKEN), ready.failingDomains()::toString);
            assertFalse(ready.ready(), "the neighbour fails still");
            String why = management.tls().route(Domain.of(BROKEN)).why();
            assertTrue(why.contains("an exception applies: Opportunistic until"), why);
            assertFalse(management.tls().route(Domain.of(neighbour)).why().contains("exception"));

            management.tlsExceptions().remove("default", Domain.of(BROKEN)).commit().apply("test");
            engine.send(List.of(BROKEN));
            assertInstanceOf(Outcome.Deferred.class, engine.awaitAttempt(BROKEN, 1, PATIENCE).outcome());
        }
    }

    @Test
    void whatCannotBeIsRefusedInWords() throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"))) {
            var management = engine.management();
            management.connectors().create("banks", fresh -> SampleConnector.serving(fresh, "bank.example")).commit()
                    .apply("test");
            refused(Kind.NotFound, () -> management.tlsExceptions().create(TlsExceptionDraft.of("bonks",
                    Domain.of("bank.example"), TlsValidation.Disabled, "r", "o", in("1d"))));
            refused(Kind.Invalid, () -> management.tlsExceptions().create(draft(OTHER, TlsValidation.Disabled, "-1s")));
            refused(Kind.NotFound, () -> management.tlsExceptions().remove("banks", Domain.of("bank.example")));
            var made = TlsExceptionDraft.of("banks", Domain.of("bank.example"), TlsValidation.Enabled, "r", "o",
                    in("60d"));
            var first = management.tlsExceptions().create(made);
            var second = management.tlsExceptions().create(made);
            assertEquals(List.of(), first.warnings());
            first.commit().apply("test");
            refused(Kind.Exists, () -> second.commit().apply("test"));
            refused(Kind.Exists, () -> management.tlsExceptions().create(made));
            var conflict = refused(Kind.Conflict, () -> management.connectors().remove("banks"));
            assertTrue(String.valueOf(conflict.getMessage()).contains("bank.example"), conflict::getMessage);
            var elsewhere = management.tlsExceptions()
                    .create(TlsExceptionDraft.of("banks", Domain.of("elsewhere.example"),
                            TlsValidation.Disabled, "r", "o", in("1d")));
            assertTrue(elsewhere.warnings().stream().anyMatch(w -> w.contains("goes over Default")),
                    elsewhere.warnings()::toString);
            assertTrue(elsewhere.warnings().stream().anyMatch(w -> w.contains("Get-TlsReadiness will know nothing")),
                    elsewhere.warnings()::toString);
            assertEquals(1, management.connectors().named("banks").tlsExceptions());
            assertEquals(0, management.connectors().named("Default").tlsExceptions());
            var view = management.tlsExceptions().all("BANKS", Domain.of("bank.example")).getFirst();
            assertEquals("banks/bank.example InForce test", view.identity() + " " + view.state() + " "
                    + view.createdBy());
        }
    }

    private static LabEngine.Settled awaitDelivered(LabEngine engine) throws Exception {
        for (int attempts = 1; attempts < ATTEMPTS_MAX; attempts++) {
            var settled = engine.awaitAttempt(BROKEN, attempts, PATIENCE);
            if (settled.outcome() instanceof Outcome.Delivered) return settled;
        }
        throw new AssertionError("not delivered in " + ATTEMPTS_MAX + " attempts");
    }

    private interface Asked {
        void run() throws ManagementException;
    }

    private static ManagementException refused(Kind kind, Asked asked) {
        var refusal = assertThrows(ManagementException.class, asked::run);
        assertEquals(kind, refusal.kind(), refusal::getMessage);
        return refusal;
    }

    private static TlsExceptionDraft draft(String domain, TlsValidation mode, String span) {
        return TlsExceptionDraft.of("default", Domain.of(domain), mode, "ticket 4711", "ops", in(span));
    }

    private static Instant in(String span) {
        return Instant.now().plus(Duration.parse(span.endsWith("d") ? "P" + span : "PT" + span));
    }
}
