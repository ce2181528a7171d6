package org.sternpost.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.rollout.RolloutBench.Books;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;

/// Rollouts that run while the gateway is updated from a version that knew connectors by their names.
class RolloutUpgradeTest {

    @TempDir
    Path directory;

    private final SimTime time = new SimTime();

    @Test
    void aRolloutFindsItsConnectorAlsoUnderANewName() throws Exception {
        written();
        // Whatever the new version does as it opens, it does once.
        for (int start = 0; start < 2; start++)
            opened((connectors, rollouts) -> {
                var counted = new TreeMap<String, String>();
                for (Rollout one : rollouts.all())
                    counted.put(one.id(), one.progress().status() + " " + connectors.nameOf(one.connector()) + " "
                            + one.counts().messages()
                            + "/" + one.counts().failures());
                assertEquals(Map.of("R-1", "Running Steady 2/1", "R-2", "Running Moved 2/1"), counted);
            });
        opened((connectors, rollouts) -> {
            rollouts.suspend("R-2", "looked at", "ops");
            rollouts.undo("R-2", "enough", "ops");
            OutboundConnector moved = connectors.find("Moved").orElseThrow();
            assertNull(moved.rollout());
            assertEquals(TlsValidation.Opportunistic, moved.tls().tlsValidation());
            rollouts.tick(); // one of two messages failed, and the limit is one in a hundred
            assertEquals(Rollout.Status.RolledBack, rollouts.find("R-1").orElseThrow().progress().status());
            assertNull(connectors.find("Steady").orElseThrow().rollout());
        });
    }

    private interface Look {
        void at(Connectors connectors, Rollouts rollouts) throws Exception;
    }

    private void opened(Look look) throws Exception {
        try (var database = SqliteDatabase.open(directory,
                Stream.of(Connectors.SCHEMA, Rollouts.SCHEMA).flatMap(List::stream).toList())) {
            var connectors = new Connectors(database, time);
            look.at(connectors, new Rollouts(database, connectors, new Books(), (_, _) -> {}, time));
        }
    }

    /// What that version had on the disk.
    private void written() throws Exception {
        String sql;
        try (var in = RolloutUpgradeTest.class.getResourceAsStream("connectors-by-name.sql")) {
            sql = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("sternpost.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
