package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Hands in messages as fast as they are taken, over several sessions, and remembers which were answered 250.
final class Injector implements AutoCloseable {

    private static final long LOOK_AGAIN_NANOS = 5_000_000;
    private static final int DOMAINS = 7;
    private static final Duration PATIENCE = Duration.ofMinutes(10); // for what is asked for between two kills

    private final int port;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<String, Instant> accepted = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong first = new AtomicLong();
    private final Semaphore milestone = new Semaphore(0);
    private volatile int goal = Integer.MAX_VALUE;
    private volatile boolean running;
    private volatile boolean over;

    /// @param sessions at once; they wait until [#run]
    Injector(int port, int sessions, long seed) {
        this.port = port;
        for (int i = 0; i < sessions; i++) {
            var random = new Random(seed + i);
            threads.add(Thread.ofVirtual().start(() -> inject(random)));
        }
    }

    /// Waits until so many more messages were answered 250, or says that they are not.
    ///
    /// @return how long that took, from the first of them, in seconds
    double run(int messages) throws InterruptedException {
        first.set(0);
        goal = count.get() + messages;
        milestone.drainPermits(); // of who was late with what went before
        running = true;
        assertTrue(milestone.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS),
                () -> "in " + PATIENCE + " no more than " + count + " of " + goal + " messages were answered 250");
        long begun = first.get();
        // Who was late with what went before may have been the last one, ahead of all others.
        return begun == 0 ? 0 : (System.nanoTime() - begun) / 1e9;
    }

    void pause() { running = false; }

    /// How many messages were answered 250.
    int answered() { return count.get(); }

    /// `id recipient` of everything that was answered 250.
    Set<String> accepted() { return accepted.keySet(); }

    /// When the 250 of each of them had been read.
    Map<String, Instant> acceptedAt() { return accepted; }

    private void inject(Random random) {
        while (!over)
            if (running)
                try (var socket = new Socket("127.0.0.1", port)) {
                    session(socket, random);
                } catch (IOException cut) {
                    // What was under way has no answer; nobody promised it.
                    LockSupport.parkNanos(LOOK_AGAIN_NANOS);
                }
            else
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }

    private void session(Socket socket, Random random) throws IOException {
        var replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        socket.setTcpNoDelay(true);
        expect(replies, '2');
        say(socket, "EHLO injector.test\r\n");
        expect(replies, '2');
        while (running && !over) {
            int lines = length(random);
            String id = "m" + ids.incrementAndGet() + "-" + lines;
            var to = new ArrayList<String>();
            for (int i = random.nextInt(10) == 0 ? 3 : 1; i > 0; i--)
                to.add("u" + i + "@d" + random.nextInt(DOMAINS) + ".test");
            var envelope = new StringBuilder("MAIL FROM:<a@injector.test>\r\n");
            to.forEach(one -> envelope.append("RCPT TO:<").append(one).append(">\r\n"));
            say(socket, envelope + "DATA\r\n");
            for (int i = 0; i <= to.size(); i++)
                expect(replies, '2');
            expect(replies, '3');
            say(socket, SinkHost.ID + id + "\r\nSubject: kill\r\n\r\n"
                    + (SinkHost.LINE + "\r\n").repeat(lines) + ".\r\n");
            expect(replies, '2');
            Instant answered = InstantSource.system().instant();
            to.forEach(one -> accepted.put(id + " " + one, answered));
            first.compareAndSet(0, System.nanoTime());
            if (count.incrementAndGet() >= goal) milestone.release();
        }
    }

    /// Mostly small; a few that do not fit into a buffer.
    private static int length(Random random) { return random.nextInt(50) == 0 ? 10_000 : 1 + random.nextInt(200); }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void expect(BufferedReader replies, char kind) throws IOException {
        String line = replies.readLine();
        while (line != null && line.length() > 3 && line.charAt(3) == '-')
            line = replies.readLine();
        if (line == null || line.charAt(0) != kind) throw new IOException(String.valueOf(line));
    }

    @Override
    public void close() {
        over = true;
        try {
            for (Thread thread : threads)
                thread.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
