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
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;

/// What waits in which destination, in memory: for each recipient its message, its index and when it is due.
///
/// The monitor of this object is notified when something may have become due.
public final class DestinationQueues {

    private static final Duration GROWTH = Duration.ofMinutes(10); // between two sessions more to a crowded next hop
    private static final int SESSIONS_ENOUGH = 20; // for a next hop that wanted fewer once
    private static final int RECIPIENTS_MAX = 100; // of one delivery; RFC 5321 §4.5.3.1.8 makes every host take them

    private record Due(Instant at, QueueId message, int recipient, Submitter submitter) {}

    /// Recipients of one message that left their destination to be attempted.
    public record Piece(QueueId message, List<Integer> recipients) {}

    /// Recipients of one message that a session has, and when they were due.
    ///
    /// @param released since when what the attempt defers is due: it is made under settings that hold no more
    private record Attempted(Instant due, int recipients, Submitter submitter, Optional<Instant> released) {
        Attempted and(int more) { return new Attempted(due, recipients + more, submitter, released); }
    }

    private record Wake(Instant at, DestinationKey destination) {}

    private static final class DestinationQueue {
        private final TreeSet<Due> waiting = new TreeSet<>(
                Comparator.comparing(Due::at).thenComparing(Due::message).thenComparingInt(Due::recipient));
        private int sessions;
        private int taken;
        private final Map<QueueId, Attempted> underWay = new HashMap<>();
        private boolean suspended;
        private int failures;
        private Instant blockedUntil = Instant.MIN;
        private Instant lastTry = Instant.MIN;
        private DeliveryStatus lastError = DeliveryStatus.NONE;
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

    private final Map<DestinationKey, DestinationQueue> destinations = new HashMap<>();
    private final Set<DestinationKey> changed = new LinkedHashSet<>(); // to be looked at: all others are as they were
    private final TreeSet<Wake> wakes = new TreeSet<>(Comparator.comparing(Wake::at).thenComparing(Wake::destination));
    private final Set<DestinationKey> crowded = new HashSet<>(); // whose next hop wanted fewer sessions

    /// A destination that has mail due and may send, and how many recipients wait in it, due or not.
    ///
    /// @param submitter   of the mail that comes first
    /// @param sessionsMax that its next hop wants
    /// @param failing its next hop took nothing when it was last tried
    public record Ready(DestinationKey destination, Submitter submitter, int waiting, int sessions, int sessionsMax,
            boolean failing) {}

    /// A recipient whose message is under way, or whose submitter nobody knows.
    synchronized void add(DestinationKey destination, Instant due, QueueId message, int recipient) {
        Attempted attempted = state(destination).underWay.get(message);
        add(destination, due, message, recipient, attempted == null ? Submitter.UNKNOWN : attempted.submitter());
    }

    synchronized void add(DestinationKey destination, Instant due, QueueId message, int recipient,
            Submitter submitter) {
        DestinationQueue state = state(destination);
        Attempted underWay = state.underWay.get(message);
        Instant at = underWay == null ? due : underWay.released().orElse(due);
        state.waiting.add(new Due(at, message, recipient, submitter));
        touch(destination);
    }

    synchronized Optional<Piece> take(DestinationKey key, Instant now) {
        DestinationQueue destination = destinations.get(key);
        if (destination == null || destination.suspended || destination.blockedUntil.isAfter(now)
                || destination.waiting.isEmpty())
            return Optional.empty();
        var first = destination.waiting.getFirst();
        if (first.at().isAfter(now)) return Optional.empty();
        var recipients = new ArrayList<Integer>();
        while (!destination.waiting.isEmpty() && recipients.size() < RECIPIENTS_MAX) {
            Due next = destination.waiting.getFirst();
            if (next.at().isAfter(now) || !next.message().equals(first.message())) break;
            recipients.add(destination.waiting.removeFirst().recipient());
        }
        destination.taken += recipients.size();
        destination.underWay.merge(first.message(),
                new Attempted(first.at(), recipients.size(), first.submitter(), Optional.empty()),
                (before, more) -> before.and(more.recipients()));
        return Optional.of(new Piece(first.message(), recipients));
    }

    /// What was taken of a message is settled, put back or gone.
    synchronized void giveBack(DestinationKey key, QueueId message, int recipients) {
        DestinationQueue destination = state(key);
        destination.taken -= recipients;
        destination.underWay.computeIfPresent(message,
                (_, before) -> before.recipients() > recipients ? before.and(-recipients) : null);
        touch(key);
        tidy(key);
    }

    /// Since when the oldest attempt in some destinations is under way or due; mail deferred until later is not.
    public synchronized Optional<Instant> underWaySince(Predicate<DestinationKey> wanted, Instant now) {
        Optional<Instant> oldest = Optional.empty();
        for (var entry : destinations.entrySet()) {
            DestinationQueue destination = entry.getValue();
            if (destination.underWay.isEmpty() && destination.waiting.isEmpty() || !wanted.test(entry.getKey()))
                continue;
            var since = new ArrayList<>(destination.underWay.values().stream().map(Attempted::due).toList());
            if (!destination.suspended && !destination.blockedUntil.isAfter(now) && !destination.waiting.isEmpty()
                    && !destination.waiting.getFirst().at().isAfter(now))
                since.add(destination.waiting.getFirst().at());
            for (Instant one : since)
                if (oldest.isEmpty() || one.isBefore(oldest.get())) oldest = Optional.of(one);
        }
        return oldest;
    }

    /// Destinations of which something has changed, or whose time has come, since this was last asked.
    public synchronized List<DestinationKey> stirred(Instant now) {
        for (DestinationKey key : List.copyOf(crowded)) {
            DestinationQueue destination = state(key);
            int before = destination.sessionsMax;
            destination.grow(now);
            if (destination.sessionsMax == Integer.MAX_VALUE) crowded.remove(key);
            if (destination.sessionsMax != before) changed.add(key);
            tidy(key);
        }
        while (!wakes.isEmpty() && !wakes.getFirst().at().isAfter(now)) {
            DestinationKey key = wakes.getFirst().destination();
            wake(key, state(key), Instant.MAX);
            changed.add(key);
        }
        var stirred = List.copyOf(changed);
        changed.clear();
        return stirred;
    }

    /// True if there is something to ask [#stirred] for besides what time brings.
    public synchronized boolean isStirred() { return !changed.isEmpty(); }

    /// The destination, if it has mail due and may send now; else it stirs when that may be so.
    public synchronized Optional<Ready> ready(DestinationKey key, Instant now) {
        DestinationQueue destination = destinations.get(key);
        if (destination == null || destination.suspended || destination.waiting.isEmpty()) return Optional.empty();
        destination.grow(now);
        Due first = destination.waiting.getFirst();
        Instant due = later(first.at(), destination.blockedUntil);
        wake(key, destination, due.isAfter(now) ? due : Instant.MAX);
        if (due.isAfter(now)) return Optional.empty();
        return Optional.of(new Ready(key, first.submitter(), destination.waiting.size(), destination.sessions,
                destination.sessionsMax,
                destination.failures > 0));
    }

    /// When a destination stirs next by itself.
    public synchronized Optional<Instant> nextDue() {
        return wakes.isEmpty() ? Optional.empty() : Optional.of(wakes.getFirst().at());
    }

    public synchronized void sessionStarted(DestinationKey key) { state(key).sessions++; }

    public synchronized void sessionEnded(DestinationKey key) {
        state(key).sessions--;
        touch(key);
        tidy(key);
    }

    /// One session could not be had or kept, which is no verdict on the next hop while others stand: as many as those
    /// are enough for a while.
    ///
    /// @return false if it was the only one; else it counts as ended
    public synchronized boolean yielded(DestinationKey key, Instant now) {
        DestinationQueue destination = state(key);
        if (destination.sessions <= 1) return false;
        destination.sessions--;
        destination.sessionsMax = destination.sessions;
        destination.grows = now.plus(GROWTH);
        crowded.add(key);
        touch(key);
        return true;
    }

    /// The next hop as a whole took nothing: the destination rests.
    public synchronized void failed(DestinationKey key, Instant now, Instant until, DeliveryStatus error) {
        DestinationQueue destination = state(key);
        destination.failures++;
        destination.blockedUntil = until;
        destination.lastTry = now;
        destination.lastError = error;
        touch(key);
    }

    /// It is not the destination's turn yet, which says nothing of its next hop.
    public synchronized void pause(DestinationKey key, Instant until, DeliveryStatus why) {
        DestinationQueue destination = state(key);
        destination.blockedUntil = until;
        destination.lastError = why;
        touch(key);
    }

    /// The next hop answers.
    public synchronized void recovered(DestinationKey key, Instant now) {
        DestinationQueue destination = state(key);
        destination.failures = 0;
        destination.blockedUntil = Instant.MIN;
        destination.lastTry = now;
        destination.lastError = DeliveryStatus.NONE;
        touch(key);
    }

    public synchronized int failures(DestinationKey key) {
        DestinationQueue destination = destinations.get(key);
        return destination == null ? 0 : destination.failures;
    }

    public synchronized DeliveryStatus lastError(DestinationKey key) {
        DestinationQueue destination = destinations.get(key);
        return destination == null ? DeliveryStatus.NONE : destination.lastError;
    }

    synchronized void suspend(DestinationKey key, boolean suspended) {
        state(key).suspended = suspended;
        touch(key);
        tidy(key);
    }

    /// All that waits is due at once, also if the destination rests.
    synchronized int dueNow(DestinationKey key, Instant now) {
        DestinationQueue destination = destinations.get(key);
        if (destination == null) return 0; // all of it went meanwhile
        var all = List.copyOf(destination.waiting);
        destination.waiting.clear();
        for (Due due : all)
            destination.waiting
                    .add(due.at().isAfter(now) ? new Due(now, due.message(), due.recipient(), due.submitter()) : due);
        destination.blockedUntil = Instant.MIN;
        touch(key);
        return all.size();
    }

    /// All that waits for a connector is due at once, and what is being attempted will be.
    synchronized void release(String connector, Instant now) {
        for (DestinationKey key : List.copyOf(destinations.keySet())) {
            if (!key.connector().equalsIgnoreCase(connector)) continue;
            dueNow(key, now);
            state(key).underWay.replaceAll(
                    (_, one) -> new Attempted(one.due(), one.recipients(), one.submitter(), Optional.of(now)));
        }
    }

    synchronized void drop(DestinationKey key, QueueId message) {
        state(key).waiting.removeIf(due -> due.message().equals(message));
        tidy(key);
    }

    public synchronized List<DestinationQueueView> views(Instant now) {
        var views = new ArrayList<DestinationQueueView>();
        destinations.forEach((key, destination) -> {
            long messages = destination.waiting.size() + (long) destination.taken;
            if (messages == 0 && !destination.suspended) return;
            Optional<Instant> next = destination.waiting.isEmpty()
                    ? Optional.empty()
                    : Optional.of(later(destination.waiting.getFirst().at(), destination.blockedUntil))
                            .filter(now::isBefore);
            var status = destination.suspended
                    ? DestinationQueueView.Status.Suspended
                    : destination.taken > 0
                            ? DestinationQueueView.Status.Active
                            : next.isPresent() ? DestinationQueueView.Status.Retry : DestinationQueueView.Status.Ready;
            views.add(new DestinationQueueView(key, status, messages, destination.failures, next,
                    Optional.of(destination.lastTry).filter(at -> at.isAfter(Instant.MIN)), destination.lastError));
        });
        views.sort(Comparator.comparing(DestinationQueueView::destination));
        return views;
    }

    /// Something of a destination is other than when it was last looked at.
    private void touch(DestinationKey key) {
        changed.add(key);
        notifyAll();
    }

    private void wake(DestinationKey key, DestinationQueue destination, Instant at) {
        if (destination.wakes.equals(at)) return;
        wakes.remove(new Wake(destination.wakes, key));
        destination.wakes = at;
        if (at.isBefore(Instant.MAX)) wakes.add(new Wake(at, key));
    }

    private DestinationQueue state(DestinationKey key) {
        return destinations.computeIfAbsent(key, _ -> new DestinationQueue());
    }

    /// A destination that has nothing and remembers nothing is forgotten.
    private void tidy(DestinationKey key) {
        DestinationQueue destination = destinations.get(key);
        if (destination == null || !destination.isForgettable()) return;
        wake(key, destination, Instant.MAX);
        destinations.remove(key);
    }

    private static Instant later(Instant one, Instant other) { return one.isAfter(other) ? one : other; }

    /// The mail of one connector to one domain. Written `connector/domain`.
    public record DestinationKey(String connector, Domain domain) implements Comparable<DestinationKey> {

        @Override
        public int compareTo(DestinationKey other) {
            int byDomain = domain.compareTo(other.domain);
            return byDomain != 0 ? byDomain : connector.compareTo(other.connector);
        }

        @Override
        public String toString() { return connector + "/" + domain; }
    }

    /// Who brought mail, as far as its fair share of the sessions goes.
    ///
    /// @param client that handed it in
    /// @param sender of the envelope, in angle brackets
    public record Submitter(String client, String sender) {

        /// Of whom nothing is known.
        public static final Submitter UNKNOWN = new Submitter("", "");

        static Submitter of(QueuedMessage message) {
            return new Submitter(message.client(), message.sender().toString());
        }
    }

    /// A destination as an operator sees it.
    ///
    /// @param failures attempts in a row at which the next hop as a whole did not take mail
    public record DestinationQueueView(DestinationKey destination, Status status, long messages, int failures,
            Optional<Instant> nextRetry,
            Optional<Instant> lastRetry, DeliveryStatus lastError) {
        public enum Status { Ready, Active, Retry, Suspended }
    }
}
