package org.sternpost.engine.queue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.sternpost.engine.store.Disk.DiskTroubleException;
import org.sternpost.engine.time.Time;

/// Holds sending back while the disk keeps nothing: what cannot be settled would be sent again.
///
/// Whoever has sent something keeps its settlement until the disk takes it, and nothing else is sent meanwhile; so a
/// full disk costs no message twice unless the engine ends in it.
final class DiskHold {

    static final Duration AGAIN = Duration.ofSeconds(5);

    private static final long FREE_OCTETS_MIN = 32L << 20; // for all settlements under way and the database's log
    private static final System.Logger LOG = System.getLogger(DiskHold.class.getName());

    private final FreeSpace space;
    private final Time time;
    private final Object destinations;
    private int unsettled;
    private Optional<String> reason = Optional.empty();
    private Instant since = Instant.EPOCH;

    /// A change that is written as often as it takes.
    interface Change<T> {
        T write() throws IOException;
    }

    /// @param destinations whose monitor is notified when sending may go on
    DiskHold(FreeSpace space, Time time, Object destinations) {
        this.space = space;
        this.time = time;
        this.destinations = destinations;
    }

    /// Why nothing may be sent now, in words; looks at the disk.
    synchronized Optional<String> reason() throws IOException {
        if (unsettled > 0) return reason;
        long free = space.octets();
        if (free >= FREE_OCTETS_MIN) end();
        else
            begin("less than " + (FREE_OCTETS_MIN >> 20) + " MB are free on the disk of the data directory");
        return reason;
    }

    /// Writes what must not get lost: when it returns, it is on the disk.
    ///
    /// @throws DiskTroubleException if the thread was interrupted before the disk took it
    <T> T kept(Change<T> change) throws IOException {
        boolean waiting = false;
        try {
            while (true)
                try {
                    return change.write();
                } catch (DiskTroubleException trouble) {
                    if (!waiting) wait(trouble);
                    waiting = true;
                    time.sleep(AGAIN);
                }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted before the disk took what was sent; it is sent again", stop);
        } finally {
            if (waiting) settled();
        }
    }

    private synchronized void wait(DiskTroubleException trouble) {
        unsettled++;
        begin(String.valueOf(trouble.getMessage()));
    }

    private void settled() {
        synchronized (this) {
            if (--unsettled > 0) return;
            end();
        }
        synchronized (destinations) {
            destinations.notifyAll();
        }
    }

    private void begin(String why) {
        if (reason.isPresent()) return;
        since = time.instant();
        reason = Optional.of("nothing is sent since " + since + ": " + why
                + "; free space on the disk or repair it, and sending goes on by itself");
        LOG.log(System.Logger.Level.WARNING, "event=sending-held why=\"{0}\" remedy=\"free space on the disk or repair "
                + "it; sending goes on by itself\"", why);
    }

    private void end() {
        if (reason.isEmpty()) return;
        reason = Optional.empty();
        LOG.log(System.Logger.Level.INFO, "event=sending-resumed held={0}", Duration.between(since, time.instant()));
    }
}
