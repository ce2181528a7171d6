package org.sternpost.engine.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.DestinationQueues.Submitter;
import org.sternpost.engine.time.Time;

/// Who has how many of the sessions.
///
/// A destination has its first session wherever one is free, and another only while more are free than it has: so the
/// hungriest have equal numbers, and as many again are free for others.
///
/// A session that has not come to its first MAIL may wait for minutes (RFC 5321 §4.5.3.2), so that hosts which answer
/// nobody could take all of them, and one submitter who writes to many such hosts. Therefore destinations that have not
/// answered lately share a half, and each client and each sender has a part of that and of the whole.
final class Slots {

    private static final int DESTINATIONS_MAX = 20_000; // that took mail; the latest are remembered
    private static final Duration REMEMBERED = Duration.ofDays(1);

    private final int max;
    private final Time time;
    private final LinkedHashMap<DestinationKey, Instant> answering = new LinkedHashMap<>(); // by the steady clock
    private final Map<Object, Count> counts = new HashMap<>();
    private final Set<Place> lacking = new HashSet<>(); // somebody has no session for want of them
    private final Set<Place> freed = new LinkedHashSet<>(); // of those, since it was last asked
    private volatile boolean contended;

    private static final class Count {
        private int sessions;
        private int opening; // of destinations that have not answered lately
    }

    /// @param eighths of all sessions, one at least
    private record Part(int eighths) {
        int of(int max) { return Math.max(1, (int) ((long) max * eighths / 8)); }
    }

    private static final Part WHOLE = new Part(8);
    private static final Part UNANSWERED = new Part(4);
    private static final Part OF_CLIENT = new Part(6);
    private static final Part UNANSWERED_OF_CLIENT = new Part(3);
    private static final Part OF_SENDER = new Part(4);
    private static final Part UNANSWERED_OF_SENDER = new Part(2);

    /// Whose part of the sessions one is.
    ///
    /// @param ofConnector sessions that its connector may have; 0 for no limit of its own
    record Share(Submitter submitter, String connector, int ofConnector) {}

    /// A kind of places of which all are taken. Whoever leaves one of them helps those who are held for it, and nobody
    /// else does: what one connector lacks is no reason for another one's sessions to end.
    ///
    /// @param of         a submitter, the mark of a client, the name of a connector; or [#ALL]
    /// @param unanswered those of destinations that have not answered lately
    record Place(Object of, boolean unanswered) {}

    static final Object ALL = Slots.class; // no connector is called so

    /// What came of asking for a slot.
    sealed interface Answer {

        /// It is there.
        record Granted(Slot slot) implements Answer {}

        /// It is not.
        ///
        /// @param place that there must be first
        record Lacking(Place place) implements Answer {}
    }

    Slots(int max, Time time) {
        this.max = max;
        this.time = time;
    }

    /// True if the destination took mail lately, also one that has none waiting now.
    synchronized boolean answers(DestinationKey destination) {
        Instant at = answering.get(destination);
        return at != null && time.steady().isBefore(at.plus(REMEMBERED));
    }

    /// No host of the destination could be talked to.
    synchronized void silent(DestinationKey destination) { answering.remove(destination); }

    /// One session's place.
    final class Slot {
        private final Share share;
        private boolean opening;
        private boolean open = true;

        private Slot(Share share, boolean answers) {
            this.share = share;
            this.opening = !answers;
            count(1, answers ? 0 : 1);
        }

        /// Its next hop takes mail.
        ///
        /// @return true if others profit
        boolean answered(DestinationKey destination) {
            synchronized (Slots.this) {
                answering.remove(destination);
                if (answering.size() >= DESTINATIONS_MAX) answering.pollFirstEntry();
                answering.put(destination, time.steady());
                if (!opening) return false;
                opening = false;
                count(0, -1);
                return left(true);
            }
        }

        /// @return true if others profit
        boolean release() {
            synchronized (Slots.this) {
                if (!open) return false;
                open = false;
                count(-1, opening ? -1 : 0);
                boolean helps = left(false);
                return opening && left(true) || helps;
            }
        }

        /// True if somebody has none who could have this one.
        boolean isWanted() {
            if (!contended) return false;
            synchronized (Slots.this) {
                return kinds().stream().anyMatch(of -> lacking.contains(new Place(of, false)));
            }
        }

        private boolean left(boolean unanswered) {
            boolean helps = false;
            for (Object of : kinds()) {
                var place = new Place(of, unanswered);
                if (lacking.contains(place)) helps |= freed.add(place);
            }
            return helps;
        }

        private void count(int sessions, int unanswered) {
            for (Object of : kinds())
                counts.compute(of, (_, old) -> {
                    Count count = old == null ? new Count() : old;
                    count.sessions += sessions;
                    count.opening += unanswered;
                    return count.sessions == 0 ? null : count;
                });
        }

        private List<Object> kinds() {
            return List.of(ALL, share.submitter().client(), share.submitter(), share.connector());
        }
    }

    /// @param answers  the destination did lately
    /// @param standing sessions that it has; the first one is waited for where there is none
    synchronized Answer take(Share share, boolean answers, int standing) {
        Optional<Place> lack = lack(share, answers, standing);
        if (lack.isEmpty()) return new Answer.Granted(new Slot(share, answers));
        if (standing == 0) {
            lacking.add(lack.get());
            contended = true;
        }
        return new Answer.Lacking(lack.get());
    }

    private Optional<Place> lack(Share share, boolean answers, int standing) {
        Submitter submitter = share.submitter();
        if (share.ofConnector() > 0 && of(share.connector()).sessions >= share.ofConnector())
            return Optional.of(new Place(share.connector(), false));
        if (standing > 0 && standing >= max - taken()) return Optional.of(new Place(ALL, false));
        return lack(ALL, WHOLE, UNANSWERED, answers)
                .or(() -> lack(submitter.client(), OF_CLIENT, UNANSWERED_OF_CLIENT, answers))
                .or(() -> lack(submitter, OF_SENDER, UNANSWERED_OF_SENDER, answers));
    }

    private Optional<Place> lack(Object of, Part whole, Part unanswered, boolean answers) {
        Count count = of(of);
        if (count.sessions >= whole.of(max)) return Optional.of(new Place(of, false));
        return answers || count.opening < unanswered.of(max) ? Optional.empty() : Optional.of(new Place(of, true));
    }

    /// Kinds of places of which somebody has left one, that others are held for; they count as offered to those then.
    synchronized List<Place> offered() {
        var offered = List.copyOf(freed);
        freed.clear();
        return offered;
    }

    /// True if there is something to ask [#offered] for.
    synchronized boolean hasOffers() { return !freed.isEmpty(); }

    /// More of them may be there, and who is held for them has not been asked yet.
    synchronized void offerAgain(Place place) { freed.add(place); }

    /// Nobody is held for these any more.
    synchronized void suffices(Place place) {
        lacking.remove(place);
        freed.remove(place);
        contended = !lacking.isEmpty();
    }

    /// True while somebody has no session for want of a place.
    boolean isLacking() { return contended; }

    /// Taken now.
    synchronized int taken() { return of(ALL).sessions; }

    private Count of(Object kind) { return counts.getOrDefault(kind, new Count()); }
}
