package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConnection;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.store.Store;
import org.sternpost.engine.time.SimTime;

/// What one recipient costs does not grow with the number of others that its message has: a message to a thousand
/// domains is taken a thousand times.
class TakeCostTest {

    private static final int FEW = 10;
    private static final int MANY = 1_000;
    private static final int MORE_AT_MOST = 10; // steps, for a deeper index

    private final SimTime time = new SimTime();
    private final AtomicLong steps = new AtomicLong();

    @Test
    void takingAndPuttingOffOneOfManyCostsWhatOneOfFewDoes(@TempDir Path few, @TempDir Path many) throws Exception {
        long ofFew = cost(few, FEW);
        long ofMany = cost(many, MANY);
        System.out
                .println("steps of SQLite to take one recipient and put it off: " + ofFew + " of " + FEW + ", " + ofMany
                        + " of " + MANY);
        assertTrue(ofFew > 0, "nothing was counted");
        assertTrue(ofMany <= ofFew + MORE_AT_MOST, ofMany + " steps, where " + FEW + " recipients cost " + ofFew);
    }

    /// Those of one destination come together, each once, and nobody else's.
    @Test
    void aDestinationGetsAllOfItsOwnAndNoOther(@TempDir Path directory) throws Exception {
        try (var database = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            Queue queue = queue(database);
            submit(queue, List.of("a@x.example", "b@y.example", "c@x.example", "d@z.example", "e@x.example"));
            ClaimedDelivery taken = Claims.take(queue, destination("x.example")).orElseThrow();
            assertEquals(List.of(0, 2, 4), taken.recipients().stream().map(QueuedRecipient::index).toList());
            settle(queue, taken, 2, QueuedRecipient.State.Delivered);
            settle(queue, taken, 0, QueuedRecipient.State.Waiting);
            settle(queue, taken, 4, QueuedRecipient.State.Waiting);
            assertEquals(List.of(0, 4), Claims.take(queue, destination("x.example")).orElseThrow().recipients().stream()
                    .map(QueuedRecipient::index).toList());
        }
    }

    /// What became of one is kept and known, whatever the disk did to its row meanwhile.
    @Test
    void whoIsPutOffWaitsAlsoWhereTheRowIsDamaged(@TempDir Path directory) throws Exception {
        try (var database = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            Queue queue = queue(database);
            submit(queue, List.of("a@x.example"));
            ClaimedDelivery taken = Claims.take(queue, destination("x.example")).orElseThrow();
            database.write(connection -> Tables.update(connection, "UPDATE recipient SET notify_on = 'Nobody'"));
            settle(queue, taken, 0, QueuedRecipient.State.Waiting);
            assertTrue(queue.damaged().isEmpty());
            assertTrue(Claims.take(queue, destination("x.example")).isEmpty());
            assertEquals(List.of(taken.message().id().text()),
                    queue.damaged().stream().map(Queue.DamagedMessage::id).toList());
        }
    }

    private long cost(Path directory, int recipients) throws Exception {
        try (var database = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            submit(queue(database), IntStream.range(0, recipients).mapToObj(i -> "u@d" + i + ".example").toList());
            Queue queue = queue(counted(database)); // what was accepted before its start is read from the tables
            steps.set(0);
            ClaimedDelivery taken = Claims.take(queue, destination("d" + recipients / 2 + ".example")).orElseThrow();
            settle(queue, taken, taken.recipients().getFirst().index(), QueuedRecipient.State.Waiting);
            return steps.get();
        }
    }

    private void settle(Queue queue, ClaimedDelivery taken, int recipient, QueuedRecipient.State state)
            throws IOException {
        queue.settle(taken.destination(), new QueueUpdate(taken.message().id(),
                List.of(new QueueUpdate.Change(recipient, state, 1, time.instant(), TraceEvent.plain(recipient,
                        time.instant(), TraceEvent.Kind.DEFER, "Default", "4.0.0", "later"))),
                List.of(), List.of(), false));
    }

    private Queue queue(Store store) throws IOException { return Queue.recover(store, time); }

    private static DestinationKey destination(String domain) {
        return new DestinationKey("Default", Domain.of(domain));
    }

    private void submit(Queue queue, List<String> addresses) throws IOException {
        var recipients = addresses.stream().map(one -> new Recipient(Address.of(one), Set.of(), ""))
                .toList();
        Doors.of(queue, Duration.ofDays(2), time).put("127.0.0.1",
                new Envelope(ReversePath.of("s@home.example"), recipients, MailParameters.NONE),
                "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    /// A store whose reads count the steps of SQLite's machine.
    private Store counted(Store store) {
        return (Store) Proxy.newProxyInstance(Store.class.getClassLoader(), new Class<?>[]{Store.class},
                (_, method, given) -> {
                    if (method.getName().startsWith("read")) given = new Object[]{counted((Database.Work<?>) given[0])};
                    try {
                        return method.invoke(store, given);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }

    private Database.Work<?> counted(Database.Work<?> work) {
        return connection -> {
            count(connection);
            try {
                return work.on(connection);
            } finally {
                ProgressHandler.clearHandler(connection.unwrap(SQLiteConnection.class));
            }
        };
    }

    private void count(Connection connection) throws java.sql.SQLException {
        ProgressHandler.setHandler(connection.unwrap(SQLiteConnection.class), 1, new ProgressHandler() {
            @Override
            protected int progress() {
                steps.incrementAndGet();
                return 0;
            }
        });
    }
}
