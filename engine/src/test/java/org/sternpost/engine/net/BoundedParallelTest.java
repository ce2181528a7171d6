package org.sternpost.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.time.Patience;

/// Many at once, no more than wanted, and none left behind.
class BoundedParallelTest {

    @Test
    void allAreDoneAndAsManyAtOnceAsWantedButNoMore() throws InterruptedException {
        Set<Integer> done = ConcurrentHashMap.newKeySet();
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        var three = new CyclicBarrier(3);
        BoundedParallel.each(IntStream.range(0, 9).boxed().toList(), 3, "test", one -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            try {
                three.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS); // passed only by three together
            } catch (Exception alone) {
                throw new IllegalStateException(alone);
            }
            done.add(one);
            now.decrementAndGet();
        });
        assertEquals(9, done.size());
        assertEquals(3, most.get());
    }

    @Test
    void whatThrowsTakesNoPlaceAway() throws InterruptedException {
        var done = new AtomicInteger();
        BoundedParallel.each(List.of(1, 2, 3), 1, "test", one -> {
            Thread.currentThread().setUncaughtExceptionHandler((_, _) -> done.incrementAndGet());
            throw new IllegalStateException("test");
        });
        assertEquals(3, done.get());
    }

    @Test
    void interruptReachesWhatIsUnderWayAndBeginsNoMore() throws InterruptedException {
        var began = new CountDownLatch(2);
        var begun = new AtomicInteger();
        var ended = new CountDownLatch(2);
        var stopped = new CountDownLatch(1);
        Thread all = Thread.ofVirtual().start(() -> {
            try {
                BoundedParallel.each(List.of(1, 2, 3), 2, "test", _ -> {
                    begun.incrementAndGet();
                    began.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException stop) {
                        ended.countDown();
                    }
                });
            } catch (InterruptedException stop) {
                stopped.countDown();
            }
        });
        began.await();
        all.interrupt();
        assertTrue(stopped.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        assertTrue(ended.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        assertEquals(2, begun.get());
    }
}
