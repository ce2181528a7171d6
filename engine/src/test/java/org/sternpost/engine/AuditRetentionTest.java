package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.time.SimTime;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomains;
import org.sternpost.lab.LabSettings;

/// What the settings say is kept for a while is gone after it, without anybody asking.
class AuditRetentionTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private final SimTime time = new SimTime();

    @TempDir
    Path directory;

    @Test
    void theAuditIsForgottenAfterItsTimeAndNotBefore() throws Exception {
        var table = List.of(LabDomains.find(LabDomains.HOME).orElseThrow());
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), table);
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"),
                        settings -> settings + "\nretention: { audit: 10h }\n", time)) {
            engine.setMode("Default", TlsValidation.Disabled);
            for (int hour = 0; hour < 9; hour++)
                time.advance(HOUR);
            engine.setMode("Default", TlsValidation.Enabled);
            assertEquals(2, audited());
            time.advance(HOUR.multipliedBy(2));
            // A clock that jumps may be looked at between two jumps, so the next hour comes slowly.
            for (int second = 0; audited() == 2; second++) {
                assertTrue(second < HOUR.toSeconds() * 7, "the old row is still there");
                time.advance(Duration.ofSeconds(1));
            }
            assertEquals(1, audited(), "the later one is not yet as old");
        }
    }

    private long audited() throws Exception {
        Path store = directory.resolve("engine/data/sternpost.db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + store);
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT count(*) FROM audit")) {
            row.next();
            return row.getLong(1);
        }
    }
}
