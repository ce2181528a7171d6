package org.sternpost.engine.queue;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.process.EssentialThread;
import org.sternpost.engine.time.Time;

/// Brings what was owed when the engine started from the tables to the destinations: some of it before the engine
/// listens, the rest while mail flows, so that a start takes the same time whatever waits.
///
/// What is not loaded yet is changed by operators alone. They do it between two pages, in [#apart]: a page is read and
/// handed over as one, so a change is either seen by the page or finds in memory what the page brought.
final class Loader implements AutoCloseable {

    static final int AT_ONCE = 5_000; // messages
    private static final int PAGE = 1_000; // messages; some 20 ms
    private static final Duration AGAIN = Duration.ofSeconds(10); // after the disk could not be read
    private static final System.Logger LOG = System.getLogger(Loader.class.getName());

    private final Recovery recovery;
    private final DestinationQueues destinations;
    private final Found found;
    private final Time time;
    private final ReentrantLock page = new ReentrantLock();
    private final Object waiting = new Object();
    private volatile long loaded;
    private volatile boolean complete;
    private volatile String trouble = "";
    private boolean counting; // what is left
    private boolean closed;
    private @Nullable Thread thread;

    /// Who is told of what was found.
    interface Found {

        void damaged(Queue.DamagedMessage one);

        /// Content of which no message was known.
        void more(long messages);
    }

    /// Something that is done between two pages.
    interface Change<T extends @Nullable Object, X extends Exception> {
        T make() throws X;
    }

    Loader(Recovery recovery, DestinationQueues destinations, Found found, Time time) {
        this.recovery = recovery;
        this.destinations = destinations;
        this.found = found;
        this.time = time;
    }

    /// Loads the first.
    ///
    /// @param atOnce messages that are loaded when it returns, or a few more
    void load(int atOnce) throws IOException {
        while (!complete && loaded < atOnce)
            next();
    }

    /// Goes on by itself where more are left.
    void start() {
        if (complete) return;
        LOG.log(System.Logger.Level.INFO, "event=queue-loading messages={0} loaded={1}", Long.toString(recovery.owed()),
                Long.toString(loaded));
        synchronized (waiting) {
            counting = true;
        }
        thread = EssentialThread.start("queue-load", this::run);
    }

    /// Waits until it is known how much of what waits is not loaded yet, which takes a moment after the start.
    void awaitCounted() {
        synchronized (waiting) {
            try {
                while (counting && !closed)
                    waiting.wait();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// All that was owed at the start waits in its destination, or was named.
    boolean isComplete() { return complete; }

    /// What an operator should know: why the rest is not loaded.
    Optional<String> trouble() { return Optional.of(trouble).filter(why -> !why.isEmpty()); }

    /// Makes a change while no page is under way.
    <T extends @Nullable Object, X extends Exception> T apart(Change<T, X> change) throws X {
        page.lock();
        try {
            return change.make();
        } finally {
            page.unlock();
        }
    }

    /// True if nobody but its changer tells a destination of a message any more. Asked in [#apart].
    boolean isPast(QueueId message, OptionalLong body) { return complete || recovery.isPast(message, body); }

    /// Ends the loading; what is left of it is loaded at the next start.
    @Override
    public void close() {
        synchronized (waiting) {
            closed = true;
            waiting.notifyAll();
        }
        try {
            if (thread == null) return;
            thread.interrupt(); // in the midst of what takes long: a stop waits for no count
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Where it cannot be counted only what is loaded is shown: loading meets the same, and says so.
    void count() {
        try {
            destinations.unread(recovery.unread());
        } catch (IOException unreadable) {
            LOG.log(System.Logger.Level.DEBUG, "event=queue-not-counted why={0}", unreadable.getMessage());
        } finally {
            synchronized (waiting) {
                counting = false;
                waiting.notifyAll();
            }
        }
    }

    private void run() {
        count();
        try {
            while (!complete && !isClosed())
                goOn();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (complete) LOG.log(System.Logger.Level.INFO, "event=queue-loaded messages={0}", Long.toString(loaded));
    }

    private void goOn() throws InterruptedException {
        try {
            next();
            trouble = "";
        } catch (IOException unreadable) {
            if (isClosed()) return;
            trouble = loaded + " of " + recovery.owed() + " messages that waited at the start are loaded, the others "
                    + "cannot be read: " + unreadable.getMessage();
            LOG.log(System.Logger.Level.WARNING, "event=queue-not-loaded why=\"{0}\" what=\"nothing of them is "
                    + "lost, and they are not delivered before they can be read\" remedy=\"look at the disk of the "
                    + "data directory\"", trouble);
            synchronized (waiting) {
                if (!closed) time.awaitUntil(waiting, time.instant().plus(AGAIN));
            }
        }
    }

    private boolean isClosed() {
        synchronized (waiting) {
            return closed;
        }
    }

    private void next() throws IOException {
        Recovery.Page read = this.<Recovery.Page, IOException>apart(() -> recovery.next(PAGE));
        read.damaged().forEach(found::damaged);
        loaded += read.messages();
        if (read.messages() > 0) return;
        var contents = recovery.withoutMessage();
        found.more(contents.size());
        contents.forEach(found::damaged);
        destinations.unread(Map.of());
        complete = true;
    }
}
