package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.RolloutDraft;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;

/// A rollout to `Enabled` begins only where DNS answers may be trusted, whatever the reason to do without readiness.
class RolloutGateTest {

    @TempDir
    Path directory;

    @Test
    void answersThatMayNotBeTrustedStopARolloutWhateverReasonIsGiven() throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")))) {
            // To this engine it looks as if its resolver kept signatures back.
            try (LabEngine engine = LabEngine.on(lab, directory.resolve("odd"),
                    settings -> settings.replace("testSecureName: dane-ok.test", "testSecureName: plain.test"))) {
                readied(engine);
                for (String reason : List.of("", "the resolver is replaced tonight")) {
                    var refused = assertThrows(ManagementException.class,
                            () -> engine.management().rollouts().start(draft(reason)));
                    assertTrue(
                            refused.getMessage()
                                    .startsWith("DNS answers may not be trusted: The answers of 127.0.0.1:"),
                            refused.getMessage());
                    assertTrue(refused.hint().contains("Test-Resolver"), refused.hint());
                }
            }
            try (LabEngine engine = LabEngine.on(lab, directory.resolve("good"))) {
                readied(engine);
                assertEquals(List.of(), engine.management().rollouts().start(draft("")).warnings());
            }
        }
    }

    /// The gate judges as Get-TlsReadiness does, by the same minimum.
    @Test
    void tooLittleEvidenceStopsARolloutUnlessSomebodySaysWhyNot() throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"),
                        settings -> settings.replace("minMessages: 1", "minMessages: 2"))) {
            readied(engine);
            var ready = engine.management().reports().readiness("Default", Instant.EPOCH, 1).getFirst();
            assertEquals("1 of at least 2 messages were judged", ready.why());
            var refused = assertThrows(ManagementException.class,
                    () -> engine.management().rollouts().start(draft("")));
            assertEquals("Default is not ready: " + ready.why(), refused.getMessage());
            assertEquals(List.of(ready.why() + " (passed over: a quiet route)"),
                    engine.management().rollouts().start(draft("a quiet route")).warnings());
        }
    }

    private static void readied(LabEngine engine) throws Exception {
        engine.send(List.of("dane-ok.test"));
        long end = System.nanoTime() + Patience.AMPLE.toNanos();
        while (engine.management().reports().readiness("Default", Instant.EPOCH, 1).getFirst().messages() == 0) {
            assertTrue(System.nanoTime() < end, "nothing was judged");
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private static RolloutDraft draft(String reason) {
        return new RolloutDraft("Default", TlsValidation.Enabled, List.of(100.0), Duration.ofHours(1), 1, 1, true,
                reason);
    }
}
