package org.sternpost.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.DomainPattern;
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
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.store.Disk.DiskTroubleException;
import org.sternpost.engine.store.Disk;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Level;

/// What cannot be settled is not sent: a full disk costs no message twice, and mail flows again by itself.
class FullDiskTest {

    private static final int DESTINATIONS = 12;
    private static final int MESSAGES = DESTINATIONS * 19; // one session each
    private static final String NOTES = "store.notes";
    private static final int NOTE_OCTETS = 32;
    private static final Limits LIMITS = new Limits(50, 10, List.of(Duration.ofMinutes(15)), Duration.ofDays(1));
    private static final Outcome TAKEN = new Outcome.Delivered("2.0.0", new Reply(250, List.of("2.0.0 ok")),
            "mx.example.org",
            "192.0.2.1:25", Level.Plaintext, "", Optional.empty());

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();
    private final AtomicLong free = new AtomicLong(Long.MAX_VALUE);
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
                    public long usableSpace(Path of) { return free.get(); }
                });
        connectors = new Connectors(database, time);
        queue = Queue.recover(database, time);
        for (int i = 0; i < MESSAGES; i++)
            Doors.of(queue, Duration.ofHours(4), time).put("127.0.0.1",
                    new Envelope(ReversePath.of("sender@home.example"),
                            List.of(new Recipient(Address.of("b@d" + i % DESTINATIONS + ".example"), Set.of(), "")),
                            MailParameters.NONE),
                    "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    @AfterEach
    void close() throws Exception { database.close(); }

    @Test
    void whatTheDiskDidNotTakeIsSettledLaterAndNothingIsSentMeanwhile() throws Exception {
        full(true);
        // Whatever fails: sessions end when what they sent is written down.
        AutoCloseable room = () -> {
            full(false);
            awaitEmpty();
        };
        try (var _ = scheduler(); var _ = room) {
            assertTrue(sends.tryAcquire(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS), "nobody was sent anything");
            for (int minute = 0; minute < 20; minute++) {
                time.advance(Duration.ofMinutes(1));
                // Whoever would send again has the time to.
                sends.tryAcquire(DESTINATIONS, 20, TimeUnit.MILLISECONDS);
            }
            assertTrue(sent.values().stream().allMatch(times -> times.get() == 1), "sent twice: " + sent);
            // Each session that had begun before the first settlement failed, with all that it may have unsettled.
            // Where the disk had room for the rows of one after all, that one is settled.
            assertTrue(sent.size() <= DESTINATIONS * SettlingBehind.UNSETTLED_MAX + MESSAGES - queue.size(),
                    sent.size() + " were sent");
            assertTrue(queue.held().orElseThrow().contains("nothing is sent since"), queue.held() + "");
        }
        assertEquals(MESSAGES, sent.size());
        assertTrue(sent.values().stream().allMatch(times -> times.get() == 1), "sent twice: " + sent);
        assertEquals(Optional.empty(), queue.held());
    }

    /// Nothing is settled, and all that hosts took was noted before.
    @Test
    void whatWasSentIsNotSentAgainThoughTheProcessIsKilledBeforeTheDiskTookIt() throws Exception {
        full(true);
        Path killed = directory.resolve("killed");
        int taken;
        AutoCloseable room = () -> {
            full(false);
            awaitEmpty();
        };
        try (var _ = scheduler(); var _ = room) {
            assertTrue(sends.tryAcquire(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS), "nobody was sent anything");
            awaitNoted(1);
            taken = (int) (Files.size(directory.resolve(NOTES)) / NOTE_OCTETS);
            copy(killed);
        }
        try (var store = SqliteDatabase.open(killed, Queue.SCHEMA); Queue left = Queue.recover(store, time)) {
            assertTrue(left.size() <= MESSAGES - taken, left.size() + " wait though " + taken + " were noted");
            int delivered = store.<Integer>read(connection -> {
                try (var query = connection
                        .prepareStatement("SELECT count(*) FROM recipient WHERE state = 'Delivered'");
                        var row = query.executeQuery()) {
                    row.next();
                    return row.getInt(1);
                }
            });
            assertEquals(MESSAGES - left.size(), delivered);
        }
    }

    private void awaitNoted(int count) throws IOException {
        long end = System.nanoTime() + Patience.AMPLE.toNanos();
        while (Files.size(directory.resolve(NOTES)) < (long) count * NOTE_OCTETS) {
            assertTrue(System.nanoTime() < end, "nothing was noted");
            Thread.onSpinWait();
        }
    }

    private void copy(Path to) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(directory.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    @Test
    void nothingIsSentWhileTheDiskHasNoRoomToSettleIt() throws Exception {
        free.set(10L << 20);
        time.advance(Duration.ofSeconds(1)); // how often the disk is asked
        assertTrue(queue.isFull(0), "intake ends before");
        try (var _ = scheduler()) {
            for (int minute = 0; minute < 5; minute++) {
                time.advance(Duration.ofMinutes(1));
                assertEquals(0, sends.tryAcquire(20, TimeUnit.MILLISECONDS) ? 1 : 0, "sent into a full disk");
            }
            assertTrue(queue.held().orElseThrow().contains("MB are free"), queue.held() + "");
            free.set(40L << 20);
            time.advance(Duration.ofSeconds(1));
            assertTrue(queue.isFull(0), "room to settle is not room to accept");
            awaitEmpty();
        }
        assertEquals(MESSAGES, sent.size());
    }

    /// A large message does not take the room that settlements need, and small ones are accepted meanwhile.
    @Test
    void whatLeavesTooLittleRoomIsNotAcceptedUntilThereIsMore() throws Exception {
        free.set(100L << 20);
        time.advance(Duration.ofSeconds(1));
        assertTrue(queue.isFull(50L << 20));
        assertEquals(false, queue.isFull(10L << 20));
        assertTrue(queue.isFull(Long.MAX_VALUE), "no sum overflows");
        free.set(200L << 20);
        time.advance(Duration.ofSeconds(1));
        assertEquals(false, queue.isFull(50L << 20));
    }

    /// A settlement that the database itself refuses is no trouble of the disk: others go on.
    @Test
    void aSettlementThatOurOwnStatementsSpoilHoldsNobodyElse() throws Exception {
        var spoilt = new CountDownLatch(1);
        try (var _ = Scheduler.start(queue, connectors, this::carry, _ -> false,
                new DsnWriter("relay.example", _ -> false,
                        Doors.of(queue, Duration.ofHours(4), time).acceptance()::admit, time),
                List.of((delivery, _) -> connection -> {
                    if (!delivery.domain().ascii().equals("d0.example")) return null;
                    spoilt.countDown();
                    throw new SQLException("no such table");
                }), LIMITS, time)) {
            assertTrue(
                    sends.tryAcquire(MESSAGES - MESSAGES / DESTINATIONS, Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
            assertEquals(Optional.empty(), queue.held());
            // Written behind the session.
            assertTrue(spoilt.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        }
    }

    /// Mail whose connector changes is moved first, which a disk may refuse as well.
    @Test
    void mailThatCouldNotBeMovedIsMovedLater() throws Exception {
        connectors.change(now -> now.add(Connectors.fresh("own", domains(), time.instant())));
        execute("CREATE TRIGGER refuse BEFORE UPDATE OF connector ON recipient BEGIN SELECT RAISE(ABORT, 'no'); END");
        try (var _ = scheduler()) {
            long end = System.nanoTime() + Patience.AMPLE.toNanos();
            while (queue.destinations().views(time.instant()).stream().anyMatch(one -> one.failures() == 0)) {
                assertTrue(System.nanoTime() < end, "a destination was not tried");
                sends.tryAcquire(MESSAGES, 20, TimeUnit.MILLISECONDS);
            }
            execute("DROP TRIGGER refuse");
            awaitEmpty();
        }
        assertEquals(MESSAGES, sent.size());
    }

    private static List<DomainPattern> domains() {
        return IntStream.range(0, DESTINATIONS).mapToObj(i -> DomainPattern.of("d" + i + ".example")).toList();
    }

    private void execute(String sql) throws IOException {
        database.write(connection -> {
            try (var statement = connection.createStatement()) {
                return statement.execute(sql);
            }
        });
    }

    private Scheduler scheduler() {
        return Scheduler.start(queue, connectors, this::carry, _ -> false,
                new DsnWriter("relay.example", _ -> false,
                        Doors.of(queue, Duration.ofHours(4), time).acceptance()::admit, time),
                List.of(), LIMITS, time);
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
        long end = System.nanoTime() + Patience.AMPLE.toNanos();
        while (queue.size() > 0) {
            assertTrue(System.nanoTime() < end, queue.size() + " wait");
            time.advance(Duration.ofSeconds(10));
            sends.tryAcquire(MESSAGES, 20, TimeUnit.MILLISECONDS);
        }
    }

    /// SQLite itself says that the disk is full: no event of the trace has room any more.
    private void full(boolean full) throws IOException {
        database.write(connection -> {
            try (var statement = connection.createStatement()) {
                return statement.execute("PRAGMA max_page_count = " + (full ? 1 : 1_000_000));
            }
        });
        for (boolean room = full; room;)
            try {
                database.write(connection -> {
                    try (var statement = connection.createStatement()) {
                        return statement
                                .executeUpdate("INSERT INTO trace_event (message, position, at, kind, connector,"
                                        + " code, host, address, tls, level, would_fail, detail)"
                                        + " VALUES ('0', 0, 0, 'SEND', '', '', '', '', '', '', '', '')");
                    }
                });
            } catch (DiskTroubleException filled) {
                room = false;
            }
    }
}
