package org.sternpost.engine.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Alarms that wait among those of their span until they are near. The spans are short, so that a test need not wait.
class AlarmsTest {

    private static final Duration SPAN = Duration.ofMillis(5);
    private static final long HOUR = Duration.ofHours(1).toNanos();

    private final Alarms alarms = new Alarms(System::nanoTime, SPAN);

    @Test
    void oneThatIsFarComesInItsTime() throws Exception {
        long due = System.nanoTime() + SPAN.multipliedBy(20).toNanos();
        var rung = new CountDownLatch(1);
        var early = new AtomicInteger();
        alarms.set(due, () -> {
            if (System.nanoTime() < due) early.incrementAndGet();
            rung.countDown();
        });
        assertTrue(rung.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        assertEquals(0, early.get());
    }

    @Test
    void oneThatIsPastComesAtOnce() throws Exception {
        var rung = new CountDownLatch(1);
        alarms.set(System.nanoTime() - HOUR, rung::countDown);
        assertTrue(rung.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void nothingIsLeftOfThoseThatAreCancelled() {
        var set = new ArrayList<Time.Alarm>();
        for (int i = 0; i < 1_000; i++)
            set.add(alarms.set(System.nanoTime() + HOUR + i * 1_000L, () -> {}));
        assertEquals(1_000, alarms.waiting());
        set.forEach(Time.Alarm::cancel);
        assertEquals(0, alarms.waiting());
    }

    /// Set, cancelled and taken over at the same moment by several: each that was not cancelled comes, once.
    @Test
    void noneIsLostAndNoneComesTwice() throws Exception {
        long seed = System.nanoTime();
        var counts = new ArrayList<AtomicInteger>();
        var threads = new ArrayList<Thread>();
        var due = new CountDownLatch(8 * 1_000);
        for (int i = 0; i < 8 * 2_000; i++)
            counts.add(new AtomicInteger());
        for (int number = 0; number < 8; number++) {
            int from = number * 2_000;
            var random = new Random(seed + number);
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 2_000; i += 2) {
                    var kept = counts.get(from + i);
                    alarms.set(System.nanoTime() + random.nextLong(SPAN.toNanos() * 6), () -> {
                        if (kept.incrementAndGet() == 1) due.countDown();
                    });
                    var cancelled = counts.get(from + i + 1);
                    alarms.set(System.nanoTime() + HOUR + random.nextLong(SPAN.toNanos() * 6),
                            cancelled::incrementAndGet).cancel();
                }
            }));
        }
        for (Thread thread : threads)
            thread.join();
        assertTrue(due.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS), "seed " + seed);
        for (int i = 0; i < counts.size(); i++)
            assertEquals(i % 2 == 0 ? 1 : 0, counts.get(i).get(), "seed " + seed);
        assertEquals(0, alarms.waiting());
    }

    @Test
    void whatWasCancelledDoesNotCome() throws Exception {
        var wrong = new AtomicInteger();
        var later = new CountDownLatch(1);
        // The one thread that rings is held until all is set: else one may ring before it is cancelled.
        var set = new CountDownLatch(1);
        long now = System.nanoTime();
        alarms.set(now, () -> await(set));
        alarms.set(now + SPAN.multipliedBy(8).toNanos(), wrong::incrementAndGet).cancel();
        alarms.set(now + SPAN.toNanos() / 2, wrong::incrementAndGet).cancel();
        alarms.set(now + SPAN.multipliedBy(10).toNanos(), later::countDown);
        set.countDown();
        assertTrue(later.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        assertEquals(0, wrong.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
