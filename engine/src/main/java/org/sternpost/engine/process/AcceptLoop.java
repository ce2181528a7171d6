package org.sternpost.engine.process;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import org.sternpost.engine.time.Time;

/// Takes connections as long as its listener is open, whatever else fails meanwhile.
///
/// A process without free descriptors cannot take a connection; once it has some it must, without a restart.
public final class AcceptLoop<C extends Closeable> {

    private static final System.Logger LOG = System.getLogger(AcceptLoop.class.getName());
    private static final Duration PAUSE = Duration.ofMillis(100); // after an accept that failed, so as not to spin

    /// What connections come from.
    public interface Listener<C> {
        C accept() throws IOException;

        boolean isOpen();
    }

    /// Who serves a connection, on a thread of its own.
    public interface Host<C> {
        void admit(C connection) throws IOException;
    }

    private final String place;
    private final Listener<C> listener;
    private final Host<C> host;
    private final Time time;
    private boolean failing;

    private AcceptLoop(String place, Listener<C> listener, Host<C> host, Time time) {
        this.place = place;
        this.listener = listener;
        this.host = host;
        this.time = time;
    }

    /// Begins.
    ///
    /// @param name  of the thread
    /// @param place where it listens, for the log
    public static <C extends Closeable> void start(String name, String place, Listener<C> listener, Host<C> host,
            Time time) {
        // Not behind those who compute on the carriers of virtual threads.
        EssentialThread.startPlatform(name, new AcceptLoop<>(place, listener, host, time)::run);
    }

    private void run() {
        while (listener.isOpen())
            try {
                C connection = listener.accept();
                recovered();
                admit(connection);
            } catch (IOException failed) {
                if (!listener.isOpen()) return;
                failed(failed);
                pause();
            }
    }

    private void admit(C connection) throws IOException {
        try {
            host.admit(connection);
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "event=client-gone at={0} why={1}", place, gone.getMessage());
            connection.close();
        }
    }

    /// Told once, however often it is tried.
    private void failed(IOException why) {
        if (!failing)
            LOG.log(System.Logger.Level.WARNING, "event=accept-failed at={0} why=\"{1}\" remedy=\"nobody can connect; "
                    + "tried again until it works; if too many files are open, raise the process''s limit (ulimit -n, "
                    + "or LimitNOFILE= of its service)\"", place, why.getMessage());
        failing = true;
    }

    private void recovered() {
        if (failing) LOG.log(System.Logger.Level.INFO, "event=accept-works-again at={0}", place);
        failing = false;
    }

    private void pause() {
        try {
            time.sleep(PAUSE);
        } catch (InterruptedException _) {
            // Nobody interrupts this thread; it ends with its listener.
        }
    }
}
