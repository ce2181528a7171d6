package org.sternpost.engine.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.smtp.Dialogue;
import org.sternpost.engine.smtp.RawClient;
import org.sternpost.engine.smtp.server.Admission;
import org.sternpost.engine.smtp.server.Admission.Network;
import org.sternpost.engine.smtp.server.SmtpServer;
import org.sternpost.engine.smtp.server.SmtpServer.ListenerConfig;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;
import org.sternpost.engine.store.Disk;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;

/// A disk whose syncs take as long as they like: a client waits for the one that covers its message, whatever that one
/// comes to, and nobody waits who has nothing to be synced.
class SlowDiskTest {

    private static final String ENVELOPE = "MAIL FROM:<a@x.example>\r\nRCPT TO:<b@y.example>\r\n";

    @TempDir
    Path directory;
    private final SystemTime time = new SystemTime();
    private final CountDownLatch syncing = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicBoolean fails = new AtomicBoolean();
    private final Disk disk = new Disk() {
        @Override
        public void sync(RandomAccessFile file) throws IOException {
            syncing.countDown();
            pass(go);
            if (fails.getAndSet(false)) throw new IOException("Input/output error");
            super.sync(file);
        }
    };

    private static void pass(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS)) throw new IOException("it never came");
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoIsBeingSyncedWaitsAndNobodyElse(boolean failing) throws Exception {
        fails.set(failing);
        try (var store = SqliteDatabase.open(directory.resolve("data"),
                Stream.concat(Queue.SCHEMA.stream(), Connectors.SCHEMA.stream()).toList(), disk)) {
            var queue = Queue.recover(store, time);
            try (var server = server(queue); var first = new Client(server); var other = new Client(server)) {
                RawClient.say(first.socket, "EHLO c.example\r\n" + ENVELOPE + "DATA\r\n");
                assertEquals("250 250 250 354", first.codes(4));
                RawClient.say(first.socket, "Subject: x\r\n\r\nhello\r\n.\r\n");
                pass(syncing);
                // Everything but a message is answered meanwhile.
                RawClient.say(other.socket, "EHLO c.example\r\n" + ENVELOPE + "RSET\r\nNOOP\r\n");
                assertEquals("250 250 250 250 250", other.codes(5));
                assertEquals(0, first.socket.getInputStream().available(), "answered before it was synced");
                assertEquals(0, queue.size());
                go.countDown();
                assertEquals(failing ? "452" : "250", first.codes(1));
                assertEquals(failing ? 0 : 1, queue.size());
                // The next one is taken as ever.
                RawClient.say(other.socket, ENVELOPE + "DATA\r\n");
                assertEquals("250 250 354", other.codes(3));
                RawClient.say(other.socket, "Subject: y\r\n\r\nhello\r\n.\r\n");
                assertEquals("250", other.codes(1));
            } finally {
                go.countDown();
            }
        }
    }

    /// Whoever leaves while the disk works gets no second copy by that: what it keeps is kept once.
    @Test
    void aClientThatLeavesMeanwhileLosesNothing() throws Exception {
        try (var store = SqliteDatabase.open(directory.resolve("data"),
                Stream.concat(Queue.SCHEMA.stream(), Connectors.SCHEMA.stream()).toList(), disk)) {
            var queue = Queue.recover(store, time);
            try (var server = server(queue)) {
                try (var client = new Client(server)) {
                    RawClient.say(client.socket, "EHLO c.example\r\n" + ENVELOPE + "DATA\r\n");
                    assertEquals("250 250 250 354", client.codes(4));
                    RawClient.say(client.socket, "Subject: x\r\n\r\nhello\r\n.\r\n");
                    pass(syncing);
                }
                go.countDown();
                Patience.until("it is kept", () -> queue.size() == 1);
            } finally {
                go.countDown();
            }
        }
    }

    private SmtpServer server(Queue queue) throws IOException {
        return SmtpServer.start(new InetSocketAddress("127.0.0.1", 0), new ListenerConfig(Domain.of("relay.example"),
                List.of(Network.of("127.0.0.0/8")), new Admission(ServerLimits.DEFAULT),
                Doors.of(queue, Duration.ofHours(4), time).acceptance(), directory.resolve("spool"), Optional.empty(),
                time));
    }

    private static final class Client implements AutoCloseable {

        private final Socket socket = new Socket();
        private final Dialogue replies;

        Client(SmtpServer server) throws IOException {
            socket.connect(server.address());
            replies = new Dialogue(socket);
            assertEquals("220", codes(1));
        }

        /// Of so many replies.
        String codes(int count) throws IOException {
            var codes = new StringBuilder();
            for (int i = 0; i < count; i++) {
                String reply = replies.reply();
                assertTrue(reply.length() > 3, "the server left: " + reply);
                codes.append(i == 0 ? "" : " ").append(reply, 0, 3);
            }
            return codes.toString();
        }

        @Override
        public void close() throws IOException { socket.close(); }
    }
}
