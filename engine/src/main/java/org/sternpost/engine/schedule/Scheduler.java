package org.sternpost.engine.schedule;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.ConnectorRouting;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.DeliveryAgent;
import org.sternpost.engine.delivery.Outcome;
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
    // Without a session, by what they lack for it.
    private final Map<Slots.Place, LinkedHashMap<Group, LinkedHashSet<DestinationKey>>> held = new HashMap<>();
    private final ClockWatch clock;
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

    /// Destinations of which none finds a slot where one does not, and among which slots go round.
    private record Group(Submitter submitter, boolean answers, String connector) {}

    /// Open now.
    public int sessions() { return slots.taken(); }

    boolean isStopping() { return sessions.isStopping(); }

    /// True while a destination has no session, for want of a slot.
    boolean othersWait() { return slots.isLacking(); }

    /// Hands out nothing more: sessions that have not begun to send end at once, those that have may hear what became
    /// of their message. Returns at once.
    public void stop() {
        sessions.stop();
        look();
    }

    /// Returns within [OpenSessions#STOP] of [#stop], whatever the hosts do.
    @Override
    public void close() {
        stop();
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
                Offered offered = offer(key, now);
                if (offered instanceof Offered.Held lack) hold(lack, key);
                if (!(offered instanceof Offered.RoundOver)) next.remove();
            }
            if (sessions.isStopping() || destinations.isStirred() || !agenda.isEmpty() || slots.hasOffers()) return;
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

    private sealed interface Offered {

        /// It has what it wants, or what there is beside those that have none.
        record Enough() implements Offered {}

        /// It wants more in the next round.
        record RoundOver() implements Offered {}

        /// It has none, until there is a place.
        record Held(Slots.Place lacks, Group group) implements Offered {}
    }

    /// Starts as many sessions as the destination wants and this round has.
    private Offered offer(DestinationKey key, Instant now) {
        while (!sessions.isStopping()) {
            Optional<OutboundConnector> connector = routes.withId(key.connector());
            Optional<DestinationQueues.Ready> ready = queue.destinations().ready(key, now,
                    limits.sessionsPerDomain(connector));
            if (ready.isEmpty()) return new Offered.Enough();
            int standing = ready.get().sessions();
            boolean answers = slots.answers(key);
            // One session finds out whether a next hop answers, and what it asks of DNS is there for the others.
            if (standing >= (answers ? ready.get().wanted() : 1)) return new Offered.Enough();
            if (started >= ROUND) return new Offered.RoundOver();
            var group = new Group(ready.get().submitter(), answers, key.connector());
            var share = new Slots.Share(group.submitter(), group.connector(),
                    connector.map(one -> one.pace().maxSessions()).orElse(0));
            switch (slots.take(share, group.answers(), standing)) {
                case Slots.Answer.Granted(var slot) -> start(key, slot);
                case Slots.Answer.Lacking(var place) -> {
                    return standing > 0 ? new Offered.Enough() : new Offered.Held(place, group);
                }
            }
        }
        return new Offered.Enough();
    }

    private void hold(Offered.Held lack, DestinationKey key) {
        held.computeIfAbsent(lack.lacks(), _ -> new LinkedHashMap<>())
                .computeIfAbsent(lack.group(), _ -> new LinkedHashSet<>()).add(key);
    }

    /// Only those are asked who lacked what has become free, however many others are held.
    private void offerHeld(Instant now) {
        for (Slots.Place place : slots.offered()) {
            var groups = held.remove(place);
            boolean isTaken = groups != null && offerHeld(place, groups, now);
            if (groups != null && !groups.isEmpty()) {
                var late = held.put(place, groups); // whose submitter has changed meanwhile
                if (late != null)
                    late.forEach((group, keys) -> groups.merge(group, keys, (before, more) -> {
                        before.addAll(more);
                        return before;
                    }));
            }
            if (!held.containsKey(place)) slots.suffices(place);
            else if (!isTaken) slots.offerAgain(place);
        }
    }

    /// One destination of a group after one of the next: a submitter with many of them has no more turns.
    ///
    /// @return true if the last place is taken, so that the one whose turn it was waits on
    private boolean offerHeld(Slots.Place place, LinkedHashMap<Group, LinkedHashSet<DestinationKey>> groups,
            Instant now) {
        while (!groups.isEmpty() && started < ROUND) {
            Map.Entry<Group, LinkedHashSet<DestinationKey>> first = groups.pollFirstEntry();
            DestinationKey key = first.getValue().removeFirst();
            Offered offered = offer(key, now);
            boolean isTaken = offered instanceof Offered.Held(var lacks, _) && lacks.equals(place);
            if (isTaken) first.getValue().addFirst(key);
            else if (offered instanceof Offered.Held other) hold(other, key);
            else if (offered instanceof Offered.RoundOver) agenda.add(key);
            if (isTaken) groups.putFirst(first.getKey(), first.getValue());
            else if (!first.getValue().isEmpty()) groups.putLast(first.getKey(), first.getValue());
            if (isTaken) return true;
        }
        return false;
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
            boolean helps = seat.slot.release();
            if (!session.yielded()) queue.destinations().sessionEnded(key);
            if (helps) look();
        }
    }

    /// Something has changed: the thread that waits for it looks again.
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
        public boolean othersWait() { return slot.isWanted(); }

        @Override
        public boolean answered() {
            if (!sessions.mayBegin(this)) return false;
            boolean first = !slots.answers(key);
            if (slot.answered(key)) look();
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

        /// The same, for who wants to know what it came to as well.
        default Database.Work<@Nullable Void> settled(ClaimedDelivery delivery, AttemptResult attempt, End end) {
            return settled(delivery, attempt);
        }
    }

    /// What an attempt came to for those of its recipients that it was made for.
    ///
    /// @param outcomes failed where the time of the mail is over
    /// @param notices  written to the sender
    public record End(List<Outcome> outcomes, int notices) {
        public End { outcomes = List.copyOf(outcomes); }
    }
}
