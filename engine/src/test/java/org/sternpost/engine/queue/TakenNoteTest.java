package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient.State;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;

/// A kill between a host's last reply and the transaction that says so.
class TakenNoteTest {

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();

    @Test
    void whatAHostHadTakenIsNotSentAgainAndAllElseIs() throws Exception {
        Path killed = directory.resolve("killed");
        QueueId one;
        QueueId two;
        QueueId three;
        try (var store = SqliteDatabase.open(directory.resolve("live"), Queue.SCHEMA);
                Queue queue = Queue.recover(store, time)) {
            one = put(queue, "u@a.example");
            two = put(queue, "u@b.example", "u@c.example");
            three = put(queue, "u@d.example");
            var mayGo = new CountDownLatch(1);
            Thread slow = hold(store, mayGo);
            queue.noteTaken(one, 0);
            queue.noteTaken(two, 1);
            queue.noteTaken(QueueId.fresh(time.instant(), time.random()), 0); // forgotten long ago
            awaitNotes(3);
            copy(directory.resolve("live"), killed);
            mayGo.countDown();
            slow.join();
        }
        for (int start = 0; start < 2; start++)
            try (var store = SqliteDatabase.open(killed, Queue.SCHEMA); Queue queue = Queue.recover(store, time)) {
                assertEquals(List.of(), store.condition().words());
                assertEquals(2, queue.size());
                assertEquals(List.of(), queue.damaged());
                assertEquals(List.of("Delivered 1 SEND 2.0.0"), recipients(store, one));
                assertEquals(List.of("Waiting 0 RECEIVE ", "Delivered 1 SEND 2.0.0"), recipients(store, two));
                assertEquals(List.of("Waiting 0 RECEIVE "), recipients(store, three));
                assertEquals(2, store.<Integer>read(TakenNoteTest::bodies), "its content is gone");
                var claimed = Claims.take(queue, destination("b.example")).orElseThrow();
                assertEquals(1, claimed.recipients().size());
                assertTrue(Claims.take(queue, destination("a.example")).isEmpty());
                assertTrue(Claims.take(queue, destination("c.example")).isEmpty());
                assertTrue(Claims.take(queue, destination("d.example")).isPresent());
            }
    }

    /// What was settled stays as it was settled, and a clean end leaves nothing to look at.
    @Test
    void whatIsSettledIsForgotten() throws Exception {
        QueueId id;
        Path notes = directory.resolve("store.notes");
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            Queue queue = Queue.recover(store, time);
            id = put(queue, "u@a.example");
            var taken = Claims.take(queue, destination("a.example")).orElseThrow();
            queue.noteTaken(id, 0);
            awaitNotes(notes, 1);
            queue.close();
            assertTrue(Files.size(notes) > 0, "it is not settled");
            queue.settle(taken.destination(), new QueueUpdate(id, List.of(new QueueUpdate.Change(0, State.Failed, 1,
                    time.instant(), TraceEvent.plain(0, time.instant(), TraceEvent.Kind.FAIL, "Default", "5.0.0",
                            "no"))),
                    List.of(), List.of(), false));
            byte[] before = Files.readAllBytes(notes);
            queue.close();
            assertEquals(0, Files.size(notes));
            Files.write(notes, before); // as if this process had been killed
        }
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA); Queue _ = Queue.recover(store, time)) {
            assertEquals(List.of("Failed 1 FAIL 5.0.0"), recipients(store, id));
        }
    }

    private static DestinationKey destination(String domain) {
        return new DestinationKey("Default", new Domain(domain));
    }

    private void awaitNotes(int count) throws IOException {
        awaitNotes(directory.resolve("live").resolve("store.notes"), count);
    }

    private static void awaitNotes(Path file, int count) throws IOException {
        long end = System.nanoTime() + Patience.AMPLE.toNanos();
        while (Files.size(file) < count * 32L) {
            assertTrue(System.nanoTime() < end, "it was not noted");
            Thread.onSpinWait();
        }
    }

    private static List<String> recipients(SqliteDatabase store, QueueId id) throws IOException {
        return store.<List<String>>read(connection -> recipients(connection, id));
    }

    private static List<String> recipients(Connection connection, QueueId id) throws SQLException {
        var found = new ArrayList<String>();
        try (var query = Tables.prepare(connection, "SELECT state, attempts, last_kind, code FROM recipient "
                + "WHERE message = ? ORDER BY position", id.text()); var row = query.executeQuery()) {
            while (row.next())
                found.add(row.getString(1) + " " + row.getInt(2) + " " + row.getString(3) + " " + row.getString(4));
        }
        return found;
    }

    private static int bodies(Connection connection) throws SQLException {
        try (var query = Tables.prepare(connection, "SELECT count(*) FROM body"); var row = query.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }

    private static Thread hold(SqliteDatabase store, CountDownLatch mayGo) throws InterruptedException {
        var begun = new CountDownLatch(1);
        Thread slow = Thread.startVirtualThread(() -> {
            try {
                store.write(_ -> {
                    begun.countDown();
                    try {
                        return mayGo.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
                    } catch (InterruptedException stop) {
                        throw new IllegalStateException(stop);
                    }
                });
            } catch (IOException failed) {
                throw new IllegalStateException(failed);
            }
        });
        assertTrue(begun.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        return slow;
    }

    private QueueId put(Queue queue, String... to) throws IOException {
        return Doors.of(queue, Duration.ofDays(2), time).put("127.0.0.1",
                new Envelope(ReversePath.of("s@lab.test"), Stream.of(to).map(Address::of).map(Recipient::of).toList(),
                        MailParameters.NONE),
                "Subject: x\r\n\r\ny\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList())
                if (!file.startsWith(from.resolve("native"))) {
                    Path copy = to.resolve(from.relativize(file).toString());
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
        }
    }
}
