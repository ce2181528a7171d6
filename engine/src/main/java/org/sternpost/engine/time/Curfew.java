package org.sternpost.engine.time;

import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;

/// Closes a connection at a moment, unless ended before.
///
/// A peer that gives an octet now and then keeps every single read alive, and a blocked write or handshake knows no
/// whole; only closing the connection under them ends that.
public final class Curfew implements AutoCloseable {

    private final Thread watch;
    private volatile boolean struck;

    private Curfew(Closeable connection, Time time, Instant due) {
        watch = Thread.ofVirtual().name("curfew").start(() -> {
            try {
                time.sleepUntil(due);
                struck = true;
                connection.close();
            } catch (InterruptedException inTime) {
                Thread.currentThread().interrupt();
            } catch (IOException gone) {
                System.getLogger(Curfew.class.getName()).log(System.Logger.Level.DEBUG, "close failed", gone);
            }
        });
    }

    /// Begins to watch.
    public static Curfew over(Closeable connection, Time time, Instant due) {
        return new Curfew(connection, time, due);
    }

    /// True if the moment came.
    public boolean struck() { return struck; }

    /// Ends the watch.
    @Override
    public void close() { watch.interrupt(); }
}
