package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.time.Patience;

/// The log holds nobody up and keeps its order.
class LogQueueTest {

    private static final Formatter PLAIN = new Formatter() {
        @Override
        public String format(LogRecord event) { return event.getMessage() + "\n"; }
    };

    private final StringBuffer written = new StringBuffer();
    private final List<Integer> batches = new ArrayList<>();
    private final Semaphore writes = new Semaphore(0);
    private final CountDownLatch go = new CountDownLatch(1);

    private LogQueue queue() {
        return new LogQueue(new LogQueue.Sink() {
            @Override
            public void write(List<byte[]> lines) {
                batches.add(lines.size());
                writes.release();
                try {
                    go.await();
                } catch (InterruptedException never) {
                    throw new AssertionError(never);
                }
                written.append(new String(LogQueue.joined(lines), StandardCharsets.UTF_8));
            }

            @Override
            public void close() { written.append("closed\n"); }
        }, PLAIN);
    }

    private static LogRecord info(String text) { return new LogRecord(Level.INFO, text); }

    @Test
    void theEndWritesWhatWaitsInOrder() {
        var queue = queue();
        go.countDown();
        var expected = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            queue.publish(info("line " + i));
            expected.append("line ").append(i).append('\n');
        }
        queue.close();
        assertEquals(expected + "closed\n", written.toString());
        queue.publish(info("late"));
        assertEquals(expected + "closed\n", written.toString());
    }

    @Test
    void aFlushReturnsWhenAllIsWritten() {
        var queue = queue();
        go.countDown();
        queue.publish(info("a"));
        queue.publish(info("b"));
        queue.flush();
        assertEquals("a\nb\n", written.toString());
        queue.close();
    }

    @Test
    void whatComesWithinATenthOfASecondIsWrittenTogether() {
        var queue = queue();
        go.countDown();
        long began = System.nanoTime();
        int lines = 0;
        while (System.nanoTime() - began < TimeUnit.MILLISECONDS.toNanos(350)) {
            // So many fit, should the writer not run at all meanwhile.
            if (lines < 100_000) {
                queue.publish(info("line"));
                lines++;
            }
            Thread.yield();
        }
        queue.close();
        long tenths = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) / 100;
        assertEquals(lines, batches.stream().mapToInt(Integer::intValue).sum());
        // The first at once, and the last at the end.
        assertTrue(batches.size() <= tenths + 2, batches.size() + " writes in " + tenths + " tenths of a second");
    }

    @Test
    void aWarningWaitsForNothing() throws InterruptedException {
        var queue = queue();
        queue.publish(info("first"));
        take(1); // it is being written
        queue.publish(info("second"));
        queue.publish(new LogRecord(Level.WARNING, "look here"));
        go.countDown();
        take(1);
        queue.close();
        assertEquals("first\nsecond\nlook here\nclosed\n", written.toString());
        assertEquals(List.of(1, 2), batches);
    }

    @Test
    void whereNobodyReadsNobodyWaitsAndWhatDoesNotFitIsCounted() throws InterruptedException {
        var queue = queue();
        queue.publish(info("first"));
        take(1);
        String line = "x".repeat(1023);
        int fit = LogQueue.OCTETS_MAX / 1024;
        for (int i = 0; i < fit + 7; i++)
            queue.publish(info(line)); // returns although nothing is written
        go.countDown();
        take(1);
        queue.flush();
        queue.publish(info("after"));
        queue.close();
        assertTrue(written.toString().endsWith("event=log-lines-lost lines=7" + System.lineSeparator()
                + "after\nclosed\n"), written.substring(written.length() - 100));
        assertEquals(fit + 1,
                written.toString().lines().filter(one -> one.equals(line) || one.equals("first")).count());
    }

    @Test
    void aPipeThatIsFullEndsTheProcessAllTheSame() throws IOException {
        Pipe pipe = Pipe.open();
        try (var in = pipe.source(); var out = Channels.newOutputStream(pipe.sink())) {
            var queue = new LogQueue(LogQueue.sink(out), PLAIN);
            for (int i = 0; i < 10_000; i++)
                queue.publish(info("line " + i + " " + "x".repeat(100)));
            queue.close(); // the writer hangs, and whoever ends does not
            var read = new String(Channels.newInputStream(in).readNBytes(20), StandardCharsets.UTF_8);
            assertTrue(read.startsWith("line 0 x"), read);
        }
    }

    private void take(int count) throws InterruptedException {
        assertTrue(writes.tryAcquire(count, Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
    }
}
