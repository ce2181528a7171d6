package org.sternpost.engine.mtasts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.Warnings;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.SqliteDatabase;

/// A policy once held outlives the process, and the loss of the disk.
class DatabasePolicyStoreTest {

    private static final Domain ORG = Domain.of("example.org");
    private static final Domain NET = Domain.of("example.net");

    @TempDir
    Path directory;
    private Database database;
    private boolean broken;

    @BeforeEach
    void open() throws IOException { database = SqliteDatabase.open(directory, DatabasePolicyStore.SCHEMA); }

    @AfterEach
    void close() throws IOException { database.close(); }

    /// The same database, whose disk may fail.
    private Database disk() {
        return new Database() {
            @Override
            public <T extends @Nullable Object> T write(Work<T> work) throws IOException {
                if (broken) throw new IOException("disk full");
                return database.write(work);
            }

            @Override
            public <T extends @Nullable Object> T read(Work<T> work) throws IOException { return database.read(work); }

            @Override
            public <T extends @Nullable Object> T search(Work<T> work) throws IOException { return read(work); }

            @Override
            public void close() throws IOException { database.close(); }
        };
    }

    private DatabasePolicyStore store() throws IOException { return new DatabasePolicyStore(disk()); }

    private static HeldPolicy policy(Domain domain, String id, String mode) {
        String body = "version: STSv1\nmode: " + mode + "\nmx: mx.example.org\nmax_age: 86400\n";
        return PolicyFile.of(body) instanceof PolicyFile.Valid valid
                ? new HeldPolicy(domain, id, Instant.parse("2026-11-25T10:00:00.123Z"), body, valid.policy())
                : null;
    }

    @Test
    void policiesAreReadBackAsTheyWereKept() throws IOException {
        var one = policy(ORG, "1", "enforce");
        var two = policy(NET, "2", "testing");
        var store = store();
        assertEquals(Optional.empty(), store.find(ORG));
        store.keep(one);
        store.keep(two);
        for (PolicyStore each : List.of(store, store())) {
            assertEquals(Optional.of(one), each.find(ORG));
            assertEquals(Optional.of(two), each.find(NET));
            assertEquals(2, each.all().size());
        }
    }

    @Test
    void newerPolicyTakesThePlaceOfTheOlder() throws IOException {
        var store = store();
        store.keep(policy(ORG, "1", "enforce"));
        var newer = policy(ORG, "2", "testing");
        store.keep(newer);
        assertEquals(List.of(newer), store.all());
        assertEquals(List.of(newer), store().all());
    }

    @Test
    void forgottenIsForgottenForGood() throws IOException {
        var store = store();
        store.keep(policy(ORG, "1", "enforce"));
        store.keep(policy(NET, "2", "enforce"));
        store.forget(ORG);
        assertEquals(Optional.empty(), store.find(ORG));
        assertEquals(List.of(policy(NET, "2", "enforce")), store().all());
    }

    @Test
    void brokenDiskLosesNoProtectionUntilTheNextStart() throws IOException {
        var store = store();
        var kept = policy(ORG, "1", "enforce");
        broken = true;
        store.keep(kept);
        assertEquals(Optional.of(kept), store.find(ORG));
        assertEquals(Optional.empty(), store().find(ORG));
        broken = false;
        store.keep(kept);
        broken = true;
        store.forget(ORG);
        assertEquals(Optional.empty(), store.find(ORG));
    }

    @Test
    void policyThatCannotBeStoredIsWarnedOf() throws IOException {
        var store = store();
        broken = true;
        try (var warnings = new Warnings(DatabasePolicyStore.class)) {
            store.keep(policy(ORG, "1", "enforce"));
            assertEquals(List.of("event=sts-policy-not-stored domain=example.org reason=\"disk full\""),
                    warnings.lines());
        }
    }

    /// What protects mail already is never given up for somebody new.
    @Test
    void fullStoreRenewsWhatItHoldsAndTurnsAwayOthers() throws IOException {
        var store = new DatabasePolicyStore(disk(), 2);
        Domain com = Domain.of("example.com");
        try (var warnings = new Warnings(DatabasePolicyStore.class)) {
            store.keep(policy(ORG, "1", "enforce"));
            store.keep(policy(NET, "1", "enforce"));
            store.keep(policy(NET, "2", "testing"));
            assertEquals(List.of(), warnings.lines());
            store.keep(policy(com, "1", "enforce"));
            assertEquals(List.of("event=sts-policy-not-kept domain=example.com reason=\"2 policies held\""),
                    warnings.lines());
        }
        for (PolicyStore each : List.of(store, store())) {
            assertEquals(Optional.of(policy(ORG, "1", "enforce")), each.find(ORG));
            assertEquals(Optional.of(policy(NET, "2", "testing")), each.find(NET));
            assertEquals(Optional.empty(), each.find(com));
        }
        store.forget(ORG);
        store.keep(policy(com, "1", "enforce"));
        assertEquals(Optional.of(policy(com, "1", "enforce")), store.find(com));
    }

    @Test
    void rowThatIsNoPolicyAnyMoreIsLeftOut() throws IOException {
        store().keep(policy(ORG, "1", "enforce"));
        database.<Integer>write(connection -> {
            try (var insert = connection.prepareStatement("INSERT INTO sts_policy VALUES (?, ?, ?, ?)")) {
                insert.setString(1, "example.net");
                insert.setString(2, "2");
                insert.setLong(3, 0);
                insert.setString(4, "version: STSv9\n");
                return insert.executeUpdate();
            } catch (SQLException impossible) {
                throw new IllegalStateException(impossible);
            }
        });
        try (var warnings = new Warnings(DatabasePolicyStore.class)) {
            assertEquals(List.of(policy(ORG, "1", "enforce")), store().all());
            assertEquals(1, warnings.lines().size());
            assertTrue(warnings.lines().getFirst().startsWith("event=sts-policy-damaged")
                    && warnings.lines().getFirst().contains("example.net"), warnings.lines().toString());
        }
    }

    /// What is to be known of who loses a policy is written with its loss, or neither is.
    @Test
    void policyGoesWithWhatIsWrittenAlongsideOrNotAtAll() throws IOException {
        var store = store();
        var kept = policy(ORG, "1", "enforce");
        store.keep(kept);
        assertFalse(store.forget(NET, _ -> _ -> fail("there is none")));
        Function<HeldPolicy, Database.Work<?>> alongside = gone -> connection -> {
            assertEquals(kept, gone);
            try (var put = connection.prepareStatement("INSERT INTO sts_policy VALUES ('example.net', '2', 0, ?)")) {
                put.setString(1, kept.body());
                return put.executeUpdate();
            }
        };
        assertThrows(IOException.class, () -> store.forget(ORG, gone -> connection -> {
            alongside.apply(gone).on(connection);
            throw new SQLException("no room");
        }));
        for (PolicyStore each : List.of(store, store()))
            assertEquals(List.of(kept), each.all());
        assertTrue(store.forget(ORG, alongside));
        assertEquals(List.of(), store.all());
        assertEquals(List.of(NET), store().all().stream().map(HeldPolicy::domain).toList());
        assertFalse(store.forget(ORG, alongside), "it is gone");
    }
}
