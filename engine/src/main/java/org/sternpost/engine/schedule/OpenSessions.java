package org.sternpost.engine.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.time.Time;

/// The sessions that are open, one thread each, and how they end when the engine stops.
///
/// A session that calls a host, greets it or looks something up has sent nothing: it is interrupted at once, and its
/// mail was not attempted; so is one that only says goodbye. One that sends a message may be behind its final dot,
/// where only the reply tells whether the host has it (RFC 5321 §6.1): to leave then is to deliver it twice, so it has
/// [#STOP] to hear the reply. What is left after that is interrupted too, all at once: a stop takes no longer with
/// many sessions than with one.
final class OpenSessions {

    static final Duration STOP = Duration.ofSeconds(8);
    private static final System.Logger LOG = System.getLogger(OpenSessions.class.getName());
    private static final Duration UNWIND = Duration.ofSeconds(2); // for what was interrupted to put back its mail

    private final Time time;
    private final Set<Session> open = new HashSet<>();
    private volatile boolean stopping;
    private Instant end = Instant.MAX; // of the time to hear replies, by the steady clock

    OpenSessions(Time time) { this.time = time; }

    /// One of them. What it is at is kept here and changes under the lock of all.
    abstract static class Session {
        private @Nullable Thread thread;
        private boolean sending;
        private boolean cut;
    }

    boolean isStopping() { return stopping; }

    void start(String destination, Session session, Runnable work) {
        Thread thread = Thread.ofVirtual().name("delivery " + destination).unstarted(() -> {
            try {
                work.run();
            } finally {
                left(session);
            }
        });
        synchronized (this) {
            session.thread = thread;
            open.add(session);
            if (stopping) cut(session);
        }
        thread.start();
    }

    private synchronized void left(Session session) {
        open.remove(session);
        if (stopping) notifyAll();
    }

    /// Asked before the first command of a transaction.
    ///
    /// @return false if it must not begin, as the engine stops
    synchronized boolean mayBegin(Session session) {
        if (stopping) return false;
        session.sending = true;
        return true;
    }

    /// True if the stop has ended it, so that what has no outcome was not attempted.
    synchronized boolean isCut(Session session) { return session.cut; }

    /// Nothing but what it has to write down is left of it.
    synchronized void ends(Session session) { session.sending = true; }

    /// What became of the message is written down.
    synchronized void settled(Session session) {
        session.sending = false;
        if (stopping) cut(session);
    }

    /// From now on nothing begins, and the time to hear replies runs; said once more it changes nothing.
    synchronized void stop() {
        if (stopping) return;
        stopping = true;
        end = time.steady().plus(STOP);
        for (Session session : open)
            if (!session.sending) cut(session);
    }

    private static void cut(Session session) {
        session.cut = true;
        if (session.thread != null) session.thread.interrupt();
    }

    /// Returns once all are over, or their time is.
    synchronized void end() {
        try {
            awaitNone(end);
            if (open.isEmpty()) return;
            LOG.log(System.Logger.Level.INFO, "event=sessions-cut sessions={0} why=\"the engine stops and they had {1} "
                    + "s\" what=\"their mail stays queued; a host that took it and did not say so in time gets it "
                    + "again\"",
                    Integer.toString(open.size()), Long.toString(STOP.toSeconds()));
            List.copyOf(open).forEach(OpenSessions::cut);
            awaitNone(time.steady().plus(UNWIND));
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    /// @param until by the steady clock
    private void awaitNone(Instant until) throws InterruptedException {
        while (!open.isEmpty() && time.steady().isBefore(until))
            time.awaitUntil(this, time.shown(until));
    }
}
