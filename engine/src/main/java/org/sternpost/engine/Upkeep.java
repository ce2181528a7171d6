package org.sternpost.engine;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.sternpost.engine.mtasts.MtaSts;
import org.sternpost.engine.rollout.Rollouts;
import org.sternpost.engine.time.Time;

/// What must happen now and then: rollouts are judged, policies renewed, old records forgotten.
final class Upkeep implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Upkeep.class.getName());
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration CHORES = Duration.ofHours(1);

    /// Something done every hour.
    interface Chore {
        void run() throws IOException;
    }

    private final Thread ticks;
    private final Thread chores;

    private Upkeep(Thread ticks, Thread chores) {
        this.ticks = ticks;
        this.chores = chores;
    }

    static Upkeep start(Rollouts rollouts, MtaSts policies, List<Chore> chores, Time time) {
        return new Upkeep(Thread.ofVirtual().name("rollouts").start(() -> every(TICK, time, rollouts::tick)),
                Thread.ofVirtual().name("chores").start(() -> every(CHORES, time, () -> {
                    policies.refreshDue();
                    for (Chore chore : chores)
                        chore.run();
                })));
    }

    @Override
    public void close() {
        for (Thread thread : List.of(ticks, chores))
            try {
                thread.interrupt();
                thread.join(Duration.ofSeconds(5));
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
    }

    private static void every(Duration span, Time time, Chore chore) {
        Instant next = time.instant().plus(span);
        while (!Thread.currentThread().isInterrupted())
            try {
                time.sleepUntil(next);
                next = time.instant().plus(span);
                chore.run();
            } catch (InterruptedException stop) {
                return;
            } catch (IOException | RuntimeException broken) {
                LOG.log(System.Logger.Level.WARNING, "event=chore-failed", broken);
            }
    }
}
