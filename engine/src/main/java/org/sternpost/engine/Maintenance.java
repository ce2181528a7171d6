package org.sternpost.engine;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.sternpost.engine.alert.Alerts;
import org.sternpost.engine.process.EssentialThread;
import org.sternpost.engine.time.Time;

/// What must happen now and then: rollouts are judged, ended exceptions told, policies renewed, old records forgotten.
final class Maintenance implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Maintenance.class.getName());
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration POLICIES = Duration.ofSeconds(10);
    private static final Duration OUTAGES = Duration.ofSeconds(5);
    private static final Duration HOURLY = Duration.ofHours(1);
    private static final Duration HOURLY_FIRST = Duration.ofMinutes(1); // an engine that is restarted often cleans too

    /// Something done now and then.
    interface Task {
        void run() throws IOException, InterruptedException;
    }

    private final List<Thread> threads;

    private Maintenance(List<Thread> threads) { this.threads = threads; }

    /// @param ticks done twice a second
    /// @param calls looked at as often, on a thread of their own: they call other hosts and may take long
    /// @param outages whether one of our own is over
    /// @param tasks done soon after the start and every hour
    static Maintenance start(List<Task> ticks, List<Task> calls, Task policies, Task outages, List<Task> tasks,
            Time time) {
        return new Maintenance(List.of(EssentialThread.start("ticks", () -> every(TICK, TICK, time, ticks)),
                EssentialThread.start("calls", () -> every(TICK, TICK, time, calls)),
                EssentialThread.start("policies", () -> every(POLICIES, POLICIES, time, List.of(policies))),
                EssentialThread.start("outages", () -> every(OUTAGES, OUTAGES, time, List.of(outages))),
                EssentialThread.start("maintenance", () -> every(HOURLY_FIRST, HOURLY, time, tasks))));
    }

    /// What somebody must be told of, looked for by itself: it may wait for servers that do not answer.
    static Maintenance alerts(Task look, Task tell, Time time) {
        return new Maintenance(List.of(EssentialThread.start("alerts",
                () -> every(Alerts.PAUSE, Alerts.PAUSE, time, List.of(look, tell)))));
    }

    @Override
    public void close() {
        for (Thread thread : threads)
            try {
                thread.interrupt();
                thread.join(Duration.ofSeconds(5));
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
    }

    private static void every(Duration first, Duration span, Time time, List<Task> tasks) {
        Instant next = time.steady().plus(first);
        while (!Thread.currentThread().isInterrupted())
            try {
                time.sleep(Duration.between(time.steady(), next));
                next = time.steady().plus(span);
                for (Task task : tasks)
                    run(task);
            } catch (InterruptedException stop) {
                return;
            }
    }

    /// One that fails keeps no other from its turn.
    private static void run(Task task) throws InterruptedException {
        try {
            task.run();
        } catch (IOException | RuntimeException broken) {
            if (Thread.currentThread().isInterrupted()) throw new InterruptedException(); // told to stop, not failed
            LOG.log(System.Logger.Level.WARNING, "event=task-failed", broken);
        }
    }
}
