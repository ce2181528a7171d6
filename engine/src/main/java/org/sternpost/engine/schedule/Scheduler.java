package org.sternpost.engine.schedule;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.Routes;
import org.sternpost.engine.delivery.Attempt;
import org.sternpost.engine.delivery.Carrier;
import org.sternpost.engine.delivery.Consignment;
import org.sternpost.engine.delivery.Lane;
import org.sternpost.engine.delivery.LastLook;
import org.sternpost.engine.delivery.Notifier;
import org.sternpost.engine.process.EssentialThread;
import org.sternpost.engine.queue.LaneKey;
import org.sternpost.engine.queue.Lanes;
import org.sternpost.engine.queue.LastError;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.Taken;
import org.sternpost.engine.time.Time;

/// Starts sessions for lanes that have mail due, one virtual thread each, within limits.
public final class Scheduler implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Scheduler.class.getName());
    private static final int WAITING_PER_SESSION = 20; // a lane gets another session for each so many recipients
    private static final Duration IDLE = Duration.ofMinutes(1); // looks again even if nobody notified
    private static final Duration HELD = Duration.ofSeconds(5); // between two looks at a disk that was full
    private static final Duration OWN_TROUBLE = Duration.ofMinutes(1); // rest of a lane after a full disk or a defect
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
        var lane = new Hand(key);
        try {
            carrier.serve(lane);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (IOException broken) {
            // What a host took and the disk did not: the lane rests, or the host would get it again at full speed.
            LOG.log(System.Logger.Level.WARNING, "lane={0} event=not-settled why=\"{1}\"", key, broken.getMessage());
            lane.rest("the store failed: " + broken.getMessage());
        } catch (RuntimeException | Error ours) {
            EssentialThread.rethrowFatal(ours);
            // Our mistake, or input too deep for a stack: this session ends, its mail stays queued, the engine goes on.
            LOG.log(System.Logger.Level.ERROR, "lane=" + key + " event=defect", ours);
            lane.rest("defect: " + ours);
        } finally {
            lane.putBackWhatIsLeft();
            sessions.decrementAndGet();
            threads.remove(Thread.currentThread());
            if (!lane.yielded) queue.lanes().sessionEnded(key);
        }
    }

    /// The lane of one session.
    private final class Hand implements Lane {

        private final LaneKey key;
        private Optional<Taken> open = Optional.empty();
        private boolean yielded;

        Hand(LaneKey key) { this.key = key; }

        @Override
        public Optional<Consignment> next() throws IOException {
            while (!stopping && !yielded) {
                open = queue.take(key);
                if (open.isEmpty()) return Optional.empty();
                Taken taken = open.get();
                // Routes are asked anew for each attempt: a changed setting holds for waiting mail too.
                OutboundConnector connector = routes.choose(taken.recipients().getFirst().address(),
                        taken.message().size());
                if (connector.name().equals(key.connector())) {
                    Consignment next = consignment(taken, connector);
                    if (!settler.expiredUntried(taken, next)) return Optional.of(next);
                    open = Optional.empty();
                    continue;
                }
                open = Optional.empty();
                queue.move(taken, connector.name());
            }
            return Optional.empty();
        }

        @Override
        public void settle(Consignment consignment, Attempt attempt) throws IOException {
            Taken taken = open.orElseThrow();
            if (attempt.isUnfinished()) yielded = queue.lanes().yielded(key, time.instant());
            if (yielded) {
                // Not an attempt: the sessions that stand take who is left, at once.
                LOG.log(System.Logger.Level.INFO, "lane={0} event=fewer-sessions why=\"{1}\"", key,
                        attempt.nextHop());
                settleSome(taken, consignment, attempt);
                return;
            }
            settler.settle(taken, consignment, attempt.alone(consignment));
            open = Optional.empty();
        }

        private void settleSome(Taken taken, Consignment consignment, Attempt attempt) throws IOException {
            var known = taken.recipients().stream().filter(one -> attempt.outcomes().containsKey(one.index())).toList();
            var left = taken.recipients().stream().filter(one -> !known.contains(one)).toList();
            if (!known.isEmpty()) settler.settle(taken.only(known), consignment.only(known), attempt.part());
            open = Optional.of(taken.only(left));
            putBackWhatIsLeft();
        }

        void putBackWhatIsLeft() {
            open.ifPresent(queue::putBack);
            open = Optional.empty();
        }

        /// Our own trouble must not make the lane try again at full speed.
        void rest(String why) {
            Instant now = time.instant();
            queue.lanes().failed(key, now, now.plus(OWN_TROUBLE), new LastError("", Optional.empty(), why));
        }

        private Consignment consignment(Taken taken, OutboundConnector connector) {
            boolean old = !time.instant().isBefore(taken.message().received().plus(limits.after(1)));
            return new Consignment(taken.message(), taken.body(), connector,
                    Consignment.mode(taken.message(), connector.modeFor(key.domain())), key.domain(),
                    taken.recipients(), old);
        }
    }
}
