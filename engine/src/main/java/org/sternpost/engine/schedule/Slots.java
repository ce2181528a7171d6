package org.sternpost.engine.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.DestinationQueues.Submitter;

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
    private final InstantSource time;
    private final LinkedHashMap<DestinationKey, Instant> answering = new LinkedHashMap<>();
    private final Map<Object, Count> counts = new HashMap<>();
    private final Count all = new Count();

    private static final class Count {
        private int sessions;
        private int opening; // of destinations that have not answered lately

        boolean fits(Part whole, Part unanswered, int max, boolean answers) {
            return sessions < whole.of(max) && (answers || opening < unanswered.of(max));
        }
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

    Slots(int max, InstantSource time) {
        this.max = max;
        this.time = time;
    }

    /// True if the destination took mail lately, also one that has none waiting now.
    synchronized boolean answers(DestinationKey destination) {
        Instant at = answering.get(destination);
        return at != null && time.instant().isBefore(at.plus(REMEMBERED));
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
        /// @return true if others may profit
        boolean answered(DestinationKey destination) {
            synchronized (Slots.this) {
                answering.remove(destination);
                if (answering.size() >= DESTINATIONS_MAX) answering.pollFirstEntry();
                answering.put(destination, time.instant());
                if (!opening) return false;
                opening = false;
                count(0, -1);
                return true;
            }
        }

        void release() {
            synchronized (Slots.this) {
                if (!open) return;
                open = false;
                count(-1, opening ? -1 : 0);
            }
        }

        private void count(int sessions, int unanswered) {
            add(all, sessions, unanswered);
            for (Object key : new Object[]{share.submitter(), share.submitter().client(), share.connector()})
                counts.compute(key, (_, old) -> {
                    Count count = old == null ? new Count() : old;
                    add(count, sessions, unanswered);
                    return count.sessions == 0 ? null : count;
                });
        }

        private static void add(Count count, int sessions, int unanswered) {
            count.sessions += sessions;
            count.opening += unanswered;
        }
    }

    /// @param answers  the destination did lately
    /// @param standing sessions that it has
    synchronized Optional<Slot> take(Share share, boolean answers, int standing) {
        Submitter submitter = share.submitter();
        boolean fits = (share.ofConnector() == 0 || of(share.connector()).sessions < share.ofConnector())
                && (standing == 0 || standing < max - all.sessions) && all.fits(WHOLE, UNANSWERED, max, answers)
                && of(submitter.client()).fits(OF_CLIENT, UNANSWERED_OF_CLIENT, max, answers)
                && of(submitter).fits(OF_SENDER, UNANSWERED_OF_SENDER, max, answers);
        return fits ? Optional.of(new Slot(share, answers)) : Optional.empty();
    }

    synchronized boolean isFull() { return all.sessions >= max; }

    /// Taken now.
    synchronized int taken() { return all.sessions; }

    private Count of(Object key) { return counts.getOrDefault(key, new Count()); }
}
