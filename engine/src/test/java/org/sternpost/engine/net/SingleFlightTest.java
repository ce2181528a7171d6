package org.sternpost.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.net.SingleFlight.Landed;
import org.sternpost.engine.time.Patience;

/// What many want at once is done once, and what becomes of one is not what becomes of all.
class SingleFlightTest {

    private final SingleFlight<String, String> flights = new SingleFlight<>();
    private final AtomicInteger done = new AtomicInteger();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    private record Asker(Thread thread, FutureTask<Landed<String>> result) {

        static Asker start(Callable<Landed<String>> work) {
            var task = new FutureTask<>(work);
            return new Asker(Thread.ofPlatform().start(task), task);
        }

        Landed<String> landed() throws Exception { return result.get(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS); }

        /// Returns when it waits for somebody.
        void awaitWaiting() throws InterruptedException { Patience.untilItWaits(thread, Thread.State.TIMED_WAITING); }
    }

    private Landed<String> wait(String result) throws Exception {
        return flights.of("key", Optional::empty, () -> {
            done.incrementAndGet();
            begun.countDown();
            go.await();
            return result;
        }, Patience.UNMET);
    }

    private List<Asker> more(int many) throws InterruptedException {
        begun.await();
        var all = new ArrayList<Asker>();
        for (int i = 0; i < many; i++)
            all.add(Asker.start(() -> wait("second")));
        for (Asker one : all)
            one.awaitWaiting();
        return all;
    }

    @Test
    void sevenWantItAndOneDoesIt() throws Exception {
        var first = Asker.start(() -> wait("first"));
        var others = more(6);
        go.countDown();
        assertEquals(new Landed<>("first", true), first.landed());
        for (var other : others)
            assertEquals(new Landed<>("first", false), other.landed());
        assertEquals(1, done.get());
    }

    @Test
    void whatIsWantedLaterIsDoneAgain() throws Exception {
        go.countDown();
        assertEquals("first", wait("first").value());
        assertEquals("second", wait("second").value());
    }

    @Test
    void whatAnotherHasJustDoneIsNotDoneAgain() throws Exception {
        var landed = flights.of("key", () -> Optional.of("known"), () -> {
            throw new AssertionError("done again");
        }, Patience.UNMET);
        assertEquals(new Landed<>("known", false), landed);
    }

    @Test
    void whoFailsFailsAlone() throws Exception {
        var first = Asker.start(() -> flights.<IllegalStateException>of("key", Optional::empty, () -> {
            begun.countDown();
            await(go);
            throw new IllegalStateException("mine");
        }, Patience.UNMET));
        var others = more(3);
        go.countDown();
        var failed = assertThrows(ExecutionException.class, first::landed);
        assertInstanceOf(IllegalStateException.class, failed.getCause());
        for (var other : others)
            assertEquals("second", other.landed().value());
    }

    @Test
    void whoIsStoppedWhileHeWorksStopsAlone() throws Exception {
        var first = Asker.start(() -> flights.<RuntimeException>of("key", Optional::empty, () -> {
            begun.countDown();
            await(go); // ends by the interrupt, as a question to the DNS does
            return "no answer";
        }, Patience.UNMET));
        var others = more(3);
        first.thread().interrupt();
        assertEquals("no answer", first.landed().value());
        go.countDown();
        for (var other : others)
            assertEquals("second", other.landed().value());
    }

    @Test
    void whoIsStoppedWhileHeWaitsStopsAlone() throws Exception {
        var first = Asker.start(() -> wait("first"));
        var others = more(2);
        others.getFirst().thread().interrupt();
        var failed = assertThrows(ExecutionException.class, others.getFirst()::landed);
        assertInstanceOf(InterruptedException.class, failed.getCause());
        go.countDown();
        assertEquals("first", first.landed().value());
        assertEquals("first", others.getLast().landed().value());
    }

    @Test
    void nobodyWaitsLongerThanHeWants() throws Exception {
        var first = Asker.start(() -> wait("first"));
        begun.await();
        assertThrows(TimeoutException.class,
                () -> flights.of("key", Optional::empty, () -> "second", Duration.ofMillis(1)));
        go.countDown();
        assertEquals("first", first.landed().value());
    }

    @Test
    void differentThingsDoNotWaitForEachOther() throws Exception {
        var first = Asker.start(() -> wait("first"));
        begun.await();
        assertTrue(flights.of("other", Optional::empty, () -> "at once", Patience.UNMET).own());
        go.countDown();
        first.landed();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
