package org.sternpost.cmdlets.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.cmdlets.Plain;
import org.sternpost.cmdlets.Ports;
import org.sternpost.cmdlets.catalogue.AllCmdlets;
import org.sternpost.cmdlets.mail.GetMessageTrace;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.view.MessageTraceView;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;

/// An answer without an end: each record leaves when it comes, and whoever asks ends it.
class FollowWireTest {

    private static final GetMessageTrace FOLLOW = Plain.of(GetMessageTrace.class, "follow", true, "resultSize", 1000);

    @TempDir
    Path directory;
    private final LinkedBlockingQueue<Instant> events = new LinkedBlockingQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private WireServer server;

    @BeforeEach
    void start() throws Exception {
        server = WireServer.start(directory.resolve("s"), Ports.of(new OneConnector(),
                Ports.answering(Management.TracePort.class, () -> StreamSupport.stream(new Waiting(events), false)
                        .onClose(closed::countDown))),
                new AllCmdlets(), "mx1.example.com", new SystemTime());
    }

    @AfterEach
    void stop() throws Exception { server.close(); }

    private static final class Waiting extends Spliterators.AbstractSpliterator<MessageTraceView> {
        private final LinkedBlockingQueue<Instant> events;

        Waiting(LinkedBlockingQueue<Instant> events) {
            super(Long.MAX_VALUE, Spliterator.ORDERED);
            this.events = events;
        }

        @Override
        public boolean tryAdvance(Consumer<? super MessageTraceView> to) {
            try {
                to.accept(Plain.of(MessageTraceView.class, "received", events.take()));
                return true;
            } catch (InterruptedException left) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    @Test
    void eachRecordLeavesWhenItComesAndACancelIsTheEnd() throws Exception {
        try (var client = SocketClient.connect(server.socket(), new AllCmdlets())) {
            var seen = new LinkedBlockingQueue<Record>();
            var ended = new LinkedBlockingQueue<Exception>();
            Thread.ofVirtual().start(() -> {
                try {
                    client.query(FOLLOW, seen::add);
                } catch (Exception end) {
                    ended.add(end);
                }
            });
            for (int i = 1; i <= 3; i++) {
                events.add(Instant.ofEpochSecond(i));
                var view = (MessageTraceView) seen.poll(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
                assertEquals(Instant.ofEpochSecond(i), view.received());
            }
            client.cancel();
            assertTrue(ended.poll(Patience.AMPLE.toSeconds(),
                    TimeUnit.SECONDS) instanceof EngineClient.CancelledException);
            assertClosed();
        }
    }

    @Test
    void itEndsWhenTheShellLeaves() throws Exception {
        try (var client = SocketClient.connect(server.socket(), new AllCmdlets())) {
            var seen = new CountDownLatch(1);
            Thread.ofVirtual().start(() -> assertThrows(Exception.class,
                    () -> client.query(FOLLOW, _ -> seen.countDown())));
            events.add(Instant.EPOCH);
            assertTrue(seen.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        }
        assertClosed();
    }

    @Test
    void itEndsWhenNoMoreIsWanted() throws Exception {
        events.add(Instant.EPOCH);
        events.add(Instant.EPOCH);
        try (var client = SocketClient.connect(server.socket(), new AllCmdlets())) {
            var count = new AtomicInteger();
            assertThrows(IllegalStateException.class, () -> client.query(FOLLOW, _ -> {
                if (count.incrementAndGet() == 2) throw new IllegalStateException("enough");
            }));
            assertClosed();
        }
    }

    private void assertClosed() throws InterruptedException {
        assertTrue(closed.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS), "the engine follows on");
    }
}
