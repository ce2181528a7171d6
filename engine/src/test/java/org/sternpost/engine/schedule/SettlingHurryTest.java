package org.sternpost.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.time.Patience;

/// A session goes on while its settlements are written, and is never more than so many ahead of them.
class SettlingHurryTest {

    private static final int HALF = SettlingBehind.UNSETTLED_MAX / 2;

    private final AtomicInteger hurried = new AtomicInteger();
    private final Semaphore written = new Semaphore(0);
    private final SettlingBehind behind = new SettlingBehind("a.example", new SettlingBehind.Hurry() {
        @Override
        public void begins() { hurried.incrementAndGet(); }

        @Override
        public void ends() { hurried.decrementAndGet(); }
    });

    @Test
    void theDiskIsHurriedBeforeTheSessionHasToWait() {
        for (int i = 0; i < HALF - 1; i++)
            behind.write(written::acquireUninterruptibly);
        assertEquals(0, hurried.get());
        behind.write(written::acquireUninterruptibly);
        assertEquals(1, hurried.get());
        behind.write(written::acquireUninterruptibly);
        assertEquals(1, hurried.get(), "once, not for each");
        written.release(HALF + 1);
        behind.awaitWritten();
        assertEquals(0, hurried.get());
    }

    @Test
    void theSessionWaitsWhereTooManyAreUnwritten() throws Exception {
        for (int i = 0; i < SettlingBehind.UNSETTLED_MAX - 1; i++)
            behind.write(written::acquireUninterruptibly);
        var more = new CountDownLatch(1);
        Thread session = Thread.startVirtualThread(() -> {
            behind.write(written::acquireUninterruptibly);
            more.countDown();
        });
        assertFalse(session.join(Duration.ofMillis(50)), "it did not wait");
        written.release();
        assertTrue(session.join(Patience.AMPLE));
        written.release(SettlingBehind.UNSETTLED_MAX);
        behind.awaitWritten();
        assertEquals(0, hurried.get());
    }

    /// Its end is in a hurry for the last one too, and not for nothing.
    @Test
    void theEndOfASessionHurriesWhatIsLeft() throws Exception {
        behind.awaitWritten();
        behind.write(() -> {
            long end = System.nanoTime() + Patience.AMPLE.toNanos();
            while (hurried.get() == 0 && System.nanoTime() < end)
                Thread.onSpinWait();
        });
        Thread session = Thread.startVirtualThread(behind::awaitWritten);
        assertTrue(session.join(Patience.AMPLE));
        assertEquals(0, hurried.get());
    }
}
