package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.time.Patience;

/// What is settled gathers; whoever waits for the writer does not wait for more.
class InboxTest {

    private static final long LONG = Duration.ofDays(1).toNanos();

    private final Inbox inbox = new Inbox();
    private final List<Job<?>> batch = new ArrayList<>();
    private final List<Unwritten> kept = new ArrayList<>();

    @Test
    void whatSomebodyWaitsForIsTakenAtOnceWithAllThatGathered() throws Exception {
        inbox.put(job(Job.Manner.Settling));
        inbox.put(job(Job.Manner.Alone));
        assertTrue(inbox.take(batch, kept, LONG, Inbox.NEVER));
        assertEquals(2, batch.size());
    }

    @Test
    void whatIsSettledGathersUntilSomebodyIsInAHurry() throws Exception {
        inbox.put(job(Job.Manner.Settling));
        Thread writer = takes();
        inbox.put(job(Job.Manner.Settling));
        assertFalse(writer.join(Duration.ofMillis(50)), "it did not gather");
        inbox.hurryBegins();
        assertTrue(writer.join(Patience.AMPLE));
        assertEquals(2, batch.size());
        inbox.hurryEnds();

        Thread next = takes();
        inbox.put(job(Job.Manner.Settling));
        assertFalse(next.join(Duration.ofMillis(50)), "nobody is in a hurry any more");
        inbox.close();
        assertTrue(next.join(Patience.AMPLE));
    }

    /// Also where the hurry began before there was anything to write.
    @Test
    void aHurryHoldsUntilItEnds() throws Exception {
        inbox.hurryBegins();
        Thread writer = takes();
        inbox.put(job(Job.Manner.Settling));
        assertTrue(writer.join(Patience.AMPLE));
        assertEquals(1, batch.size());
    }

    @Test
    void aFullBatchIsTakenAtOnce() throws Exception {
        Thread writer = takes();
        for (int i = 0; i < 300; i++)
            inbox.put(job(Job.Manner.Settling));
        assertTrue(writer.join(Patience.AMPLE));
        assertEquals(256, batch.size());
    }

    @Test
    void whatIsThereWhenItIsClosedIsTakenAndNothingMore() throws Exception {
        for (int i = 0; i < 300; i++)
            assertTrue(inbox.put(job(Job.Manner.Settling)));
        inbox.close();
        assertFalse(inbox.put(job(Job.Manner.Alone)));
        assertTrue(inbox.take(batch, kept, LONG, Inbox.NEVER), "there is more");
        var rest = new ArrayList<Job<?>>();
        assertFalse(inbox.take(rest, kept, LONG, Inbox.NEVER));
        assertEquals(300, batch.size() + rest.size());
    }

    private Thread takes() {
        batch.clear();
        return Thread.startVirtualThread(() -> inbox.take(batch, kept, LONG, Inbox.NEVER));
    }

    private static Job<Boolean> job(Job.Manner manner) { return new Job<>(manner, _ -> true); }
}
