package org.sternpost.engine.schedule;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.sternpost.engine.connector.Routes;
import org.sternpost.engine.delivery.Carrier;
import org.sternpost.engine.delivery.LastLook;
import org.sternpost.engine.delivery.Notifier;
import org.sternpost.engine.process.EssentialThread;
import org.sternpost.engine.queue.LaneKey;
import org.sternpost.engine.queue.Lanes;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.time.Time;

/// Starts sessions for lanes that have mail due, one virtual thread each, within limits.
public final class Scheduler implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Scheduler.class.getName());
    private static final int WAITING_PER_SESSION = 20; // a lane gets another session for each so many recipients
    private static final Duration IDLE = Duration.ofMinutes(1); // looks again even if nobody notified
    private static final Duration HELD = Duration.ofSeconds(5); // between two looks at a disk that was full
    private static final Duration STOP = Duration.ofSeconds(10);

    private final Queue queue;
    private final Routes routes;
    private final Carrier carrier;
    private final Settler settler;
    private final Limits limits;
    private final Time time;
    private final AtomicInteger sessions = new AtomicInteger();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /// Starts at once.
    public static Scheduler start(Queue queue, Routes routes, Carrier carrier, LastLook lastLook, Notifier notifier,
            List<SettlementListener> listeners, Limits limits, Time time) {
        var scheduler = new Scheduler(queue, routes, carrier,
                new Settler(queue, new Reprieve(lastLook), notifier, listeners, limits, time), limits, time);
        scheduler.threads.add(EssentialThread.start("schedule", scheduler::run));
        return scheduler;
    }

    private Scheduler(Queue queue, Routes routes, Carrier carrier, Settler settler, Limits limits, Time time) {
        this.queue = queue;
        this.routes = routes;
        this.carrier = carrier;
        this.settler = settler;
        this.limits = limits;
        this.time = time;
    }

    /// Open now.
    public int sessions() { return sessions.get(); }

    /// Hands out nothing more, lets sessions finish what they have, then interrupts them.
    @Override
    public void close() {
        stopping = true;
        synchronized (queue.lanes()) {
            queue.lanes().notifyAll();
        }
        Instant patience = time.instant().plus(STOP);
        for (Thread thread : List.copyOf(threads))
            join(thread, patience);
    }

    private void join(Thread thread, Instant patience) {
        try {
            long left = Math.max(1, Duration.between(time.instant(), patience).toMillis());
            if (thread.join(Duration.ofMillis(left))) return;
            thread.interrupt();
            thread.join(Duration.ofSeconds(1));
        } catch (InterruptedException stop) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!stopping)
                startOrWait();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void startOrWait() throws InterruptedException {
        Lanes lanes = queue.lanes();
        synchronized (lanes) {
            Instant now = time.instant();
            if (isHeld()) {
                time.awaitUntil(lanes, now.plus(HELD));
                return;
            }
            boolean started = false;
            for (Lanes.Ready ready : lanes.ready(now))
                started |= start(ready);
            if (started || stopping) return;
            time.awaitUntil(lanes, lanes.nextDue(now).orElse(now.plus(IDLE)));
        }
    }

    private boolean isHeld() {
        try {
            return queue.held().isPresent();
        } catch (IOException unknown) {
            return true; // A disk that does not say how much is free takes no settlement either.
        }
    }

    private boolean start(Lanes.Ready ready) {
        // One session finds out whether a next hop that failed is back; the others follow once it is.
        int wanted = ready.failing()
                ? 1
                : Math.min(Math.min(limits.sessionsPerDomain(), ready.sessionsMax()),
                        1 + ready.waiting() / WAITING_PER_SESSION);
        if (ready.sessions() >= wanted || sessions.get() >= limits.sessions()) return false;
        sessions.incrementAndGet();
        queue.lanes().sessionStarted(ready.lane());
        Thread session = Thread.ofVirtual().name("lane " + ready.lane()).unstarted(() -> serve(ready.lane()));
        threads.add(session);
        session.start();
        return true;
    }

    private void serve(LaneKey key) {
        var lane = new SessionLane(key, queue, routes, settler, limits, time, () -> stopping);
        try {
            boolean more = true;
            while (more)
                more = serve(lane);
        } finally {
            lane.putBackWhatIsLeft();
            sessions.decrementAndGet();
            threads.remove(Thread.currentThread());
            if (!lane.yielded()) queue.lanes().sessionEnded(key);
        }
    }

    /// @return true if one message ended it, so that the lane goes on with the next
    private boolean serve(SessionLane lane) {
        try {
            carrier.serve(lane);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (IOException broken) {
            lane.rest(broken);
        } catch (RuntimeException | StackOverflowError | AssertionError defect) {
            return lane.blame(defect);
        } catch (Error ours) {
            EssentialThread.rethrowFatal(ours);
            // Of this process, not of one message.
            LOG.log(System.Logger.Level.ERROR, "lane=" + lane + " event=defect", ours);
            lane.rest("defect: " + ours);
        }
        return false;
    }
}
