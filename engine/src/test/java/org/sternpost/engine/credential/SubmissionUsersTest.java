package org.sternpost.engine.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.credential.SaslExchange.Mechanism;
import org.sternpost.engine.credential.SaslExchange.Step;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;

/// Users outlive the process, and who is none cannot be told from who is.
class SubmissionUsersTest {

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();
    private Database database;
    private SubmissionUsers users;

    @BeforeEach
    void open() throws IOException {
        database = SqliteDatabase.open(directory, SubmissionUsers.SCHEMA);
        users = new SubmissionUsers(database);
    }

    @AfterEach
    void close() throws IOException { database.close(); }

    private SubmissionUser put(String name, boolean enabled) throws Exception {
        var made = new SubmissionUser(name, ScramKeys.of(Password.of("correct horse")), enabled, "note", "me",
                time.instant(), time.instant());
        return users.change(SQLException.class, now -> {
            now.put(made);
            return made;
        });
    }

    private Step plain(Authenticator authenticator, String name, String password) {
        return authenticator.begin(Mechanism.Plain, "192.0.2.1")
                .next(("\0" + name + "\0" + password).getBytes(StandardCharsets.UTF_8));
    }

    private String challenge(String name) {
        var step = assertInstanceOf(Step.Challenge.class, new Authenticator(users, time)
                .begin(Mechanism.ScramSha256, "192.0.2.1")
                .next(("n,,n=" + name + ",r=x").getBytes(StandardCharsets.UTF_8)));
        String text = new String(step.octets(), StandardCharsets.UTF_8);
        return text.substring(text.indexOf(",s="));
    }

    @Test
    void usersOutliveTheProcess() throws Exception {
        var made = put("Shop@example.org", true);
        put("printer", false);
        users.change(SQLException.class, now -> {
            assertEquals("printer", now.find("PRINTER").orElseThrow().name());
            now.remove("Printer");
            return true;
        });
        close();
        open();
        assertEquals(List.of(made), users.all());
        assertEquals(made, users.find("shop@EXAMPLE.org").orElseThrow());
    }

    @Test
    void aNameOfNobodyHasAChallengeThatStaysAsThatOfSomebodyDoes() throws Exception {
        put("somebody", true);
        String nobody = challenge("nobody");
        assertEquals(nobody, challenge("Nobody"));
        assertNotEquals(nobody, challenge("nobody2"));
        assertEquals(challenge("somebody").length(), nobody.length());
        close();
        open();
        assertEquals(nobody, challenge("nobody"), "another one after a restart would tell");
    }

    @Test
    void wrongUnknownAndDisabledAreAnsweredAlikeAndCounted() throws Exception {
        put("somebody", true);
        put("disabled", false);
        var authenticator = new Authenticator(users, time);
        assertEquals("Refused", plain(authenticator, "somebody", "wrong horse").getClass().getSimpleName());
        assertEquals("Refused", plain(authenticator, "nobody", "correct horse").getClass().getSimpleName());
        assertEquals("Refused", plain(authenticator, "disabled", "correct horse").getClass().getSimpleName());
        assertEquals(3, authenticator.failures());
        assertTrue(authenticator.lastSeen("somebody").isEmpty());
        var proven = assertInstanceOf(Step.Proven.class, plain(authenticator, "SOMEBODY", "correct horse"));
        assertEquals("somebody", proven.user().name());
        assertEquals(time.instant(), authenticator.lastSeen("somebody").orElseThrow());
    }

    @Test
    void whoFailedOftenIsToldToWaitWhetherOrNotThePasswordIsRight() throws Exception {
        put("somebody", true);
        var authenticator = new Authenticator(users, time);
        for (int i = 0; i < 5; i++)
            plain(authenticator, "somebody", "wrong horse");
        assertInstanceOf(Step.Later.class, plain(authenticator, "somebody", "correct horse"));
        assertInstanceOf(Step.Later.class, plain(authenticator, "nobody", "wrong horse"));
        assertEquals(5, authenticator.failures());
        assertEquals(2, authenticator.delayed());
    }

    @Test
    void whoeverWasChangedHoldsNoMore() throws Exception {
        var made = put("somebody", true);
        var authenticator = new Authenticator(users, time);
        assertTrue(authenticator.holds(made));
        put("somebody", true); // another salt: another password
        assertTrue(!authenticator.holds(made));
        assertTrue(!authenticator.holds(put("somebody", false)));
    }

    @Test
    void aRowThatTheDiskDidNotKeepKeepsOutThatUserAlone() throws Exception {
        put("somebody", true);
        put("other", true);
        database.write(connection -> {
            try (var statement = connection.createStatement()) {
                return statement.executeUpdate("UPDATE submission_user SET scram_sha256 = 'x' WHERE name = 'other'");
            }
        });
        assertEquals(List.of("somebody"), new SubmissionUsers(database).all().stream().map(SubmissionUser::name)
                .toList());
    }
}
