package org.sternpost.engine.schedule;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.ConnectorRouting;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.DeliveryAgent;
import org.sternpost.engine.dsn.DsnWriter;
import org.sternpost.engine.process.EssentialThread;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.DestinationQueues.Submitter;
import org.sternpost.engine.queue.DestinationQueues;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.time.Time;

/// Starts sessions for destinations that have mail due, one virtual thread each, within limits.
public final class Scheduler implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Scheduler.class.getName());
    private static final int WAITING_PER_SESSION = 20; // recipients for which there is another session
    private static final Duration IDLE = Duration.ofMinutes(1); // looks again even if nobody notified
    private static final Duration HELD = Duration.ofSeconds(5); // between two looks at a disk that was full
    private static final Duration STOP = Duration.ofSeconds(10);

    private final Queue queue;
    private final ConnectorRouting routes;
    private final DeliveryAgent agent;
    private final AttemptRecorder recorder;
    private final Limits limits;
    private final Time time;
    private final Slots slots;
    private final Map<Group, Set<DestinationKey>> held = new LinkedHashMap<>(); // that found no slot
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /// Starts at once.
    public static Scheduler start(Queue queue, ConnectorRouting routes, DeliveryAgent agent,
            PolicyRecheck.Publisher publisher,
            DsnWriter notifier,
            List<AttemptListener> listeners, Limits limits, Time time) {
        var scheduler = new Scheduler(queue, routes, agent,
                new AttemptRecorder(queue, new PolicyRecheck(publisher), notifier, listeners, limits, time), limits,
                time);
        // It holds what acceptance needs too, so it must not wait for a carrier among those who send.
        scheduler.threads.add(EssentialThread.startPlatform("schedule", scheduler::run));
        return scheduler;
    }

    private Scheduler(Queue queue, ConnectorRouting routes, DeliveryAgent agent, AttemptRecorder recorder,
            Limits limits,
            Time time) {
        this.queue = queue;
        this.routes = routes;
        this.agent = agent;
        this.recorder = recorder;
        this.limits = limits;
        this.time = time;
        this.slots = new Slots(limits.sessions(), time);
    }

    /// Destinations of which none finds a slot where one does not.
    private record Group(Submitter submitter, boolean answers) {}

    /// Open now.
    public int sessions() { return slots.taken(); }

    /// Hands out nothing more, lets sessions finish what they have, then interrupts them.
    @Override
    public void close() {
        stopping = true;
        synchronized (queue.destinations()) {
            queue.destinations().notifyAll();
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
        DestinationQueues destinations = queue.destinations();
        synchronized (destinations) {
            Instant now = time.instant();
            if (isHeld()) {
                time.awaitUntil(destinations, now.plus(HELD));
                return;
            }
            // Who waited for a slot comes first.
            offerHeld(now);
            for (DestinationKey key : destinations.stirred(now))
                offer(key, now);
            if (stopping || destinations.isStirred()) return;
            time.awaitUntil(destinations, destinations.nextDue().orElse(now.plus(IDLE)));
        }
    }

    private boolean isHeld() {
        try {
            return queue.held().isPresent();
        } catch (IOException unknown) {
            return true; // A disk that does not say how much is free takes no settlement either.
        }
    }

    /// Starts as many sessions as the destination wants.
    ///
    /// @return false if it must wait for a slot
    private boolean offer(DestinationKey key, Instant now) {
        while (!stopping) {
            Optional<DestinationQueues.Ready> ready = queue.destinations().ready(key, now);
            if (ready.isEmpty() || ready.get().sessions() >= wanted(ready.get())) return true;
            var group = new Group(ready.get().submitter(), slots.answers(key));
            var slot = slots.take(group.submitter(), group.answers());
            if (slot.isEmpty()) {
                held.computeIfAbsent(group, _ -> new LinkedHashSet<>()).add(key);
                return false;
            }
            start(key, slot.get());
        }
        return true;
    }

    /// One destination of a group that finds no slot speaks for all of it.
    private void offerHeld(Instant now) {
        for (Group group : List.copyOf(held.keySet())) {
            Set<DestinationKey> keys = held.remove(group);
            if (keys == null) continue;
            boolean found = true;
            for (var left = keys.iterator(); found && left.hasNext();) {
                DestinationKey key = left.next();
                left.remove();
                found = offer(key, now);
            }
            if (!keys.isEmpty()) held.computeIfAbsent(group, _ -> new LinkedHashSet<>()).addAll(keys);
        }
    }

    /// One session finds out whether a next hop that failed is back; the others follow once it is.
    private int wanted(DestinationQueues.Ready ready) {
        return ready.failing()
                ? 1
                : Math.min(Math.min(limits.sessionsPerDomain(), ready.sessionsMax()),
                        1 + ready.waiting() / WAITING_PER_SESSION);
    }

    private void start(DestinationKey key, Slots.Slot slot) {
        queue.destinations().sessionStarted(key);
        Thread session = Thread.ofVirtual().name("delivery " + key).unstarted(() -> serve(key, slot));
        threads.add(session);
        session.start();
    }

    private void serve(DestinationKey key, Slots.Slot slot) {
        var session = new SessionQueue(key, queue, routes, recorder, limits, time, new Seat(key, slot));
        try {
            boolean more = true;
            while (more)
                more = serve(session);
        } finally {
            session.end();
            slot.release();
            threads.remove(Thread.currentThread());
            if (!session.yielded()) queue.destinations().sessionEnded(key);
            look();
        }
    }

    /// A slot is free: destinations that wait for one are looked at again.
    private void look() {
        synchronized (queue.destinations()) {
            queue.destinations().notifyAll();
        }
    }

    /// Where one session sits.
    private final class Seat implements SessionQueue.Seat {

        private final DestinationKey key;
        private final Slots.Slot slot;

        Seat(DestinationKey key, Slots.Slot slot) {
            this.key = key;
            this.slot = slot;
        }

        @Override
        public boolean isStopping() { return stopping; }

        @Override
        public void answered() { if (slot.answered(key)) look(); }

        @Override
        public void silent() { slots.silent(key); }
    }

    /// @return true if one message ended it, so that the destination goes on with the next
    private boolean serve(SessionQueue session) {
        try {
            agent.serve(session);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (IOException broken) {
            session.rest(broken);
        } catch (RuntimeException | StackOverflowError | AssertionError defect) {
            return session.blame(defect);
        } catch (Error ours) {
            EssentialThread.rethrowFatal(ours);
            // Of this process, not of one message.
            LOG.log(System.Logger.Level.ERROR, "destination=" + session + " event=defect", ours);
            session.rest("defect: " + ours);
        }
        return false;
    }

    /// How much at once and how often again.
    ///
    /// @param sessions          at once in all
    /// @param sessionsPerDomain at once to one next hop
    /// @param retryIntervals    between attempts; the last one repeats
    /// @param delayNotice       age at which a sender is told that mail is late
    public record Limits(int sessions, int sessionsPerDomain, List<Duration> retryIntervals, Duration delayNotice) {

        public Limits {
            retryIntervals = List.copyOf(retryIntervals);
            if (retryIntervals.isEmpty()) throw new IllegalArgumentException("there is no retry interval");
        }

        /// The span before the next attempt.
        ///
        /// @param attempts made so far, at least 1
        public Duration after(int attempts) {
            return retryIntervals.get(Math.min(attempts, retryIntervals.size()) - 1);
        }
    }

    /// Who keeps something of each attempt in the transaction that settles it: evidence, counts, rollouts.
    public interface AttemptListener {

        Database.Work<@Nullable Void> settled(ClaimedDelivery delivery, AttemptResult attempt);
    }
}
