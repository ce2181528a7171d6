package org.sternpost.engine.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.Warnings;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;

class AcceptLoopTest {

    /// Hands out what a test puts in: a connection, or the reason why there is none.
    private static final class Listener implements AcceptLoop.Listener<Closeable> {
        private final BlockingQueue<Object> next = new LinkedBlockingQueue<>();
        private final AtomicBoolean open = new AtomicBoolean(true);

        @Override
        public Closeable accept() throws IOException {
            try {
                Object what = next.take();
                if (what instanceof IOException failure) throw failure;
                return (Closeable) what;
            } catch (InterruptedException stop) {
                throw new IOException(stop);
            }
        }

        @Override
        public boolean isOpen() { return open.get(); }
    }

    @Test
    void noFailureOfAnAcceptEndsItAndManyAreToldOnce() throws Exception {
        var listener = new Listener();
        var admitted = new LinkedBlockingQueue<Closeable>();
        try (var warnings = new Warnings(AcceptLoop.class)) {
            AcceptLoop.start("test-accept", "here", listener, admitted::add, new SystemTime());
            for (int round = 0; round < 2; round++) {
                for (String why : List.of("Too many open files", "Connection reset", "Too many open files in system"))
                    listener.next.add(new IOException(why));
                listener.next.add((Closeable) () -> {});
                assertTrue(admitted.poll(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS) != null, "nobody was admitted");
            }
            assertEquals(2, warnings.lines().size(), warnings.lines().toString());
            assertTrue(warnings.lines().getFirst().contains("Too many open files"), warnings.lines().toString());
            assertTrue(warnings.lines().getFirst().contains("ulimit -n"), warnings.lines().toString());
        }
        listener.open.set(false);
        listener.next.add(new IOException("closed"));
    }

    @Test
    void whoCannotBeServedIsClosedAndTheNextIsTaken() throws Exception {
        var listener = new Listener();
        var closed = new CopyOnWriteArrayList<Integer>();
        var admitted = new LinkedBlockingQueue<Integer>();
        var count = new AtomicInteger();
        AcceptLoop.start("test-accept", "here", listener, _ -> {
            int number = count.incrementAndGet();
            if (number == 1) throw new IOException("it was gone already");
            admitted.add(number);
        }, new SystemTime());
        listener.next.add((Closeable) () -> closed.add(1));
        listener.next.add((Closeable) () -> closed.add(2));
        assertEquals(2, admitted.poll(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        assertEquals(List.of(1), closed);
        listener.open.set(false);
        listener.next.add(new IOException("closed"));
    }
}
