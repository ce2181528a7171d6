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
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.ConnectorRouting;
import org.sternpost.engine.connector.OutboundConnector;
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
    private static final Duration IDLE = Duration.ofMinutes(1); // looks again even if nobody notified
    private static final Duration HELD = Duration.ofSeconds(5); // between two looks at a disk that was full
    static final int ROUND = 8; // sessions started before those that run have had their turn
    private static final Duration ROUND_MAX = Duration.ofSeconds(1);

    private final Queue queue;
    private final ConnectorRouting routes;
    private final DeliveryAgent agent;
    private final AttemptRecorder recorder;
    private final Limits limits;
    private final Time time;
    private final Slots slots;
    private final OpenSessions sessions;
    private final Set<DestinationKey> agenda = new LinkedHashSet<>(); // to be looked at
    private final Map<Group, Set<DestinationKey>> held = new LinkedHashMap<>(); // without a session, for want of a slot
    private final ClockWatch clock;
    private final AtomicBoolean freed = new AtomicBoolean(); // a slot, since those were last offered one
    private volatile boolean contended; // somebody is held
    private @Nullable Thread thread;
    private int started; // sessions of this round

    /// Starts at once.
    public static Scheduler start(Queue queue, ConnectorRouting routes, DeliveryAgent agent,
            PolicyRecheck.Publisher publisher,
            DsnWriter notifier,
            List<AttemptListener> listeners, Limits limits, Time time) {
        var scheduler = new Scheduler(queue, routes, agent,
                new AttemptRecorder(queue, new PolicyRecheck(publisher), notifier, listeners, limits, time), limits,
                time);
        queue.destinations().stirAll();
        // It holds what acceptance needs too, so it must not wait for a carrier among those who send.
        scheduler.thread = EssentialThread.startPlatform("schedule", scheduler::run);
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
        this.sessions = new OpenSessions(time);
        this.clock = new ClockWatch(time);
    }

    /// Destinations of which none finds a slot where one does not.
    private record Group(Submitter submitter, boolean answers, String connector) {}

    /// Open now.
    public int sessions() { return slots.taken(); }

    boolean isStopping() { return sessions.isStopping(); }

    /// True while a destination has no session, for want of a slot.
    boolean othersWait() { return contended; }

    /// Hands out nothing more, and returns within [OpenSessions#STOP], whatever the hosts do: sessions that have not
    /// begun to send end at once, those that have may hear what became of their message.
    @Override
    public void close() {
        sessions.stop();
        look();
        if (thread != null) join(thread);
        sessions.end();
    }

    private static void join(Thread thread) {
        try {
            if (!thread.join(ROUND_MAX.multipliedBy(2))) thread.interrupt();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!sessions.isStopping()) {
                startOrWait();
                if (started >= ROUND) letOthersRun();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void startOrWait() throws InterruptedException {
        DestinationQueues destinations = queue.destinations();
        synchronized (destinations) {
            clock.setBack().ifPresent(by -> {
                LOG.log(System.Logger.Level.WARNING, "event=clock-set-back by={0} what=\"what waits is tried as soon "
                        + "as it would have been\"", by);
                destinations.setBack(by);
            });
            Instant now = time.instant();
            if (isHeld()) {
                time.awaitUntil(destinations, now.plus(HELD));
                return;
            }
            // Who waited for a slot comes first.
            offerHeld(now);
            agenda.addAll(destinations.stirred(now));
            for (var next = agenda.iterator(); next.hasNext() && started < ROUND;) {
                DestinationKey key = next.next();
                if (offer(key, now) != Offered.ROUND_OVER) next.remove();
            }
            if (sessions.isStopping() || destinations.isStirred() || !agenda.isEmpty() || freed.get()) return;
            time.awaitUntil(destinations, destinations.nextDue().orElse(now.plus(IDLE)));
        }
    }

    /// Sessions that start all at once share the processors until each is so slow that hosts give it up; what is new
    /// waits until all that could run when it came has run, which takes no time while there is enough for all. It waits
    /// a moment too while mail is accepted late, which comes first ([org.sternpost.engine.queue.IntakePace]).
    private void letOthersRun() throws InterruptedException {
        started = 0;
        queue.pace().awaitTurn();
        Thread.ofVirtual().name("round").start(() -> {}).join(ROUND_MAX);
    }

    private boolean isHeld() {
        try {
            return queue.held().isPresent();
        } catch (IOException unknown) {
            return true; // A disk that does not say how much is free takes no settlement either.
        }
    }

    private enum Offered {
        /// It has what it wants, or what there is beside those that have none.
        ENOUGH,
        /// It wants more in the next round.
        ROUND_OVER,
        /// It has none and is held until a slot is free.
        HELD
    }

    /// Starts as many sessions as the destination wants and this round has.
    private Offered offer(DestinationKey key, Instant now) {
        while (!sessions.isStopping()) {
            Optional<OutboundConnector> connector = routes.withId(key.connector());
            Optional<DestinationQueues.Ready> ready = queue.destinations().ready(key, now,
                    limits.sessionsPerDomain(connector));
            if (ready.isEmpty()) return Offered.ENOUGH;
            int standing = ready.get().sessions();
            boolean answers = slots.answers(key);
            // One session finds out whether a next hop answers, and what it asks of DNS is there for the others.
            if (standing >= (answers ? ready.get().wanted() : 1)) return Offered.ENOUGH;
            if (started >= ROUND) return Offered.ROUND_OVER;
            var group = new Group(ready.get().submitter(), answers, key.connector());
            var share = new Slots.Share(group.submitter(), group.connector(),
                    connector.map(one -> one.pace().maxSessions()).orElse(0));
            var slot = slots.take(share, group.answers(), standing);
            if (slot.isPresent()) start(key, slot.get());
            else if (standing > 0) return Offered.ENOUGH;
            else {
                held.computeIfAbsent(group, _ -> new LinkedHashSet<>()).add(key);
                contended = true;
                return Offered.HELD;
            }
        }
        return Offered.ENOUGH;
    }

    /// One destination of a group that finds no slot speaks for all of it.
    private void offerHeld(Instant now) {
        if (!freed.getAndSet(false)) return;
        for (Group group : List.copyOf(held.keySet())) {
            if (slots.isFull() || started >= ROUND) break;
            Set<DestinationKey> keys = held.remove(group);
            if (keys == null) continue;
            var offered = Offered.ENOUGH;
            for (var left = keys.iterator(); offered == Offered.ENOUGH && left.hasNext();) {
                DestinationKey key = left.next();
                left.remove();
                offered = offer(key, now);
                if (offered == Offered.ROUND_OVER) agenda.add(key);
            }
            if (!keys.isEmpty()) held.computeIfAbsent(group, _ -> new LinkedHashSet<>()).addAll(keys);
        }
        if (started >= ROUND) freed.set(true);
        contended = !held.isEmpty();
    }

    private void start(DestinationKey key, Slots.Slot slot) {
        started++;
        queue.destinations().sessionStarted(key);
        var seat = new Seat(key, slot);
        sessions.start(key.toString(), seat, () -> serve(key, seat));
    }

    private void serve(DestinationKey key, Seat seat) {
        var session = new SessionQueue(key, queue, routes, recorder, limits, time, seat);
        try {
            boolean more = true;
            while (more)
                more = serve(session);
        } finally {
            session.end();
            seat.slot.release();
            if (!session.yielded()) queue.destinations().sessionEnded(key);
            freed();
        }
    }

    /// A slot is free: destinations that wait for one are looked at again.
    private void freed() {
        freed.set(true);
        look();
    }

    private void look() {
        synchronized (queue.destinations()) {
            queue.destinations().notifyAll();
        }
    }

    /// Where one session sits.
    private final class Seat extends OpenSessions.Session implements SessionQueue.Seat {

        private final DestinationKey key;
        private final Slots.Slot slot;

        Seat(DestinationKey key, Slots.Slot slot) {
            this.key = key;
            this.slot = slot;
        }

        @Override
        public boolean isStopping() { return sessions.isStopping(); }

        @Override
        public boolean othersWait() { return contended; }

        @Override
        public boolean answered() {
            if (!sessions.mayBegin(this)) return false;
            boolean first = !slots.answers(key);
            if (slot.answered(key)) freed();
            if (first) queue.destinations().stir(key);
            return true;
        }

        @Override
        public boolean isCut() { return sessions.isCut(this); }

        @Override
        public void settled() { sessions.settled(this); }

        @Override
        public void ends() { sessions.ends(this); }

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
    /// @param sessionsPerDomain at once to one next hop, unless a connector has a limit of its own
    /// @param retryIntervals    between attempts, unless a connector has its own; the last one repeats
    /// @param delayNotice       age at which a sender is told that mail is late
    /// @param jitter            most by which an interval is longer, as a part of it
    public record Limits(int sessions, int sessionsPerDomain, List<Duration> retryIntervals, Duration delayNotice,
            double jitter) {

        public Limits {
            retryIntervals = List.copyOf(retryIntervals);
            if (retryIntervals.isEmpty()) throw new IllegalArgumentException("there is no retry interval");
        }

        /// With intervals that are what they are.
        public Limits(int sessions, int sessionsPerDomain, List<Duration> retryIntervals, Duration delayNotice) {
            this(sessions, sessionsPerDomain, retryIntervals, delayNotice, 0);
        }

        /// The span before the next attempt over a connector.
        ///
        /// @param attempts made so far, at least 1
        public Duration after(OutboundConnector connector, int attempts) {
            List<Duration> own = connector.pace().retryIntervals();
            List<Duration> spans = own.isEmpty() ? retryIntervals : own;
            return spans.get(Math.min(attempts, spans.size()) - 1);
        }

        /// Sessions at once to one domain.
        ///
        /// @param connector empty where it was removed, and its mail goes on to another one's
        int sessionsPerDomain(Optional<OutboundConnector> connector) {
            int own = connector.map(one -> one.pace().maxSessionsPerDomain()).orElse(0);
            return own == 0 ? sessionsPerDomain : own;
        }
    }

    /// Who keeps something of each attempt in the transaction that settles it: evidence, counts, rollouts.
    public interface AttemptListener {

        Database.Work<@Nullable Void> settled(ClaimedDelivery delivery, AttemptResult attempt);
    }
}
