package org.sternpost.engine.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.sternpost.engine.mail.QueueId;

/// What waits in which lane, in memory: for each recipient its message, its index and when it is due.
///
/// The monitor of this object is notified when something may have become due.
public final class Lanes {

    private static final Duration GROWTH = Duration.ofMinutes(10); // between two sessions more to a crowded next hop
    private static final int SESSIONS_ENOUGH = 20; // for a next hop that wanted fewer once
    private static final int RECIPIENTS_MAX = 100; // of one consignment; RFC 5321 §4.5.3.1.8 makes every host take them

    private record Due(Instant at, QueueId message, int recipient, Submitter submitter) {}

    /// Recipients of one message that left their lane to be attempted.
    public record Piece(QueueId message, List<Integer> recipients) {}

    /// Recipients of one message that a session has, and when they were due.
    ///
    /// @param released since when what the attempt defers is due: it is made under settings that hold no more
    private record Attempted(Instant due, int recipients, Submitter submitter, Optional<Instant> released) {
        Attempted and(int more) { return new Attempted(due, recipients + more, submitter, released); }
    }

    private record Wake(Instant at, LaneKey lane) {}

    private static final class LaneState {
        private final TreeSet<Due> waiting = new TreeSet<>(
                Comparator.comparing(Due::at).thenComparing(Due::message).thenComparingInt(Due::recipient));
        private int sessions;
        private int taken;
        private final Map<QueueId, Attempted> underWay = new HashMap<>();
        private boolean suspended;
        private int failures;
        private Instant blockedUntil = Instant.MIN;
        private Instant lastTry = Instant.MIN;
        private LastError lastError = LastError.NONE;
        private int sessionsMax = Integer.MAX_VALUE;
        private Instant grows = Instant.MAX;
        private Instant wakes = Instant.MAX; // when the scheduler looks at it again by itself

        boolean isForgettable() {
            return waiting.isEmpty() && taken <= 0 && sessions == 0 && !suspended && sessionsMax == Integer.MAX_VALUE;
        }

        /// A next hop that wanted fewer sessions is offered one more now and then.
        void grow(Instant now) {
            while (!grows.isAfter(now)) {
                sessionsMax++;
                grows = grows.plus(GROWTH);
            }
            if (sessionsMax < SESSIONS_ENOUGH) return;
            sessionsMax = Integer.MAX_VALUE;
            grows = Instant.MAX;
        }
    }

    private final Map<LaneKey, LaneState> lanes = new HashMap<>();
    private final Set<LaneKey> changed = new LinkedHashSet<>(); // to be looked at: all others are as they were
    private final TreeSet<Wake> wakes = new TreeSet<>(Comparator.comparing(Wake::at).thenComparing(Wake::lane));
    private final Set<LaneKey> crowded = new HashSet<>(); // whose next hop wanted fewer sessions

    /// A lane that has mail due and may send, and how many recipients wait in it, due or not.
    ///
    /// @param submitter   of the mail that comes first
    /// @param sessionsMax that its next hop wants
    /// @param failing its next hop took nothing when it was last tried
    public record Ready(LaneKey lane, Submitter submitter, int waiting, int sessions, int sessionsMax,
            boolean failing) {}

    /// A recipient whose message is under way, or whose submitter nobody knows.
    synchronized void add(LaneKey lane, Instant due, QueueId message, int recipient) {
        Attempted attempted = state(lane).underWay.get(message);
        add(lane, due, message, recipient, attempted == null ? Submitter.UNKNOWN : attempted.submitter());
    }

    synchronized void add(LaneKey lane, Instant due, QueueId message, int recipient, Submitter submitter) {
        LaneState state = state(lane);
        Attempted underWay = state.underWay.get(message);
        Instant at = underWay == null ? due : underWay.released().orElse(due);
        state.waiting.add(new Due(at, message, recipient, submitter));
        touch(lane);
    }

    synchronized Optional<Piece> take(LaneKey key, Instant now) {
        LaneState lane = lanes.get(key);
        if (lane == null || lane.suspended || lane.blockedUntil.isAfter(now) || lane.waiting.isEmpty())
            return Optional.empty();
        var first = lane.waiting.getFirst();
        if (first.at().isAfter(now)) return Optional.empty();
        var recipients = new ArrayList<Integer>();
        while (!lane.waiting.isEmpty() && recipients.size() < RECIPIENTS_MAX) {
            Due next = lane.waiting.getFirst();
            if (next.at().isAfter(now) || !next.message().equals(first.message())) break;
            recipients.add(lane.waiting.removeFirst().recipient());
        }
        lane.taken += recipients.size();
        lane.underWay.merge(first.message(),
                new Attempted(first.at(), recipients.size(), first.submitter(), Optional.empty()),
                (before, more) -> before.and(more.recipients()));
        return Optional.of(new Piece(first.message(), recipients));
    }

    /// What was taken of a message is settled, put back or gone.
    synchronized void giveBack(LaneKey key, QueueId message, int recipients) {
        LaneState lane = state(key);
        lane.taken -= recipients;
        lane.underWay.computeIfPresent(message,
                (_, before) -> before.recipients() > recipients ? before.and(-recipients) : null);
        touch(key);
        tidy(key);
    }

    /// Since when the oldest attempt in some lanes is under way or due; mail that was deferred until later is not.
    public synchronized Optional<Instant> underWaySince(Predicate<LaneKey> wanted, Instant now) {
        Optional<Instant> oldest = Optional.empty();
        for (var entry : lanes.entrySet()) {
            LaneState lane = entry.getValue();
            if (lane.underWay.isEmpty() && lane.waiting.isEmpty() || !wanted.test(entry.getKey())) continue;
            var since = new ArrayList<>(lane.underWay.values().stream().map(Attempted::due).toList());
            if (!lane.suspended && !lane.blockedUntil.isAfter(now) && !lane.waiting.isEmpty()
                    && !lane.waiting.getFirst().at().isAfter(now))
                since.add(lane.waiting.getFirst().at());
            for (Instant one : since)
                if (oldest.isEmpty() || one.isBefore(oldest.get())) oldest = Optional.of(one);
        }
        return oldest;
    }

    /// Lanes of which something has changed, or whose time has come, since this was last asked.
    public synchronized List<LaneKey> stirred(Instant now) {
        for (LaneKey key : List.copyOf(crowded)) {
            LaneState lane = state(key);
            int before = lane.sessionsMax;
            lane.grow(now);
            if (lane.sessionsMax == Integer.MAX_VALUE) crowded.remove(key);
            if (lane.sessionsMax != before) changed.add(key);
            tidy(key);
        }
        while (!wakes.isEmpty() && !wakes.getFirst().at().isAfter(now)) {
            LaneKey key = wakes.getFirst().lane();
            wake(key, state(key), Instant.MAX);
            changed.add(key);
        }
        var stirred = List.copyOf(changed);
        changed.clear();
        return stirred;
    }

    /// True if there is something to ask [#stirred] for besides what time brings.
    public synchronized boolean isStirred() { return !changed.isEmpty(); }

    /// The lane, if it has mail due and may send now; else it stirs when that may be so.
    public synchronized Optional<Ready> ready(LaneKey key, Instant now) {
        LaneState lane = lanes.get(key);
        if (lane == null || lane.suspended || lane.waiting.isEmpty()) return Optional.empty();
        lane.grow(now);
        Due first = lane.waiting.getFirst();
        Instant due = later(first.at(), lane.blockedUntil);
        wake(key, lane, due.isAfter(now) ? due : Instant.MAX);
        if (due.isAfter(now)) return Optional.empty();
        return Optional.of(new Ready(key, first.submitter(), lane.waiting.size(), lane.sessions, lane.sessionsMax,
                lane.failures > 0));
    }

    /// When a lane stirs next by itself.
    public synchronized Optional<Instant> nextDue() {
        return wakes.isEmpty() ? Optional.empty() : Optional.of(wakes.getFirst().at());
    }

    public synchronized void sessionStarted(LaneKey key) { state(key).sessions++; }

    public synchronized void sessionEnded(LaneKey key) {
        state(key).sessions--;
        touch(key);
        tidy(key);
    }

    /// One session could not be had or kept, which is no verdict on the next hop while others stand: as many as those
    /// are enough for a while.
    ///
    /// @return false if it was the only one; else it counts as ended
    public synchronized boolean yielded(LaneKey key, Instant now) {
        LaneState lane = state(key);
        if (lane.sessions <= 1) return false;
        lane.sessions--;
        lane.sessionsMax = lane.sessions;
        lane.grows = now.plus(GROWTH);
        crowded.add(key);
        touch(key);
        return true;
    }

    /// The next hop as a whole took nothing: the lane rests.
    public synchronized void failed(LaneKey key, Instant now, Instant until, LastError error) {
        LaneState lane = state(key);
        lane.failures++;
        lane.blockedUntil = until;
        lane.lastTry = now;
        lane.lastError = error;
        touch(key);
    }

    /// It is not the lane's turn yet, which says nothing of its next hop.
    public synchronized void pause(LaneKey key, Instant until, LastError why) {
        LaneState lane = state(key);
        lane.blockedUntil = until;
        lane.lastError = why;
        touch(key);
    }

    /// The next hop answers.
    public synchronized void recovered(LaneKey key, Instant now) {
        LaneState lane = state(key);
        lane.failures = 0;
        lane.blockedUntil = Instant.MIN;
        lane.lastTry = now;
        lane.lastError = LastError.NONE;
        touch(key);
    }

    public synchronized int failures(LaneKey key) {
        LaneState lane = lanes.get(key);
        return lane == null ? 0 : lane.failures;
    }

    public synchronized LastError lastError(LaneKey key) {
        LaneState lane = lanes.get(key);
        return lane == null ? LastError.NONE : lane.lastError;
    }

    synchronized void suspend(LaneKey key, boolean suspended) {
        state(key).suspended = suspended;
        touch(key);
        tidy(key);
    }

    synchronized boolean isSuspended(LaneKey key) {
        LaneState lane = lanes.get(key);
        return lane != null && lane.suspended;
    }

    /// All that waits is due at once, also if the lane rests.
    synchronized int dueNow(LaneKey key, Instant now) {
        LaneState lane = state(key);
        var all = List.copyOf(lane.waiting);
        lane.waiting.clear();
        for (Due due : all)
            lane.waiting
                    .add(due.at().isAfter(now) ? new Due(now, due.message(), due.recipient(), due.submitter()) : due);
        lane.blockedUntil = Instant.MIN;
        touch(key);
        return all.size();
    }

    /// All that waits for a connector is due at once, and what is being attempted will be.
    synchronized void release(String connector, Instant now) {
        for (LaneKey key : List.copyOf(lanes.keySet())) {
            if (!key.connector().equalsIgnoreCase(connector)) continue;
            dueNow(key, now);
            state(key).underWay.replaceAll(
                    (_, one) -> new Attempted(one.due(), one.recipients(), one.submitter(), Optional.of(now)));
        }
    }

    synchronized void drop(LaneKey key, QueueId message) {
        state(key).waiting.removeIf(due -> due.message().equals(message));
        tidy(key);
    }

    synchronized boolean isWaiting(LaneKey key, QueueId message, int recipient) {
        LaneState lane = lanes.get(key);
        return lane != null && lane.waiting.stream()
                .anyMatch(due -> due.message().equals(message) && due.recipient() == recipient);
    }

    public synchronized List<LaneView> views(Instant now) {
        var views = new ArrayList<LaneView>();
        lanes.forEach((key, lane) -> {
            long messages = lane.waiting.size() + (long) lane.taken;
            if (messages == 0 && !lane.suspended) return;
            Optional<Instant> next = lane.waiting.isEmpty()
                    ? Optional.empty()
                    : Optional.of(later(lane.waiting.getFirst().at(), lane.blockedUntil)).filter(now::isBefore);
            var status = lane.suspended
                    ? LaneView.Status.Suspended
                    : lane.taken > 0
                            ? LaneView.Status.Active
                            : next.isPresent() ? LaneView.Status.Retry : LaneView.Status.Ready;
            views.add(new LaneView(key, status, messages, lane.failures, next,
                    Optional.of(lane.lastTry).filter(at -> at.isAfter(Instant.MIN)), lane.lastError));
        });
        views.sort(Comparator.comparing(LaneView::lane));
        return views;
    }

    /// Something of a lane is other than when it was last looked at.
    private void touch(LaneKey key) {
        changed.add(key);
        notifyAll();
    }

    private void wake(LaneKey key, LaneState lane, Instant at) {
        if (lane.wakes.equals(at)) return;
        wakes.remove(new Wake(lane.wakes, key));
        lane.wakes = at;
        if (at.isBefore(Instant.MAX)) wakes.add(new Wake(at, key));
    }

    private LaneState state(LaneKey key) { return lanes.computeIfAbsent(key, _ -> new LaneState()); }

    /// A lane that has nothing and remembers nothing is forgotten.
    private void tidy(LaneKey key) {
        LaneState lane = lanes.get(key);
        if (lane == null || !lane.isForgettable()) return;
        wake(key, lane, Instant.MAX);
        lanes.remove(key);
    }

    private static Instant later(Instant one, Instant other) { return one.isAfter(other) ? one : other; }
}
