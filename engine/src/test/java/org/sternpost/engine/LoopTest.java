package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;

/// Mail whose MX leads back here is returned at once, and not after laps through this gateway.
class LoopTest {

    @TempDir
    Path directory;

    @Test
    void publicRecordThatLeadsToLoopbackReturnsTheMailUnlessTheSettingsAllowIt() throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")))) {
            try (LabEngine engine = LabEngine.strict(lab, directory.resolve("strict"))) {
                engine.send("plain.test", java.util.Map.of(), false);
                var failed = assertInstanceOf(Outcome.Failed.class,
                        engine.awaitAttempt("plain.test", 1, Patience.AMPLE).outcome());
                assertEquals("5.4.6", failed.code());
                assertTrue(failed.sentence().contains("MX 'mx.plain.test'"), failed.sentence());
            }
            try (LabEngine engine = LabEngine.on(lab, directory.resolve("lab-engine"))) {
                engine.send("plain.test", java.util.Map.of(), false);
                assertInstanceOf(Outcome.Delivered.class,
                        engine.awaitAttempt("plain.test", 1, Patience.AMPLE).outcome());
            }
        }
    }
}
