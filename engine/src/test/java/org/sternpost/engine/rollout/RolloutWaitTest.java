package org.sternpost.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.time.Patience;

/// Whoever waits for a rollout is woken by its steps, and by nothing else.
class RolloutWaitTest extends RolloutBench {

    @Test
    void aStepOfTheEngineWakesWhoWaitsForIt() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        var looked = new AtomicInteger();
        var waited = new CompletableFuture<Rollout>();
        var began = new CompletableFuture<Boolean>();
        Thread.ofVirtual().start(() -> {
            try {
                waited.complete(rollouts.await(rollout, now -> {
                    looked.incrementAndGet();
                    began.complete(true);
                    return now.progress().stage() == 1;
                }));
            } catch (Exception broken) {
                waited.completeExceptionally(broken);
            }
        });
        began.get(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
        mail(20, false);
        for (int i = 0; i < 5; i++)
            rollouts.tick();
        assertEquals(1, looked.get(), "mail, and looks of the guard that lead to nothing, wake nobody");
        time.advance(Duration.ofHours(1));
        rollouts.tick();
        assertEquals(1, waited.get(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS).progress().stage());
    }

    @Test
    void whatIsSoAlreadyIsNotWaitedFor() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        rollouts.stop(rollout.id(), "enough", "ops");
        assertEquals(Rollout.Status.Stopped,
                rollouts.await(rollout, now -> !now.isOpen()).progress().status());
    }

    @Test
    void whoIsInterruptedWaitsNoMore() throws Exception {
        var rollout = rollouts.start(draft(2), "ops");
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> rollouts.await(rollout, _ -> false));
        assertTrue(!Thread.interrupted(), "told once");
    }
}
