package org.sternpost.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Level;

/// A host does not wait for our disk, and no session runs far ahead of it.
class SettlingBehindTest {

    private static final int MESSAGES = 19; // for one session
    private static final Outcome TAKEN = new Outcome.Delivered("2.0.0", new Reply(250, List.of("2.0.0 ok")),
            "mx.example.org", "192.0.2.1:25", Level.Plaintext, "", Optional.empty());

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();
    private final Semaphore sends = new Semaphore(0);
    private final CountDownLatch disk = new CountDownLatch(1);
    private SqliteDatabase database;
    private Connectors connectors;
    private Queue queue;

    @BeforeEach
    void open() throws Exception {
        database = SqliteDatabase.open(directory,
                Stream.concat(Queue.SCHEMA.stream(), Connectors.SCHEMA.stream()).toList());
        connectors = new Connectors(database, time);
        queue = Queue.recover(database, time);
        for (int i = 0; i < MESSAGES; i++)
            Doors.of(queue, Duration.ofHours(4), time).put("127.0.0.1",
                    new Envelope(ReversePath.of("sender@home.example"),
                            List.of(new Recipient(Address.of("b@d.example"), Set.of(), "")), MailParameters.NONE),
                    "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    @AfterEach
    void close() throws Exception {
        disk.countDown();
        database.close();
    }

    @Test
    void aSessionGoesOnWhileTheDiskIsSlowAndThenWaitsForIt() throws Exception {
        slowDisk();
        try (var _ = scheduler()) {
            assertTrue(sends.tryAcquire(SettlingBehind.UNSETTLED_MAX, Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
            assertFalse(sends.tryAcquire(50, TimeUnit.MILLISECONDS), "more than may be sent twice after a crash");
            assertEquals(MESSAGES, queue.size());
            disk.countDown();
            assertTrue(sends.tryAcquire(MESSAGES - SettlingBehind.UNSETTLED_MAX, Patience.AMPLE.toSeconds(),
                    TimeUnit.SECONDS));
        }
        assertEquals(0, queue.size(), "a stop waits for what is being written");
    }

    @Test
    void aStopWaitsForAllThatIsBeingWritten() throws Exception {
        slowDisk();
        var scheduler = scheduler();
        assertTrue(sends.tryAcquire(SettlingBehind.UNSETTLED_MAX, Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        Thread stop = Thread.startVirtualThread(scheduler::close);
        assertFalse(stop.join(Duration.ofMillis(50)), "stopped before the disk had it");
        disk.countDown();
        assertTrue(stop.join(Patience.AMPLE));
        assertEquals(MESSAGES - SettlingBehind.UNSETTLED_MAX - sends.drainPermits(), queue.size());
    }

    /// What the disk took is known after a start, and nothing else is.
    @Test
    void whatWasWrittenBehindIsOnTheDisk() throws Exception {
        disk.countDown();
        try (var _ = scheduler()) {
            assertTrue(sends.tryAcquire(MESSAGES, Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        }
        database.close();
        database = SqliteDatabase.open(directory,
                Stream.concat(Queue.SCHEMA.stream(), Connectors.SCHEMA.stream()).toList());
        assertEquals(0, Queue.recover(database, time).size());
    }

    /// Holds all writes up until the latch falls.
    private void slowDisk() throws InterruptedException {
        var begun = new CountDownLatch(1);
        Thread.startVirtualThread(() -> {
            try {
                database.write(_ -> {
                    begun.countDown();
                    try {
                        return disk.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
                    } catch (InterruptedException stop) {
                        throw new IllegalStateException(stop);
                    }
                });
            } catch (IOException failed) {
                throw new IllegalStateException(failed);
            }
        });
        assertTrue(begun.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
    }

    private Scheduler scheduler() {
        return Scheduler.start(queue, connectors, this::carry, _ -> false,
                new DsnWriter("relay.example", _ -> false,
                        Doors.of(queue, Duration.ofHours(4), time).acceptance()::admit, time),
                List.of(), new Limits(50, 10, List.of(Duration.ofMinutes(15)), Duration.ofDays(1)), time);
    }

    private void carry(DestinationQueue destination) throws IOException {
        for (var next = destination.next(); next.isPresent(); next = destination.next()) {
            if (!destination.answered()) return;
            sends.release();
            destination.settle(next.get(), new AttemptResult(Map.of(0, TAKEN), List.of(), List.of()));
        }
    }
}
