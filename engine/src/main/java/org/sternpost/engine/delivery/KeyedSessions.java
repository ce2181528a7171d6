package org.sternpost.engine.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.sternpost.engine.delivery.SessionPool.PooledSession;
import org.sternpost.engine.time.Time;

/// The sessions under one key: those that wait for mail, the mail that waits for one of them, and how many there may
/// be.
///
/// A provider's thousand domains would make a thousand sessions where a few dozen carry as much: to make one costs more
/// than many messages. So there are a few at first. Another is made where it is there sooner than one of those that
/// stand would be free. And while mail waits, a message takes about as long as it did with fewer, and our processors
/// have time left, two more are made for each round of messages: then the time goes on the way to the host, or there.
///
/// [SessionPool] guards it (docs/transport-security.md#session-sharing).
final class KeyedSessions {

    static final int SEVERAL = 5; // to begin with
    private static final double RECENT = 0.2; // share of the latest in what a message takes, or a call
    private static final double SLOWER = 2; // times the best pace: more sessions do not help
    private static final double EACH_ROUND = 2; // more for each round of messages, while they help

    private final Deque<PooledSession> idle = new ArrayDeque<>();
    private final Deque<Waiter> waiting = new ArrayDeque<>();
    private int standing; // those that wait too
    private int making;
    private double message; // milliseconds that one takes; 0 while nobody knows
    private double call; // milliseconds until a session stands, the same
    private double best; // of what a message took
    private double earned; // sessions more, by what was carried

    /// Mail without a session.
    static final class Waiter {

        private Optional<PooledSession> handed = Optional.empty();
        private boolean called;

        /// @return true if it was called within that time
        synchronized boolean await(Time time, Duration most) {
            Instant end = time.steady().plus(most);
            try {
                while (!called && time.steady().isBefore(end))
                    time.awaitUntil(this, time.shown(end));
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
            return called;
        }

        /// A session that somebody gave back; empty where it is to make one.
        synchronized Optional<PooledSession> handed() { return handed; }

        private synchronized void call(Optional<PooledSession> session) {
            handed = session;
            called = true;
            notifyAll();
        }
    }

    /// The latest to come to rest, so that those which are not needed come to their end.
    Optional<PooledSession> latestIdle() { return Optional.ofNullable(idle.peekLast()); }

    void rests(PooledSession session) { idle.add(session); }

    /// @return false if it did not
    boolean restsNoMore(PooledSession session) { return idle.remove(session); }

    /// Leave to make another, which [#made] ends.
    boolean startsMaking() {
        if (!isMakingQuicker(waiting.size() + 1)) return false;
        making++;
        return true;
    }

    /// @param behind who waits for a session, and for the last of whom this is
    private boolean isMakingQuicker(int behind) {
        if (standing + making < SEVERAL) return true;
        return making < standing && call > 0 && message * behind / standing > call;
    }

    /// Another is made, though it helps little: somebody has waited for long enough, or needs one of its own.
    void makesAnyway() { making++; }

    /// A call ended.
    ///
    /// @param took where a session came of it, which was told to [#stands] before
    void made(Optional<Duration> took) {
        making--;
        took.ifPresent(one -> call = recent(call, one));
        callThoseWhoMayMake();
    }

    void stands() { standing++; }

    void gone() {
        standing--;
        callThoseWhoMayMake();
    }

    Waiter join() {
        var waiter = new Waiter();
        waiting.add(waiter);
        return waiter;
    }

    /// @return false if it was called meanwhile
    boolean leave(Waiter waiter) { return waiting.remove(waiter); }

    /// Who waits longest has it now; somebody does.
    void handOver(PooledSession session) { waiting.remove().call(Optional.of(session)); }

    /// A session carried something.
    ///
    /// @param each  how long a message took
    /// @param spare our processors could do more
    void carried(Duration each, boolean spare) {
        message = recent(message, each);
        best = best == 0 ? message : Math.min(best, message);
        if (waiting.isEmpty() || !spare || message > SLOWER * best) {
            earned = 0;
            return;
        }
        earned += EACH_ROUND / standing;
        if (earned < 1 || making >= standing) return;
        earned--;
        callToMake();
    }

    private static double recent(double before, Duration latest) {
        double one = Math.max(0.01, latest.toNanos() / 1e6);
        return before == 0 ? one : before + RECENT * (one - before);
    }

    int waiting() { return waiting.size(); }

    boolean isForgettable() { return standing == 0 && making == 0 && waiting.isEmpty(); }

    /// Who came last would wait longest.
    private void callThoseWhoMayMake() {
        while (!waiting.isEmpty() && isMakingQuicker(waiting.size()))
            callToMake();
    }

    private void callToMake() {
        making++;
        waiting.removeLast().call(Optional.empty());
    }
}
