package org.sternpost.engine.net;

import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import org.sternpost.engine.time.Time;

/// Closes a connection at a moment, unless ended before.
///
/// A peer that gives an octet now and then keeps every single read alive, and a blocked write or handshake knows no
/// whole; only closing the connection under them ends that.
public final class ConnectionDeadline implements AutoCloseable {

    private final Thread watch;
    private volatile boolean expired;

    private ConnectionDeadline(Closeable connection, Time time, Instant due) {
        watch = Thread.ofVirtual().name("deadline").start(() -> {
            try {
                time.sleepUntil(due);
                expired = true;
                connection.close();
            } catch (InterruptedException inTime) {
                Thread.currentThread().interrupt();
            } catch (IOException gone) {
                System.getLogger(ConnectionDeadline.class.getName()).log(System.Logger.Level.DEBUG, "close failed",
                        gone);
            }
        });
    }

    /// Begins to watch.
    public static ConnectionDeadline over(Closeable connection, Time time, Instant due) {
        return new ConnectionDeadline(connection, time, due);
    }

    /// True if the moment came.
    public boolean expired() { return expired; }

    /// Ends the watch.
    @Override
    public void close() { watch.interrupt(); }
}
