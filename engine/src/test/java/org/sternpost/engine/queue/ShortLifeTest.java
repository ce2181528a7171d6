package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;

/// Mail that is settled before it has rows of mail that waits has the rows of its trace alone.
class ShortLifeTest {

    /// No row of mail that waits can be written while this is there.
    private static final String REFUSE = "CREATE TRIGGER refuse BEFORE INSERT ON body BEGIN "
            + "SELECT RAISE(ABORT, 'a row of mail that waits'); END";

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();

    @Test
    void whatIsSettledAtOnceLeavesItsTraceAlone() throws Exception {
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            Queue queue = Queue.recover(store, time);
            execute(store, REFUSE);
            QueueId id;
            try (var together = new Together(store)) {
                id = put(queue, "one@a.example");
                together.settle(queue, "a.example", State.Delivered, _ -> null);
            }
            assertEquals(0, queue.size());
            assertEquals(List.of("Delivered 1 SEND 2.0.0"), recipients(store, id));
            assertEquals(List.of("RECEIVE", "SEND"),
                    new Trace(store).events(id).stream().map(event -> event.kind().name()).toList());
            assertEquals(0, bodies(store));
            execute(store, "DROP TRIGGER refuse");
            put(queue, "two@a.example");
        }
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            assertEquals(List.of(), store.condition().words());
            assertEquals(1, Queue.recover(store, time).size(), "the one that nobody settled");
        }
    }

    /// Whoever is owed a message still has rows, be it for one of many.
    @Test
    void whatIsSettledForSomeHasItsRows() throws Exception {
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            Queue queue = Queue.recover(store, time);
            QueueId id;
            try (var together = new Together(store)) {
                id = put(queue, "one@a.example", "two@b.example");
                together.settle(queue, "a.example", State.Delivered, _ -> null);
            }
            assertEquals(List.of("Delivered 1 SEND 2.0.0", "Waiting 0 RECEIVE "), recipients(store, id));
            assertEquals(1, bodies(store));
        }
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            Queue queue = Queue.recover(store, time);
            assertEquals(1, queue.size());
            assertTrue(Claims.take(queue, destination("b.example")).isPresent());
        }
    }

    @Test
    void whatIsDeferredHasItsRows() throws Exception {
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            Queue queue = Queue.recover(store, time);
            QueueId id;
            try (var together = new Together(store)) {
                id = put(queue, "one@a.example");
                together.settle(queue, "a.example", State.Waiting, _ -> null);
            }
            assertEquals(List.of("Waiting 1 DEFER 2.0.0"), recipients(store, id));
            assertEquals(1, queue.size());
        }
    }

    /// A settlement that is undone leaves the message as it was, owed to all.
    @Test
    void aSettlementThatIsRefusedEndsNothing() throws Exception {
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            Queue queue = Queue.recover(store, time);
            QueueId id;
            try (var together = new Together(store)) {
                id = put(queue, "one@a.example");
                put(queue, "two@b.example");
                together.settle(queue, "a.example", State.Delivered, _ -> {
                    throw new SQLException("no such table");
                });
                together.settle(queue, "b.example", State.Delivered, _ -> null);
                together.mayFail();
            }
            assertEquals(List.of("Waiting 0 RECEIVE "), recipients(store, id));
            assertEquals(1, queue.size());
        }
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            assertEquals(1, Queue.recover(store, time).size());
        }
    }

    /// Holds the store's one transaction up, so that what is done meanwhile shares the next one.
    private final class Together implements AutoCloseable {

        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch mayGo = new CountDownLatch(1);
        private final List<Thread> threads = new ArrayList<>();
        private final List<Throwable> failures = new ArrayList<>();
        private boolean mayFail;

        Together(SqliteDatabase store) throws InterruptedException {
            start(() -> store.write(_ -> {
                begun.countDown();
                try {
                    return mayGo.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
                } catch (InterruptedException stop) {
                    throw new IllegalStateException(stop);
                }
            }));
            assertTrue(begun.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        }

        private interface Step {
            void run() throws IOException;
        }

        private void start(Step step) {
            threads.add(Thread.startVirtualThread(() -> {
                try {
                    step.run();
                } catch (IOException | RuntimeException failed) {
                    synchronized (failures) {
                        failures.add(failed);
                    }
                }
            }));
        }

        void mayFail() { mayFail = true; }

        /// Takes what is due in a domain and settles it for all of it.
        void settle(Queue queue, String domain, State state, Database.Work<?> alongside) throws IOException {
            ClaimedDelivery taken = Claims.take(queue, destination(domain)).orElseThrow();
            var changes = taken.recipients().stream().map(one -> new QueueUpdate.Change(one.index(), state, 1,
                    time.instant().plus(Duration.ofHours(1)), TraceEvent.plain(one.index(), time.instant(),
                            state == State.Delivered ? TraceEvent.Kind.SEND : TraceEvent.Kind.DEFER, one.connector(),
                            "2.0.0", "done")))
                    .toList();
            start(() -> queue.settle(taken.destination(), new QueueUpdate(taken.message().id(), changes, List.of(),
                    List.of(alongside), false)));
        }

        @Override
        public void close() {
            mayGo.countDown();
            try {
                for (Thread thread : threads)
                    thread.join();
            } catch (InterruptedException stop) {
                throw new IllegalStateException(stop);
            }
            assertEquals(mayFail ? 1 : 0, failures.size(), failures + "");
        }
    }

    private QueueId put(Queue queue, String... to) throws IOException {
        return Doors.of(queue, Duration.ofDays(1), time).put("127.0.0.1", new Envelope(ReversePath.of("s@x.example"),
                List.of(to).stream().map(one -> Recipient.of(Address.of(one))).toList(), MailParameters.NONE),
                "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static DestinationKey destination(String domain) {
        return new DestinationKey("Default", new Domain(domain));
    }

    private static int bodies(SqliteDatabase store) throws IOException {
        return store.<Integer>read(connection -> {
            try (var query = Tables.prepare(connection, "SELECT count(*) FROM body"); var row = query.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        });
    }

    private static List<String> recipients(SqliteDatabase store, QueueId id) throws IOException {
        return store.read(connection -> recipients(connection, id));
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

    private static void execute(SqliteDatabase store, String sql) throws IOException {
        store.write(connection -> {
            try (var statement = connection.createStatement()) {
                return statement.execute(sql);
            }
        });
    }
}
