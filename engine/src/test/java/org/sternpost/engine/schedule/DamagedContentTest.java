package org.sternpost.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.Warnings;
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
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.MessageSelection;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient.State;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.store.Disk;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.store.journal.RecordFrame;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Level;

/// A message whose content the disk altered while it waited: whoever reads it finds out, and then it is named, is sent
/// to nobody, and is neither returned nor forgotten until an operator says so.
class DamagedContentTest {

    private static final Duration EXPIRATION = Duration.ofDays(2);
    private static final byte[] LETTER = "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final Outcome TAKEN = new Outcome.Delivered("2.0.0", new Reply(250, List.of("2.0.0 ok")),
            "mx.example.org",
            "192.0.2.1:25", Level.Plaintext, "", Optional.empty());

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();
    private final BlockingQueue<String> came = new LinkedBlockingQueue<>();
    private final AtomicBoolean failing = new AtomicBoolean();
    private SqliteDatabase database;
    private Queue queue;

    @BeforeEach
    void open() throws Exception {
        database = SqliteDatabase.open(directory,
                Stream.concat(Queue.SCHEMA.stream(), Connectors.SCHEMA.stream()).toList(), new Disk() {
                    @Override
                    public int read(RandomAccessFile file, byte[] octets, int length) throws IOException {
                        if (failing.get()) throw new IOException("Input/output error");
                        return super.read(file, octets, length);
                    }
                });
        queue = Queue.recover(database, time);
    }

    @AfterEach
    void close() throws Exception { database.close(); }

    /// Nothing of what was accepted before is in memory any more.
    private void reopen() throws Exception {
        close();
        open();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a bit is flipped", "it is cut", "it is gone"})
    void itIsNamedAndSetAsideAlsoBeyondItsTimeAndGoesOutOnceItsFileIsBack(String damage) throws Exception {
        put("damaged");
        reopen();
        byte[] intact = Files.readAllBytes(segment());
        damage(damage, intact);
        time.advance(EXPIRATION.plusDays(1));
        try (var warnings = new Warnings(AttemptRecorder.class)) {
            try (var _ = scheduler()) {
                assertEquals("damaged unreadable", came());
            }
            MessageRow left = aside("damaged");
            String said = warnings.lines().toString();
            assertTrue(said.contains("event=message-damaged id=\"" + left.message().id()) && said.contains("segment"),
                    said);
        }
        Files.write(segment(), intact);
        time.advance(EXPIRATION);
        reopen();
        try (var _ = scheduler()) {
            MessageRow left = aside("damaged");
            var admin = new QueueAdmin(database, queue, time);
            assertEquals(1, admin.setAside());
            assertEquals(List.of(left), admin.search(MessageSelection.ALL.setAside()).next());
            String words = left.recipients().getFirst().lastError().text();
            assertTrue(words.contains("own copy of the message is damaged") && words.contains("Resume-Message"), words);
            admin.acts().resume(Set.of(left.message().id()), "ops", _ -> _ -> null);
            assertEquals(0, admin.setAside());
            assertEquals("damaged taken", came());
        }
        assertEquals(0, queue.size());
    }

    /// A disk that fails to read now may read later: that is no damage.
    @Test
    void aDiskThatFailsToReadIsTriedAgain() throws Exception {
        put("later");
        reopen();
        failing.set(true);
        try (var _ = scheduler()) {
            assertEquals("later unreadable", came());
        }
        assertEquals(State.Waiting, rows().getFirst().recipients().getFirst().state());
        failing.set(false);
        time.advance(Duration.ofHours(1));
        try (var _ = scheduler()) {
            assertEquals("later taken", came());
        }
    }

    private void damage(String how, byte[] intact) throws IOException {
        switch (how) {
            case "it is gone" -> Files.delete(segment());
            case "it is cut" -> Files.write(segment(), Arrays.copyOf(intact, intact.length / 2));
            default -> {
                byte[] altered = intact.clone();
                altered[intact.length - RecordFrame.TRAILER_OCTETS - 1] ^= 1; // the last of the content
                Files.write(segment(), altered);
            }
        }
    }

    private Scheduler scheduler() throws IOException {
        return Scheduler.start(queue, new Connectors(database, time), this::carry, _ -> false,
                new DsnWriter("relay.example", _ -> false, Doors.of(queue, EXPIRATION, time).acceptance()::admit, time),
                List.of(),
                new Limits(50, 1, List.of(Duration.ofMinutes(15)), Duration.ofMinutes(1)), time);
    }

    /// Reads what it sends, and says of our own copy what a session says.
    private void carry(DestinationQueue destination) throws IOException {
        for (var next = destination.next(); next.isPresent(); next = destination.next()) {
            ClaimedDelivery mail = next.get();
            Outcome outcome = TAKEN;
            try (var in = mail.body().open()) {
                assertArrayEquals(LETTER, in.readAllBytes());
            } catch (IOException ours) {
                outcome = new Outcome.Deferred("4.3.0", String.valueOf(ours.getMessage()), "", Optional.empty());
            }
            var outcomes = new HashMap<Integer, Outcome>();
            for (var recipient : mail.recipients())
                outcomes.put(recipient.index(), outcome);
            destination.settle(mail, new AttemptResult(Map.copyOf(outcomes), List.of(), List.of()));
            came.add(mail.recipients().getFirst().address().localPart()
                    + (outcome == TAKEN ? " taken" : " unreadable"));
        }
    }

    private String came() throws InterruptedException {
        String one = came.poll(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
        assertNotNull(one, "nothing came");
        return one;
    }

    private MessageRow aside(String recipient) throws IOException {
        var all = rows();
        assertEquals(1, all.size(), all + "");
        var left = all.getFirst().recipients().getFirst();
        assertEquals(recipient, left.address().localPart());
        assertEquals(State.Suspended, left.state());
        return all.getFirst();
    }

    private List<MessageRow> rows() throws IOException {
        return new QueueAdmin(database, queue, time).messages(Optional.empty(), Optional.empty(), 10);
    }

    private void put(String to) throws IOException {
        Doors.of(queue, EXPIRATION, time).put("127.0.0.1", new Envelope(ReversePath.of("sender@home.example"),
                List.of(Recipient.of(Address.of(to + "@example.org"))), MailParameters.NONE), LETTER);
    }

    private Path segment() { return directory.resolve("bodies/0000000000000001.seg"); }
}
