package org.sternpost.engine.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    private record Due(Instant at, QueueId message, int recipient) {}

    /// Recipients of one message that left their lane to be attempted.
    public record Piece(QueueId message, List<Integer> recipients) {}

    /// Recipients of one message that a session has, and when they were due.
    private record Attempted(Instant due, int recipients) {
        Attempted and(int more) { return new Attempted(due, recipients + more); }
    }

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

    /// A lane and how many recipients wait in it, due or not.
    ///
    /// @param sessionsMax that its next hop wants
    /// @param failing its next hop took nothing when it was last tried
    public record Ready(LaneKey lane, int waiting, int sessions, int sessionsMax, boolean failing) {}

    synchronized void add(LaneKey lane, Instant due, QueueId message, int recipient) {
        state(lane).waiting.add(new Due(due, message, recipient));
        notifyAll();
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
        lane.underWay.merge(first.message(), new Attempted(first.at(), recipients.size()),
                (before, more) -> before.and(more.recipients()));
        return Optional.of(new Piece(first.message(), recipients));
    }

    /// What was taken of a message is settled, put back or gone.
    synchronized void giveBack(LaneKey key, QueueId message, int recipients) {
        LaneState lane = state(key);
        lane.taken -= recipients;
        lane.underWay.computeIfPresent(message,
                (_, before) -> before.recipients() > recipients ? before.and(-recipients) : null);
        tidy(key);
        notifyAll();
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

    /// Lanes that have mail due and may send.
    public synchronized List<Ready> ready(Instant now) {
        var ready = new ArrayList<Ready>();
        lanes.values().forEach(lane -> lane.grow(now));
        lanes.values().removeIf(LaneState::isForgettable);
        lanes.forEach((key, lane) -> {
            if (!lane.suspended && !lane.blockedUntil.isAfter(now) && !lane.waiting.isEmpty()
                    && !lane.waiting.getFirst().at().isAfter(now))
                ready.add(new Ready(key, lane.waiting.size(), lane.sessions, lane.sessionsMax,
                        lane.failures > 0));
        });
        return ready;
    }

    /// When a lane that has nothing to send now has something next.
    public synchronized Optional<Instant> nextDue(Instant now) {
        Optional<Instant> next = Optional.empty();
        for (LaneState lane : lanes.values()) {
            if (lane.suspended || lane.waiting.isEmpty()) continue;
            Instant due = later(lane.waiting.getFirst().at(), lane.blockedUntil);
            if (due.isAfter(now) && (next.isEmpty() || due.isBefore(next.get()))) next = Optional.of(due);
        }
        return next;
    }

    public synchronized void sessionStarted(LaneKey key) { state(key).sessions++; }

    public synchronized void sessionEnded(LaneKey key) {
        state(key).sessions--;
        tidy(key);
        notifyAll();
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
        notifyAll();
        return true;
    }

    /// The next hop as a whole took nothing: the lane rests.
    public synchronized void failed(LaneKey key, Instant now, Instant until, LastError error) {
        LaneState lane = state(key);
        lane.failures++;
        lane.blockedUntil = until;
        lane.lastTry = now;
        lane.lastError = error;
    }

    /// It is not the lane's turn yet, which says nothing of its next hop.
    public synchronized void pause(LaneKey key, Instant until, LastError why) {
        LaneState lane = state(key);
        lane.blockedUntil = until;
        lane.lastError = why;
    }

    /// The next hop answers.
    public synchronized void recovered(LaneKey key, Instant now) {
        LaneState lane = state(key);
        lane.failures = 0;
        lane.blockedUntil = Instant.MIN;
        lane.lastTry = now;
        lane.lastError = LastError.NONE;
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
        tidy(key);
        notifyAll();
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
            lane.waiting.add(due.at().isAfter(now) ? new Due(now, due.message(), due.recipient()) : due);
        lane.blockedUntil = Instant.MIN;
        notifyAll();
        return all.size();
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

    private LaneState state(LaneKey key) { return lanes.computeIfAbsent(key, _ -> new LaneState()); }

    /// A lane that has nothing and remembers nothing is forgotten.
    private void tidy(LaneKey key) {
        LaneState lane = lanes.get(key);
        if (lane != null && lane.isForgettable()) lanes.remove(key);
    }

    private static Instant later(Instant one, Instant other) { return one.isAfter(other) ? one : other; }
}
