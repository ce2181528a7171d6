package org.sternpost.engine.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.time.Time;

/// How many recipients enter and leave each queue, averaged over the last minute (docs/queue.md#look).
///
/// A queue is there while mail waits in it, and sessions empty and fill many of them all the time; what is counted here
/// stays for its minute whether the queue is there or not. A destination of which nothing happened for a minute has no
/// entry. Nothing outlives the process: a start begins at nothing, and mail that is loaded then did not enter then.
public final class QueueRates {

    private static final Duration STEP = Duration.ofSeconds(5);
    private static final int STEPS = 12; // of a minute
    private static final int KEPT = STEPS + 1; // the one that is under way too
    private static final double SECONDS = STEPS * STEP.toSeconds();

    /// Recipients a second; a queue shrinks where the velocity is above zero.
    public record Rate(double incoming, double outgoing) {

        public static final Rate NONE = new Rate(0, 0);

        public double velocity() { return rounded(outgoing - incoming); }

        /// To a hundredth: one recipient a minute is to be seen.
        static double rounded(double rate) { return Math.round(rate * 100) / 100.0; }
    }

    private final Map<DestinationKey, Minute> destinations = new HashMap<>();
    private final Time time;
    private final Instant start;
    private final Minute all = new Minute();
    private long swept;

    QueueRates(Time time) {
        this.time = time;
        this.start = time.steady(); // somebody may set the other clock
    }

    synchronized void entered(Collection<QueuedRecipient> recipients) {
        long step = step();
        for (QueuedRecipient one : recipients)
            minute(one.destination(), step).count(step, 1, 0);
        all.count(step, recipients.size(), 0);
    }

    /// Whatever became of them: delivered, returned, removed.
    synchronized void left(DestinationKey destination, int recipients) {
        if (recipients == 0) return;
        long step = step();
        minute(destination, step).count(step, 0, recipients);
        all.count(step, 0, recipients);
    }

    synchronized void left(Map<DestinationKey, Integer> recipients) { recipients.forEach(this::left); }

    /// They wait in the queue of another connector from now on, which all mail together does not tell of.
    synchronized void moved(Map<DestinationKey, Integer> recipients, String connector) {
        long step = step();
        recipients.forEach((from, count) -> {
            minute(from, step).count(step, 0, count);
            minute(new DestinationKey(connector, from.domain()), step).count(step, count, 0);
        });
    }

    /// How many recipients are of each queue.
    static Map<DestinationKey, Integer> counted(Collection<QueuedRecipient> recipients) {
        var counts = new HashMap<DestinationKey, Integer>();
        add(recipients, counts);
        return counts;
    }

    static void add(Collection<QueuedRecipient> recipients, Map<DestinationKey, Integer> counts) {
        for (QueuedRecipient one : recipients)
            counts.merge(one.destination(), 1, Integer::sum);
    }

    public synchronized Rate of(DestinationKey destination) {
        Minute minute = destinations.get(destination);
        return minute == null ? Rate.NONE : minute.rate(step(), fraction());
    }

    /// Of all mail, also of queues that are empty by now.
    public synchronized Rate all() { return all.rate(step(), fraction()); }

    /// Destinations that are kept in mind.
    synchronized int size() { return destinations.size(); }

    private Minute minute(DestinationKey destination, long step) {
        if (step - swept >= KEPT) {
            destinations.values().removeIf(one -> step - one.last >= KEPT);
            swept = step;
        }
        return destinations.computeIfAbsent(destination, _ -> new Minute());
    }

    private Duration passed() { return Duration.between(start, time.steady()); }

    private long step() { return passed().dividedBy(STEP); }

    /// Of the step under way, how much is over.
    private double fraction() { return (double) passed().minus(STEP.multipliedBy(step())).toNanos() / STEP.toNanos(); }

    /// What happened in the last steps, each in its place of a ring.
    private static final class Minute {
        private final int[] in = new int[KEPT];
        private final int[] out = new int[KEPT];
        private long last;

        void count(long step, int more, int less) {
            for (long at = Math.max(last + 1, step - KEPT + 1); at <= step; at++) {
                in[(int) (at % KEPT)] = 0;
                out[(int) (at % KEPT)] = 0;
            }
            last = Math.max(last, step);
            in[(int) (step % KEPT)] += more;
            out[(int) (step % KEPT)] += less;
        }

        /// Of the oldest step that part counts which is still in the minute.
        Rate rate(long step, double fraction) {
            double incoming = 0;
            double outgoing = 0;
            for (long at = Math.max(0, step - KEPT + 1); at <= last; at++) {
                double share = at == step - KEPT + 1 ? 1 - fraction : 1;
                incoming += share * in[(int) (at % KEPT)];
                outgoing += share * out[(int) (at % KEPT)];
            }
            return new Rate(Rate.rounded(incoming / SECONDS), Rate.rounded(outgoing / SECONDS));
        }
    }
}
