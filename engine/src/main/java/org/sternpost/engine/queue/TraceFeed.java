package org.sternpost.engine.queue;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient.State;

/// Tells those who follow the trace what happens, once it is on the disk. Nobody who tells waits for one who listens:
/// what a slow one has not taken is held up to a number of events, and what comes beyond it is counted.
final class TraceFeed {

    static final int WAITING_MAX = 10_000; // events

    private final Set<Follower> followers = ConcurrentHashMap.newKeySet();

    /// What one transaction did to one message.
    sealed interface Told {

        /// A message was accepted, for all of its recipients.
        record Accepted(MessageRow row) implements Told {
            @Override
            public int events() { return row.recipients().size(); }
        }

        /// Something happened to some of its recipients, in this order.
        record Changed(QueueId message, List<Happened> all) implements Told {
            @Override
            public int events() { return all.size(); }
        }

        /// So many events were left out, since a time or later: they came faster than they were taken.
        record Missed(int events, Instant since) implements Told {}

        int events();
    }

    /// @param now what the recipient is after it; empty if it is what its row says
    record Happened(TraceEvent event, Optional<Now> now) {}

    /// @param due of the next attempt
    record Now(State state, int attempts, Instant due) {}

    /// Hears all that is told from now on.
    Follower follow() {
        var follower = new Follower();
        followers.add(follower);
        return follower;
    }

    /// How many follow.
    int followers() { return followers.size(); }

    void accepted(MessageRow row) { if (!followers.isEmpty()) tell(new Told.Accepted(row), row.message().received()); }

    /// What tells of it, once it is on the disk. While nobody follows nothing of it is held, for an act may change a
    /// million. Who begins to follow before it is told hears that he missed it, and looks at the tables.
    Runnable changed(QueueId message, List<Happened> all) {
        if (all.isEmpty()) return () -> {};
        Instant at = all.getFirst().event().at();
        int events = all.size();
        return followers.isEmpty()
                ? () -> tell(new Told.Missed(events, at), at)
                : () -> tell(new Told.Changed(message, all), at);
    }

    private void tell(Told one, Instant at) { followers.forEach(follower -> follower.offer(one, at)); }

    /// One who listens.
    final class Follower implements AutoCloseable {
        private final Deque<Told> waiting = new ArrayDeque<>();
        private int events;
        private int missed;
        private Instant since = Instant.MAX;

        private synchronized void offer(Told one, Instant at) {
            // Once something was left out, all is until the rest was taken: what is told stays in order.
            if (missed > 0 || one instanceof Told.Missed || !waiting.isEmpty() && events + one.events() > WAITING_MAX) {
                if (missed == 0) since = at;
                missed += one.events();
            } else {
                waiting.add(one);
                events += one.events();
            }
            notifyAll();
        }

        /// The next; waits for it.
        synchronized Told take() throws InterruptedException {
            while (waiting.isEmpty() && missed == 0)
                wait();
            Told next = waiting.poll();
            if (next == null) {
                next = new Told.Missed(missed, since);
                missed = 0;
            } else {
                events -= next.events();
            }
            return next;
        }

        @Override
        public void close() { followers.remove(this); }
    }
}
