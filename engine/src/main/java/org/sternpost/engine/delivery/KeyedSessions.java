package org.sternpost.engine.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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

        final PolicyKey key;
        final SessionPlaces.Limits limits;
        final boolean anew;
        final Instant asked;
        private boolean hurried;
        private boolean joined;
        private SessionPlaces.@Nullable Limit lacks;
        private @Nullable Loan loan;

        /// @param anew  one that was used does not do
        /// @param asked by the steady clock
        Waiter(PolicyKey key, SessionPlaces.Limits limits, boolean anew, Instant asked) {
            this.key = key;
            this.limits = limits;
            this.anew = anew;
            this.asked = asked;
            this.hurried = anew;
        }

        /// It makes one although it helps little: it has waited for long enough, or needs one of its own.
        boolean isHurried() { return hurried; }

        void hurry() { hurried = true; }

        /// What has no place for it.
        Optional<SessionPlaces.Limit> lacks() { return Optional.ofNullable(lacks); }

        void lacks(SessionPlaces.@Nullable Limit full) { lacks = full; }

        /// Waits until it is called.
        ///
        /// @param end by the steady clock
        synchronized void await(Time time, Instant end) {
            try {
                while (loan == null && time.steady().isBefore(end))
                    time.awaitUntil(this, time.shown(end));
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }

        /// What it was called to; empty where it was not.
        synchronized Optional<Loan> loan() { return Optional.ofNullable(loan); }

        synchronized void call(Loan to) {
            loan = to;
            notifyAll();
        }
    }

    /// The latest to come to rest, so that those which are not needed come to their end.
    Optional<PooledSession> latestIdle() { return Optional.ofNullable(idle.peekLast()); }

    void rests(PooledSession session) { idle.add(session); }

    /// @return false if it did not
    boolean restsNoMore(PooledSession session) { return idle.remove(session); }

    /// Whether one more is there sooner than one of those that stand is free.
    ///
    /// @param behind who waits for a session, and for the last of whom this is
    boolean isMakingQuicker(int behind) {
        if (standing + making < SEVERAL) return true;
        return making < standing && call > 0 && message * behind / standing > call;
    }

    /// Another is made, until [#made].
    void startsMaking() { making++; }

    /// A call ended.
    ///
    /// @param took where a session came of it, which was told to [#stands] before
    void made(Optional<Duration> took) {
        making--;
        took.ifPresent(one -> call = recent(call, one));
    }

    void stands() { standing++; }

    void gone() { standing--; }

    void join(Waiter waiter) { waiter.joined = waiting.add(waiter); }

    void leave(Waiter waiter) {
        if (waiter.joined) waiting.remove(waiter);
        waiter.joined = false;
    }

    /// Who waits, and one who may join.
    int waitingWith(Waiter waiter) { return waiting.size() + (waiter.joined ? 0 : 1); }

    /// Who waits longest comes first.
    Iterable<Waiter> line() { return waiting; }

    /// Who came last would wait longest.
    List<Waiter> latestFirst() { return List.copyOf(waiting.reversed()); }

    /// A session carried something.
    ///
    /// @param each  how long a message took
    /// @param spare our processors could do more
    /// @return true if one more helps those who wait
    boolean carried(Duration each, boolean spare) {
        message = recent(message, each);
        best = best == 0 ? message : Math.min(best, message);
        if (waiting.isEmpty() || !spare || message > SLOWER * best) {
            earned = 0;
            return false;
        }
        earned += EACH_ROUND / standing;
        if (earned < 1 || making >= standing) return false;
        earned--;
        return true;
    }

    private static double recent(double before, Duration latest) {
        double one = Math.max(0.01, latest.toNanos() / 1e6);
        return before == 0 ? one : before + RECENT * (one - before);
    }

    int waiting() { return waiting.size(); }

    boolean isForgettable() { return standing == 0 && making == 0 && waiting.isEmpty(); }
}
