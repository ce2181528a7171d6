package org.sternpost.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.DeliveryAgent.DestinationQueue;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.dsn.DsnWriter;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.store.Disk;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Level;

/// A disk that the system makes read-only, as it does where it fails: nothing is accepted and nothing more is sent, no
/// host is blamed for it, and all goes on by itself once it can be written.
class ReadOnlyDiskTest {

    private static final int DESTINATIONS = 6;
    private static final int MESSAGES = DESTINATIONS * 19; // one session each
    private static final byte[] LETTER = "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final Outcome TAKEN = new Outcome.Delivered("2.0.0", new Reply(250, List.of("2.0.0 ok")),
            "mx.example.org", "192.0.2.1:25", Level.Plaintext, "", Optional.empty());

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();
    private final AtomicBoolean readOnly = new AtomicBoolean();
    private final AtomicReference<Connection> writing = new AtomicReference<>();
    private final Map<QueueId, AtomicInteger> sent = new ConcurrentHashMap<>();
    private final Semaphore sends = new Semaphore(0);
    private SqliteDatabase database;
    private Connectors connectors;
    private Queue queue;

    @BeforeEach
    void open() throws Exception {
        database = SqliteDatabase.open(directory,
                Stream.concat(Queue.SCHEMA.stream(), Connectors.SCHEMA.stream()).toList(), new Disk() {
                    @Override
                    public void write(RandomAccessFile file, long offset, byte[] octets, int length)
                            throws IOException {
                        if (readOnly.get()) throw new IOException("Read-only file system");
                        super.write(file, offset, octets, length);
                    }
                });
        connectors = new Connectors(database, time);
        queue = Queue.recover(database, time);
        for (int i = 0; i < MESSAGES; i++)
            assertInstanceOf(MessageSink.Answer.Accepted.class, accept("b@d" + i % DESTINATIONS + ".example"));
    }

    @AfterEach
    void close() throws Exception { database.close(); }

    @Test
    void nothingIsTakenOrSentUntilItCanBeWrittenAndNobodyIsBlamed() throws Exception {
        readOnly(true);
        AutoCloseable repaired = () -> {
            readOnly(false);
            awaitEmpty();
        };
        try (var _ = Scheduler.start(queue, connectors, this::carry, _ -> false,
                new DsnWriter("relay.example", _ -> false,
                        Doors.of(queue, Duration.ofHours(4), time).acceptance()::admit, time),
                List.of(), new Limits(50, 10, List.of(Duration.ofMinutes(15)), Duration.ofDays(1)), time);
                var _ = repaired) {
            assertTrue(sends.tryAcquire(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS), "nobody was sent anything");
            Patience.until("sending is held", this::isHeld);
            for (int minute = 0; minute < 20; minute++) {
                time.advance(Duration.ofMinutes(1));
                // Whoever would send again has the time to.
                sends.tryAcquire(MESSAGES, 20, TimeUnit.MILLISECONDS);
                var refused = assertInstanceOf(MessageSink.Answer.Refused.class, accept("late@d0.example"));
                assertEquals(452, refused.reply().code());
                assertTrue(refused.reply().lines().getFirst().startsWith("4.3.1 "), refused.reply() + "");
            }
            assertTrue(sent.values().stream().allMatch(times -> times.get() == 1), "sent twice: " + sent);
            assertTrue(sent.size() <= DESTINATIONS * SettlingBehind.UNSETTLED_MAX, sent.size() + " were sent");
            assertEquals(MESSAGES, queue.size(), "something was settled");
            String held = queue.held().orElseThrow();
            assertTrue(held.contains("nothing is sent since") && held.contains("readonly database")
                    && held.contains("sending goes on by itself"), held);
            for (var one : queue.destinations().views(time.instant()))
                assertEquals(0, one.failures(), one + "");
        }
        assertEquals(MESSAGES, sent.size());
        assertTrue(sent.values().stream().allMatch(times -> times.get() == 1), "sent twice: " + sent);
        assertEquals(Optional.empty(), queue.held());
        assertInstanceOf(MessageSink.Answer.Accepted.class, accept("late@d0.example"));
    }

    /// The files of contents and the database may be on two disks: a record is what proves a message, and while its
    /// rows cannot follow nothing more is accepted.
    @Test
    void whileRowsCannotFollowNothingMoreIsAccepted() throws Exception {
        readOnly.set(true);
        assertInstanceOf(MessageSink.Answer.Refused.class, accept("late@d0.example"));
        readOnly.set(false);
        database.read(_ -> true); // returns once all have their rows
        readOnly(true);
        readOnly.set(false);
        assertInstanceOf(MessageSink.Answer.Accepted.class, accept("by-its-record@d0.example"));
        assertThrows(IOException.class, () -> database.read(_ -> true));
        assertInstanceOf(MessageSink.Answer.Refused.class, accept("late@d0.example"));
        readOnly(false);
        assertEquals(MESSAGES + 1, queue.size());
        assertInstanceOf(MessageSink.Answer.Accepted.class, accept("late@d0.example"));
        assertEquals(MESSAGES + 2, queue.size());
        database.close();
        database = SqliteDatabase.open(directory,
                Stream.concat(Queue.SCHEMA.stream(), Connectors.SCHEMA.stream()).toList());
        assertEquals(MESSAGES + 2, Queue.recover(database, time).size());
    }

    private boolean isHeld() {
        try {
            return queue.held().isPresent();
        } catch (IOException unknown) {
            throw new java.io.UncheckedIOException(unknown);
        }
    }

    /// By the door that SMTP has.
    private MessageSink.Answer accept(String to) throws IOException {
        return Doors.of(queue, Duration.ofHours(4), time).acceptance().take(
                QueueId.fresh(time.instant(), time.random()), "127.0.0.1",
                new Envelope(ReversePath.of("sender@home.example"), List.of(Recipient.of(Address.of(to))),
                        MailParameters.NONE),
                Header.of(LETTER), Content.of(LETTER));
    }

    private void carry(DestinationQueue destination) throws IOException {
        for (var next = destination.next(); next.isPresent(); next = destination.next()) {
            var mail = next.get();
            sent.computeIfAbsent(mail.message().id(), _ -> new AtomicInteger()).incrementAndGet();
            sends.release();
            destination.settle(mail, new AttemptResult(Map.of(0, TAKEN), List.of(), List.of()));
        }
    }

    private void awaitEmpty() throws InterruptedException {
        Patience.until("all is settled", () -> {
            time.advance(Duration.ofSeconds(10));
            return queue.size() == 0;
        });
    }

    /// SQLite says of itself what a system would that refuses each write; from then on nothing begins a change.
    private void readOnly(boolean on) throws Exception {
        readOnly.set(on);
        if (on)
            assertThrows(IOException.class, () -> database.write(connection -> {
                writing.set(connection);
                return queryOnly(connection, true);
            }));
        else
            queryOnly(writing.get(), false);
    }

    private static boolean queryOnly(Connection connection, boolean on) throws SQLException {
        try (var statement = connection.createStatement()) {
            return statement.execute("PRAGMA query_only = " + (on ? 1 : 0));
        }
    }
}
