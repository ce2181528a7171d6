package org.sternpost.engine.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.sternpost.engine.time.Time;

/// Keeps for acceptance what it needs of this machine: while messages are accepted late, delivery begins little.
///
/// Mail comes at the pace of its clients, who wait for each reply; delivery would take all there is. What is dear in it
/// is its beginning: names to look up and to prove, a connection, a handshake. So who begins a session asks here first
/// and waits while acceptance is late, a moment at most: a disk that is slow, or clients that send more than can be
/// taken, slow delivery down and never stop it. Sessions that stand go on.
public final class IntakePace {

    /// What an acceptance may take, from the end of the message to the moment at which the disk has it.
    static final Duration IN_TIME = Duration.ofMillis(25);

    /// How long those who begin wait at most, and for how long what was late counts.
    static final Duration PAUSE = Duration.ofMillis(50);

    private static final int WEIGHT = 8; // of the mean: one alone that is late makes no hurry

    private final Time time;
    private final SequencedSet<Acceptance> underWay = new LinkedHashSet<>(); // the oldest comes first
    private Duration mean = Duration.ZERO;
    private Instant last;

    IntakePace(Time time) {
        this.time = time;
        this.last = time.steady();
    }

    /// One message, from here to the moment at which it is closed.
    public final class Acceptance implements AutoCloseable {

        private final Instant began = time.steady();

        @Override
        public void close() { ended(this); }
    }

    /// A message is there to be kept.
    public synchronized Acceptance begin() {
        var one = new Acceptance();
        underWay.add(one);
        return one;
    }

    private synchronized void ended(Acceptance one) {
        if (!underWay.remove(one)) return;
        last = time.steady();
        Duration took = Duration.between(one.began, last);
        mean = mean.multipliedBy(WEIGHT - 1).plus(took).dividedBy(WEIGHT);
        notifyAll();
    }

    /// True if messages are accepted late, or one under way is late already.
    public synchronized boolean isLate() {
        Instant now = time.steady();
        if (!underWay.isEmpty() && isLate(Duration.between(underWay.getFirst().began, now))) return true;
        return isLate(mean) && now.isBefore(last.plus(PAUSE));
    }

    private static boolean isLate(Duration took) { return took.compareTo(IN_TIME) > 0; }

    /// Returns at once while acceptance is in time, else once it is again or after [#PAUSE].
    public synchronized void awaitTurn() throws InterruptedException {
        Instant end = time.steady().plus(PAUSE);
        while (isLate() && time.steady().isBefore(end))
            time.awaitUntil(this, time.shown(end));
    }
}
