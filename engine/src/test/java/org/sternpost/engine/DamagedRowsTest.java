package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.mtasts.DatabasePolicyStore;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;

/// One row that the disk altered is named with its place, whichever table it is in.
class DamagedRowsTest {

    @TempDir
    Path directory;

    @Test
    void settingsAreNeededWholeAndTheRestGoesOnWithoutTheRow() throws Exception {
        Path home = directory.resolve("home");
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")))) {
            try (LabEngine engine = LabEngine.on(lab, home)) {
                engine.send("plain-no-tls.test", Map.of(), false);
                engine.send("sts-enforce-ok.test", Map.of(), false);
                engine.awaitAttempt("plain-no-tls.test", 1, Duration.ofMinutes(5));
                engine.awaitAttempt("sts-enforce-ok.test", 1, Duration.ofMinutes(5));
            }
            assertRefused(lab, home, "connector", "tls_validation", "Enablxd", "table connector, name Default");
            assertRefused(lab, home, "connector", "recipient_domains", "..", "table connector, name Default");
            try (var warnings = new Warnings(DatabasePolicyStore.class)) {
                run(home, "UPDATE sts_policy SET body = 'mode: enforxe' WHERE domain = 'sts-enforce-ok.test'");
                LabEngine.on(lab, home).close();
                assertTrue(warnings.lines().toString().contains("table sts_policy, domain sts-enforce-ok.test"),
                        warnings.lines() + "");
            }
            run(home, "UPDATE recipient SET state = 'Delivexed' WHERE domain = 'sts-enforce-ok.test'");
            try (LabEngine engine = LabEngine.on(lab, home)) {
                var all = TraceQuery.newest(10);
                assertEquals(1, engine.management().traces().search(all).count(), "the other row is shown");
            }
        }
    }

    private static void assertRefused(Lab lab, Path home, String table, String column, String value, String place)
            throws Exception {
        String before = text(home, "SELECT " + column + " FROM " + table);
        run(home, "UPDATE " + table + " SET " + column + " = '" + value + "'");
        var refused = assertThrows(EngineStartException.class, () -> LabEngine.on(lab, home).close());
        assertTrue(refused.getMessage().contains(place), refused.getMessage());
        assertTrue(refused.getMessage().contains("sternpost.db"), refused.getMessage());
        assertFalse(refused.hint().isEmpty(), refused.getMessage());
        run(home, "UPDATE " + table + " SET " + column + " = '" + before + "'");
    }

    private static String text(Path home, String sql) throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("data/sternpost.db"));
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            assertTrue(row.next());
            return row.getString(1);
        }
    }

    private static void run(Path home, String sql) throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("data/sternpost.db"));
                var statement = connection.createStatement()) {
            assertTrue(statement.executeUpdate(sql) > 0, sql);
        }
    }
}
