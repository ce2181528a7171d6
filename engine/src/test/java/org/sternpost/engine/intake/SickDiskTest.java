package org.sternpost.engine.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.smtp.RawClient;
import org.sternpost.engine.smtp.server.Admission;
import org.sternpost.engine.smtp.server.Admission.Network;
import org.sternpost.engine.smtp.server.SmtpServer;
import org.sternpost.engine.smtp.server.SmtpServer.ListenerConfig;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;
import org.sternpost.engine.store.Disk;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;

/// Mail that comes while the disk is in trouble: its client hears 4yz and keeps it, or 250 and it is kept; and once the
/// disk is well again mail is taken as ever, without anybody's help.
@Timeout(600)
class SickDiskTest {

    private static final Duration LIFE = Duration.ofDays(2);
    private static final int LARGE = 300_000; // more than is held in memory

    /// What the disk does.
    private enum Trouble { NONE, FULL, READ_ONLY, FAILING, FAILING_SYNC, NO_ROOM, NOT_TELLING, SLOW, SLOW_SYNC }

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();
    private final AtomicReference<Trouble> trouble = new AtomicReference<>(Trouble.NONE);
    private final CountDownLatch well = new CountDownLatch(1);
    private final CountDownLatch waiting = new CountDownLatch(1);
    private SqliteDatabase database;
    private Queue queue;
    private SmtpServer server;

    @BeforeEach
    void open() throws IOException {
        reopen();
        server = SmtpServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new ListenerConfig(Domain.of("relay.example"), List.of(Network.of("127.0.0.0/8")),
                        new Admission(ServerLimits.DEFAULT), Doors.of(queue, LIFE, time).acceptance(),
                        Files.createDirectories(directory.resolve("spool")), Optional.empty(), time));
    }

    private void reopen() throws IOException {
        database = SqliteDatabase.open(directory.resolve("data"),
                Stream.concat(Queue.SCHEMA.stream(), Connectors.SCHEMA.stream()).toList(), new SickDisk());
        queue = Queue.recover(database, time);
    }

    @AfterEach
    void close() throws IOException {
        well.countDown();
        server.close();
        database.close();
    }

    private final class SickDisk extends Disk {

        @Override
        public void write(RandomAccessFile file, long offset, byte[] octets, int length) throws IOException {
            switch (trouble.get()) {
                case FULL -> throw new IOException("No space left on device");
                case READ_ONLY -> throw new IOException("Read-only file system");
                case FAILING -> {
                    super.write(file, offset, octets, length / 2);
                    throw new IOException("Input/output error");
                }
                case SLOW -> pass();
                case NONE, FAILING_SYNC, NO_ROOM, NOT_TELLING, SLOW_SYNC -> {
                }
            }
            super.write(file, offset, octets, length);
        }

        @Override
        public void sync(RandomAccessFile file) throws IOException {
            if (trouble.get() == Trouble.FAILING_SYNC) throw new IOException("Input/output error");
            if (trouble.get() == Trouble.SLOW_SYNC) pass();
            super.sync(file);
        }

        @Override
        public long usableSpace(Path of) {
            return switch (trouble.get()) {
                case NO_ROOM -> 1 << 20;
                case NOT_TELLING -> 0;
                case NONE, FULL, READ_ONLY, FAILING, FAILING_SYNC, SLOW, SLOW_SYNC -> Long.MAX_VALUE;
            };
        }

        private void pass() throws IOException {
            waiting.countDown();
            try {
                if (!well.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS)) throw new IOException("never well");
            } catch (InterruptedException stop) {
                throw new IOException(stop);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = Trouble.class, names = {"FULL", "READ_ONLY", "FAILING", "FAILING_SYNC", "NO_ROOM",
            "NOT_TELLING"})
    void whatTheDiskDoesNotTakeIsLeftToItsClient(Trouble what) throws IOException {
        for (int octets : new int[]{10, LARGE}) {
            long before = queue.size();
            try (var client = new Client()) {
                assertEquals("250", client.deliver(octets));
                trouble.set(what);
                time.advance(Duration.ofSeconds(1)); // how often the disk is asked for its room
                for (int i = 0; i < 3; i++)
                    assertEquals("452", client.deliver(octets));
                assertEquals(before + 1, queue.size());
                trouble.set(Trouble.NONE);
                time.advance(Duration.ofSeconds(1));
                for (int i = 0; i < 3; i++)
                    assertEquals("250", client.deliver(octets));
            }
            assertEquals(before + 4, queue.size());
        }
        assertWhole(8);
    }

    /// Nobody hears 250 before the disk has it, however long that is, and nobody else waits for that.
    @ParameterizedTest
    @EnumSource(value = Trouble.class, names = {"SLOW", "SLOW_SYNC"})
    void aSlowDiskIsWaitedForByThoseWhoseMailItKeeps(Trouble what) throws Exception {
        trouble.set(what);
        try (var slow = new Client(); var other = new Client()) {
            slow.begin(10);
            assertTrue(waiting.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
            assertEquals("250", other.said("NOOP"));
            assertEquals("250", other.said("MAIL FROM:<a@x.example>"));
            assertEquals("250", other.said("RCPT TO:<b@y.example>"));
            assertFalse(slow.hears());
            assertEquals(0, queue.size());
            trouble.set(Trouble.NONE);
            well.countDown();
            assertEquals("250", slow.code());
            assertEquals("354", other.said("DATA"));
            assertEquals("250", other.said("A: b\r\n\r\nc\r\n."));
        }
        assertWhole(2);
    }

    /// Whoever leaves while the disk is slow has not heard; the message is kept all the same, and nothing else stays.
    @Test
    void whoLeavesMeanwhileLeavesAMessageThatIsKept() throws Exception {
        trouble.set(Trouble.SLOW_SYNC);
        try (var client = new Client()) {
            client.begin(10);
            assertTrue(waiting.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        }
        trouble.set(Trouble.NONE);
        well.countDown();
        try (var client = new Client()) {
            assertEquals("250", client.deliver(10)); // behind the first, in the order of the disk
        }
        assertWhole(2);
    }

    /// What was answered 250 is there after a restart, and nothing else.
    private void assertWhole(int messages) throws IOException {
        server.close();
        database.close();
        reopen();
        assertEquals(messages, queue.size());
        for (var message : new QueueAdmin(database, queue, time).messages(Optional.empty(), Optional.empty(), 100))
            try (var content = queue.body(message.message().id()).orElseThrow().open()) {
                assertEquals(message.message().size(), content.readAllBytes().length);
            }
        assertEquals(List.of(), queue.damaged());
        try (var left = Files.list(directory.resolve("spool"))) {
            assertEquals(0, left.count());
        }
    }

    private final class Client implements AutoCloseable {

        private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
        private final BufferedReader in = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));

        Client() throws IOException {
            socket.setSoTimeout((int) Patience.AMPLE.toMillis());
            assertEquals("220", code());
            assertEquals("250", said("HELO c.example"));
        }

        String said(String line) throws IOException {
            RawClient.say(socket, line + "\r\n");
            return code();
        }

        String deliver(int octets) throws IOException {
            begin(octets);
            return code();
        }

        /// All but the last reply.
        void begin(int octets) throws IOException {
            assertEquals("250", said("MAIL FROM:<a@x.example>"));
            assertEquals("250", said("RCPT TO:<b@y.example>"));
            assertEquals("354", said("DATA"));
            RawClient.say(socket, "A: b\r\n\r\n" + ("x".repeat(98) + "\r\n").repeat(octets / 100) + ".\r\n");
        }

        String code() throws IOException { return String.valueOf(in.readLine()).substring(0, 3); }

        /// Looks for a moment.
        boolean hears() throws IOException {
            socket.setSoTimeout(50);
            try {
                in.mark(1);
                in.read();
                in.reset();
                return true;
            } catch (SocketTimeoutException nothing) {
                return false;
            } finally {
                socket.setSoTimeout((int) Patience.AMPLE.toMillis());
            }
        }

        @Override
        public void close() throws IOException { socket.close(); }
    }
}
