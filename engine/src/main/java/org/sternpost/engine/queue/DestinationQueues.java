package org.sternpost.engine.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;

/// What waits in which destination, in memory: for each recipient its message, its index and when it is due.
///
/// The monitor of this object is notified when a destination may want another session. What changes nothing of that,
/// such as one message more for sessions that are enough, wakes nobody.
public final class DestinationQueues {

    private static final int RECIPIENTS_MAX = 100; // of one delivery; RFC 5321 §4.5.3.1.8 makes every host take them

    /// Recipients of one message that left their destination to be attempted.
    public record Piece(QueueId message, List<Integer> recipients) {}

    private final Map<DestinationKey, DestinationQueue> destinations = new HashMap<>();
    private final Set<DestinationKey> changed = new LinkedHashSet<>(); // to be looked at: all others are as they were
    private final Wakes wakes = new Wakes();

    /// A destination that has mail due and may send.
    ///
    /// @param submitter of the mail that comes first
    /// @param wanted    sessions that help it and that its next hop wants
    public record Ready(DestinationKey destination, Submitter submitter, int sessions, int wanted) {}

    /// A recipient whose message is under way, or whose submitter nobody knows.
    synchronized void add(DestinationKey destination, Instant due, QueueId message, int recipient) {
        add(destination, due, message, recipient,
                state(destination).underWay.submitter(message).orElse(Submitter.UNKNOWN));
    }

    synchronized void add(DestinationKey destination, Instant due, QueueId message, int recipient,
            Submitter submitter) {
        DestinationQueue state = state(destination);
        state.underWay.waits(message, recipient);
        Instant at = state.underWay.due(message, due);
        boolean first = state.waiting.isEmpty() || at.isBefore(state.waiting.firstDue());
        state.waiting.add(at, message, recipient, submitter);
        // A session that stands takes it; one more is wanted where those are too few. Where none stands, the scheduler
        // knows of what was there before: it has looked at it, or will.
        if (state.sessions == 0 ? first : state.sessions < state.wanted()) touch(destination);
    }

    /// A recipient that waited when the engine started.
    synchronized void load(DestinationKey destination, Instant due, QueueId message, int recipient,
            Submitter submitter) {
        DestinationQueue state = state(destination);
        if (state.unread > 0) state.unread--;
        add(destination, due, message, recipient, submitter);
    }

    /// What is still to be loaded, to be shown until it is; nothing once all is.
    synchronized void unread(Map<DestinationKey, Long> counts) {
        destinations.values().forEach(destination -> destination.unread = 0);
        counts.forEach((key, count) -> state(key).unread = count);
        List.copyOf(destinations.keySet()).forEach(this::tidy);
    }

    synchronized Optional<Piece> take(DestinationKey key, Instant now) {
        return Optional.ofNullable(destinations.get(key)).flatMap(one -> one.take(now, RECIPIENTS_MAX));
    }

    /// What was taken of a message is settled, put back or gone.
    synchronized void giveBack(DestinationKey key, QueueId message, List<Integer> recipients) {
        DestinationQueue destination = state(key);
        destination.taken -= recipients.size();
        Submitter submitter = destination.underWay.submitter(message).orElse(Submitter.UNKNOWN);
        for (int resumed : destination.underWay.givenBack(message, recipients))
            add(key, Instant.EPOCH, message, resumed, submitter);
        tidy(key);
    }

    /// True while a session has it.
    public synchronized boolean isUnderWay(DestinationKey key, QueueId message, int recipient) {
        DestinationQueue destination = destinations.get(key);
        return destination != null && destination.underWay.has(message, recipient);
    }

    /// How many of some messages sessions have.
    public synchronized long underWay(Set<QueueId> messages) {
        return destinations.values().stream().flatMap(one -> one.underWay.messages()).filter(messages::contains)
                .distinct().count();
    }

    /// Takes out all that waits of some messages, so that no session gets it meanwhile.
    synchronized List<Withdrawn> withdraw(Set<QueueId> messages) {
        var all = new ArrayList<Withdrawn>();
        for (DestinationKey key : List.copyOf(destinations.keySet())) {
            for (WaitingMail.Entry one : state(key).waiting.withdraw(messages))
                all.add(new Withdrawn(key, one));
            touch(key);
            tidy(key);
        }
        return all;
    }

    synchronized void putBack(Withdrawn one) {
        add(one.destination(), one.entry().due(), one.entry().message(), one.entry().recipient(),
                one.entry().submitter());
    }

    /// A recipient that was suspended waits again. Where a session has had it since before, it does once that is over.
    synchronized void resume(DestinationKey key, Instant due, QueueId message, int recipient, Submitter submitter) {
        if (!state(key).underWay.resume(message, recipient)) add(key, due, message, recipient, submitter);
    }

    /// What an operator took out of a destination.
    record Withdrawn(DestinationKey destination, WaitingMail.Entry entry) {}

    /// Since when the oldest attempt in some destinations is under way or due; mail deferred until later is not.
    public synchronized Optional<Instant> underWaySince(Predicate<DestinationKey> wanted, Instant now) {
        Optional<Instant> oldest = Optional.empty();
        for (var entry : destinations.entrySet()) {
            DestinationQueue destination = entry.getValue();
            if (destination.underWay.isEmpty() && destination.waiting.isEmpty() || !wanted.test(entry.getKey()))
                continue;
            var since = new ArrayList<>(destination.underWay.since().toList());
            if (destination.isDue(now)) since.add(destination.waiting.firstDue());
            for (Instant one : since)
                if (oldest.isEmpty() || one.isBefore(oldest.get())) oldest = Optional.of(one);
        }
        return oldest;
    }

    /// Destinations of which something has changed, or whose time has come, since this was last asked.
    public synchronized List<DestinationKey> stirred(Instant now) {
        for (var due = wakes.poll(now); due.isPresent(); due = wakes.poll(now)) {
            state(due.get()).growth.grow(now);
            changed.add(due.get());
            tidy(due.get());
        }
        var stirred = List.copyOf(changed);
        changed.clear();
        return stirred;
    }

    /// True if there is something to ask [#stirred] for besides what time brings.
    public synchronized boolean isStirred() { return !changed.isEmpty(); }

    /// The destination, if it has mail due and may send now; else it stirs when that may be so.
    ///
    /// @param sessionsMax that the settings allow it
    public synchronized Optional<Ready> ready(DestinationKey key, Instant now, int sessionsMax) {
        DestinationQueue destination = destinations.get(key);
        if (destination == null) return Optional.empty();
        destination.sessionsMax = sessionsMax;
        destination.growth.grow(now);
        boolean due = destination.isDue(now);
        wakes.set(key, due || destination.suspended || destination.waiting.isEmpty()
                ? destination.growth.grows()
                : earlier(later(destination.waiting.firstDue(), destination.blockedUntil),
                        destination.growth.grows()));
        return due
                ? Optional.of(new Ready(key, destination.waiting.firstSubmitter(), destination.sessions,
                        destination.wanted()))
                : Optional.empty();
    }

    /// When a destination stirs next by itself.
    public synchronized Optional<Instant> nextDue() { return wakes.next(); }

    /// It is to be looked at again, for a reason that is not here.
    public synchronized void stir(DestinationKey key) { if (destinations.containsKey(key)) touch(key); }

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
        destination.growth.crowded(destination.sessions, now);
        touch(key);
        return true;
    }

    /// A host of the next hop has answered for a message of one session, which may call for more of them.
    ///
    /// @param took from its first command to the reply
    public synchronized void carried(DestinationKey key, Duration took) {
        DestinationQueue destination = state(key);
        destination.growth.carried(took, destination.sessionsMax);
        if (destination.sessions < destination.wanted() && !destination.waiting.isEmpty()) touch(key);
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

    /// Nothing where there is no mail: whose turn it is then is of no matter, and nobody keeps it in mind.
    synchronized Optional<Turns.Turn> turn(DestinationKey key) {
        return Optional.ofNullable(destinations.get(key)).map(one -> one.turn);
    }

    /// The next hop answers.
    public synchronized void recovered(DestinationKey key, Instant now) {
        DestinationQueue destination = state(key);
        boolean rested = destination.failures > 0 || destination.blockedUntil.isAfter(now);
        destination.failures = 0;
        destination.blockedUntil = Instant.MIN;
        destination.lastTry = now;
        destination.lastError = DeliveryStatus.NONE;
        if (rested) touch(key);
    }

    /// When its next hop was last tried; [Instant#MIN] where nobody knows.
    public synchronized Instant lastTry(DestinationKey key) {
        return destinations.containsKey(key) ? state(key).lastTry : Instant.MIN;
    }

    public synchronized int failures(DestinationKey key) {
        return destinations.containsKey(key) ? state(key).failures : 0;
    }

    public synchronized DeliveryStatus lastError(DestinationKey key) {
        return destinations.containsKey(key) ? state(key).lastError : DeliveryStatus.NONE;
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
        destination.waiting.dueBy(now);
        destination.blockedUntil = Instant.MIN;
        touch(key);
        return destination.waiting.size();
    }

    /// What an outage of our own held back is due by then, and the destination rests for it no longer.
    synchronized void dueBy(DestinationKey key, Instant then, Set<QueueId> messages) {
        DestinationQueue destination = destinations.get(key);
        if (destination == null) return;
        destination.waiting.dueBy(then, messages);
        if (OutageHold.isOutage(destination.lastError))
            destination.blockedUntil = earlier(destination.blockedUntil, then);
        touch(key);
    }

    /// All that waits for a connector is due at once, and what is being attempted will be.
    synchronized void release(String connector, Instant now) {
        for (DestinationKey key : List.copyOf(destinations.keySet())) {
            if (!key.connector().equalsIgnoreCase(connector)) continue;
            dueNow(key, now);
            state(key).underWay.release(now);
        }
    }

    /// The clock was set back: all that waits does so for as long as it had to before. Otherwise it would wait for the
    /// clock to come again to where it was, for years if it was wrong by years.
    public synchronized void setBack(Duration by) {
        destinations.forEach((key, destination) -> {
            destination.waiting.earlier(by);
            destination.growth.earlier(by);
            if (destination.blockedUntil.isAfter(Instant.MIN))
                destination.blockedUntil = destination.blockedUntil.minus(by);
            wakes.set(key, Instant.MAX);
            touch(key);
        });
    }

    /// Nobody has looked at any of them: a scheduler begins.
    public synchronized void stirAll() { changed.addAll(destinations.keySet()); }

    synchronized void drop(DestinationKey key, QueueId message) {
        state(key).waiting.remove(message);
        tidy(key);
    }

    public synchronized List<DestinationQueueView> views(Instant now) {
        var views = new ArrayList<DestinationQueueView>();
        destinations.forEach((key, destination) -> {
            long messages = destination.waiting.size() + (long) destination.taken + destination.unread;
            if (messages == 0 && !destination.suspended) return;
            Optional<Instant> next = destination.waiting.isEmpty()
                    ? Optional.empty()
                    : Optional.of(later(destination.waiting.firstDue(), destination.blockedUntil))
                            .filter(now::isBefore);
            var status = destination.suspended
                    ? DestinationQueueView.Status.Suspended
                    : destination.taken > 0
                            ? DestinationQueueView.Status.Active
                            : next.isPresent() ? DestinationQueueView.Status.Retry : DestinationQueueView.Status.Ready;
            views.add(new DestinationQueueView(key, status, messages, 0, destination.failures, next,
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

    private DestinationQueue state(DestinationKey key) {
        return destinations.computeIfAbsent(key, _ -> new DestinationQueue());
    }

    /// A destination that has nothing and remembers nothing is forgotten.
    private void tidy(DestinationKey key) {
        DestinationQueue destination = destinations.get(key);
        if (destination == null || !destination.isForgettable()) return;
        wakes.set(key, Instant.MAX);
        destinations.remove(key);
    }

    private static Instant earlier(Instant one, Instant other) { return one.isBefore(other) ? one : other; }

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

    /// Who brought mail, as far as its fair share of the sessions goes: marks instead of names, as there may be a
    /// million of them. Two who have the same mark share a share.
    ///
    /// @param client that handed it in
    /// @param sender of the envelope, as that client says it
    public record Submitter(int client, int sender) {

        private static final long PRIME = 0x100000001b3L; // FNV-1a, 64 bits, folded
        private static final long BASIS = 0xcbf29ce484222325L;

        /// Of whom nothing is known.
        public static final Submitter UNKNOWN = of("", "");

        /// @param sender in angle brackets
        public static Submitter of(String client, String sender) {
            long mark = mark(BASIS, client);
            return new Submitter(folded(mark), folded(mark(mark, sender)));
        }

        static Submitter of(QueuedMessage message) { return of(message.client(), message.sender().toString()); }

        static Submitter unpacked(long both) { return new Submitter((int) (both >>> 32), (int) both); }

        long packed() { return (long) client << 32 | sender & 0xffff_ffffL; }

        private static long mark(long before, String text) {
            long mark = before;
            for (int i = 0; i < text.length(); i++)
                mark = (mark ^ text.charAt(i)) * PRIME;
            return mark;
        }

        private static int folded(long mark) { return (int) (mark ^ mark >>> 32); }
    }
}
