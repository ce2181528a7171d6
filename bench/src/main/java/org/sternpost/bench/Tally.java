package org.sternpost.bench;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/// Knows of each message of one round whether it was accepted and how often it arrived.
///
/// A message carries its round and its number in a header field, so that one that comes late, from a round before,
/// is not taken for one of this.
final class Tally {

    /// The field by which the sink knows a message.
    static final String FIELD = "X-Bench-Id";

    private final int round;
    private final AtomicIntegerArray arrivals;
    private final AtomicIntegerArray accepted;
    private final AtomicInteger arrived = new AtomicInteger();
    private final AtomicIntegerArray answered;
    private final AtomicInteger strangers = new AtomicInteger();
    private final AtomicInteger again = new AtomicInteger();
    private final AtomicLong lastArrival = new AtomicLong(System.nanoTime());
    private final AtomicLong firstArrival = new AtomicLong();

    Tally(int round, int messages) {
        this.round = round;
        arrivals = new AtomicIntegerArray(messages);
        accepted = new AtomicIntegerArray(messages);
        answered = new AtomicIntegerArray(messages);
    }

    int round() { return round; }

    /// The Message-ID of a message of this round.
    String messageId(int number) { return "<" + round + "." + number + "@injector.test>"; }

    int messages() { return arrivals.length(); }

    /// The server has said 250 to this message.
    void accepted(int number) { accepted.set(number, 1); }

    /// The sink has taken a message; `ofRound` and `number` are what its field says.
    void arrived(int ofRound, int number) {
        if (ofRound != round || number < 0 || number >= arrivals.length()) {
            strangers.incrementAndGet();
            return;
        }
        if (answered.get(number) == 1) again.incrementAndGet();
        long now = System.nanoTime();
        if (arrivals.getAndIncrement(number) == 0) {
            firstArrival.compareAndSet(0, now);
            lastArrival.set(now);
            arrived.incrementAndGet();
        }
    }

    /// The 250 to a message has left the sink.
    void answered(int ofRound, int number) {
        if (ofRound == round && number >= 0 && number < answered.length()) answered.set(number, 1);
    }

    /// Messages that the server has said 250 to.
    int accepted() { return sum(accepted); }

    /// Messages whose 250 has left the sink.
    int answered() { return sum(answered); }

    private static int sum(AtomicIntegerArray flags) {
        int sum = 0;
        for (int i = 0; i < flags.length(); i++)
            sum += flags.get(i);
        return sum;
    }

    /// Arrivals of messages that had been answered before.
    int again() { return again.get(); }

    /// Messages that arrived once at least.
    int arrived() { return arrived.get(); }

    /// When a message last arrived for the first time, by `System.nanoTime`; at first, when the round began.
    long lastArrivalNanos() { return lastArrival.get(); }

    /// When the first one did; 0 before that.
    long firstArrivalNanos() { return firstArrival.get(); }

    /// The Message-IDs of what was accepted and never arrived.
    Set<String> missing() {
        var missing = new LinkedHashSet<String>();
        for (int i = 0; i < arrivals.length(); i++)
            if (accepted.get(i) == 1 && arrivals.get(i) == 0) missing.add(messageId(i));
        return missing;
    }

    /// Arrivals beyond the first of each message.
    int duplicated() {
        int more = 0;
        for (int i = 0; i < arrivals.length(); i++)
            more += Math.max(0, arrivals.get(i) - 1);
        return more;
    }

    /// Arrivals that are of no message of this round.
    int strangers() { return strangers.get(); }
}
