package org.sternpost.engine.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.alert.Alert.Kind;
import org.sternpost.engine.alert.Alert.Subject;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.Reason.Owner;

/// An alert begins once and is over once, whatever is asked, fails or is restarted in between.
class AlertsTest {

    private static final Subject DOMAIN = new Subject("Default", "a.example", "");

    @TempDir
    Path directory;

    private final SimTime time = new SimTime();
    private final List<AlertRule.Finding> found = new ArrayList<>();
    private boolean broken;
    private boolean unknown;
    private SqliteDatabase store;
    private Alerts alerts;

    /// Finds what the test says.
    private final class Said implements AlertRule {

        private final Kind kind;

        Said(Kind kind) { this.kind = kind; }

        @Override
        public Kind kind() { return kind; }

        @Override
        public Look look(Instant now, List<Alert> open) throws IOException {
            if (broken) throw new IOException("no disk");
            return unknown ? Look.NONE : Look.all(found, open);
        }
    }

    @BeforeEach
    void open() throws IOException {
        store = SqliteDatabase.open(directory, Alerts.SCHEMA);
        start();
    }

    private void start() { alerts = new Alerts(store, List.of(new Said(Kind.ValidationStopped)), List.of(), time); }

    @AfterEach
    void close() throws IOException { store.close(); }

    private void holds(String why) {
        found.clear();
        found.add(new AlertRule.Finding(DOMAIN, time.instant(), new Alert.Words(why, "mend it", Owner.RECIPIENT)));
    }

    private List<String> look() throws IOException {
        return alerts.look().stream().map(one -> one.identity() + (one.isOpen() ? " began" : " is over")).toList();
    }

    private List<String> lookAfter(Duration span) throws IOException {
        time.advance(span);
        return look();
    }

    @Test
    void whatHoldsBeginsOnceAndIsOverOnceItWasQuietForAWhile() throws Exception {
        assertEquals(List.of(), look());
        holds("it fails");
        Instant since = time.instant();
        assertEquals(List.of("A-1 began"), look());
        assertEquals(List.of(), lookAfter(Alerts.PAUSE));
        found.clear();
        assertEquals(List.of(), lookAfter(Alerts.PAUSE));
        Instant quiet = time.instant();
        assertEquals(List.of("A-1 is over"), lookAfter(Alerts.CALM));
        assertEquals(List.of(), lookAfter(Alerts.CALM));
        Alert over = alerts.all(Optional.of(Instant.EPOCH), 10).getFirst();
        assertEquals(List.of(since, Optional.of(quiet)), List.of(over.since(), over.cleared()));
        assertEquals(List.of(), alerts.all(Optional.empty(), 10));
        holds("again");
        assertEquals(List.of("A-2 began"), look());
    }

    @Test
    void whatComesAndGoesWithinMinutesIsOneAlert() throws Exception {
        holds("it fails");
        look();
        for (int i = 0; i < 10; i++) {
            found.clear();
            assertEquals(List.of(), lookAfter(Alerts.CALM.minusSeconds(60)));
            holds("it fails");
            assertEquals(List.of(), lookAfter(Duration.ofSeconds(30)));
        }
        assertEquals(1, alerts.open().size());
    }

    @Test
    void aRestartTellsNothingTwice() throws Exception {
        holds("it fails");
        look();
        store.close();
        open();
        assertEquals(List.of(), look());
        assertEquals(List.of(1L), alerts.open().stream().map(Alert::number).toList());
        found.clear();
        look();
        assertEquals(List.of("A-1 is over"), lookAfter(Alerts.CALM));
        store.close();
        open();
        assertEquals(List.of(), look());
    }

    @Test
    void whatNobodyCanTellEndsNothing() throws Exception {
        holds("it fails");
        look();
        for (boolean fails : List.of(true, false)) {
            broken = fails;
            unknown = !fails;
            for (int i = 0; i < 5; i++)
                assertEquals(List.of(), lookAfter(Alerts.CALM));
        }
        assertEquals(1, alerts.open().size());
    }

    @Test
    void aRuleThatFailsKeepsNoOtherFromItsTurn() throws Exception {
        alerts = new Alerts(store, List.of(new AlertRule() {
            @Override
            public Kind kind() { return Kind.Engine; }

            @Override
            public Look look(Instant now, List<Alert> open) { throw new IllegalStateException("a defect"); }
        }, new Said(Kind.ValidationStopped)), List.of(), time);
        holds("it fails");
        assertEquals(List.of("A-1 began"), look());
    }

    @Test
    void wordsThatChangeAreKeptAndNotToldAgain() throws Exception {
        holds("1 message is set aside");
        look();
        holds("2 messages are set aside");
        assertEquals(List.of(), look());
        assertEquals("2 messages are set aside", alerts.open().getFirst().words().why());
    }

    /// A host chooses its reply, and a domain its records.
    @Test
    void whatStrangersSayIsShownAndDoesNothing() throws Exception {
        holds("550 \u001b[2Jgone\r\nBcc: all@example.org \u202e" + "x".repeat(10_000));
        look();
        String why = alerts.open().getFirst().words().why();
        assertTrue(why.startsWith("550 \\x1b[2Jgone\\r\\nBcc: all@example.org"), why);
        assertFalse(why.chars().anyMatch(c -> c < ' ' || c == 0x202e), why);
        assertTrue(why.length() < 3_000, why.length() + " characters");
    }

    @Test
    void onlySoManyAreOpenAtATime() throws Exception {
        for (int i = 0; i < AlertTable.OPEN_MAX + 5; i++)
            found.add(new AlertRule.Finding(new Subject("Default", "d" + i + ".example", ""), time.instant(),
                    new Alert.Words("it fails", "", Owner.RECIPIENT)));
        assertEquals(AlertTable.OPEN_MAX, look().size());
        assertEquals(List.of(), look());
        assertEquals(AlertTable.OPEN_MAX, alerts.open().size());
    }

    @Test
    void oldOnesAreForgottenAndNoNumberIsGivenTwice() throws Exception {
        for (int i = 0; i < 3; i++) {
            holds("it fails");
            look();
            found.clear();
            look();
            lookAfter(Alerts.CALM);
        }
        time.advance(Duration.ofDays(1));
        Alerts.prune(store, time.instant());
        assertEquals(List.of(3L), alerts.all(Optional.of(Instant.EPOCH), 10).stream().map(Alert::number).toList());
        holds("it fails");
        assertEquals(List.of("A-4 began"), look());
    }
}
