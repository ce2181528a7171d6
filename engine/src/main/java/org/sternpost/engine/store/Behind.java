package org.sternpost.engine.store;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.store.Disk.DiskTroubleException;

/// How far the rows of what was accepted are behind the journal: who accepts more waits while they are too far.
final class Behind {

    static final int RECORDS_MAX = 8_192;
    static final long OCTETS_MAX = 32L << 20; // of envelopes, which wait in memory

    private long coming; // to be kept, by somebody who waits for that
    private long records;
    private long octets;
    private Optional<Throwable> trouble = Optional.empty();

    /// Returns once there is room for one more, which is on its way from now on: until it is [#handed], or [#refused].
    ///
    /// @throws DiskTroubleException while the disk does not take rows
    synchronized void awaitRoom() throws IOException {
        try {
            while (true) {
                if (trouble.isPresent()) throw new DiskTroubleException(trouble.get(), true);
                if (records < RECORDS_MAX && octets < OCTETS_MAX) {
                    coming++;
                    return;
                }
                wait();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted before the store took the change");
        }
    }

    /// True if more must not gather, or nothing more is accepted until rows were written.
    synchronized boolean isPressing() {
        return trouble.isPresent() || records >= RECORDS_MAX / 2 || octets >= OCTETS_MAX / 2;
    }

    /// True if the disk did not take rows when they were last tried.
    synchronized boolean isTroubled() { return trouble.isPresent(); }

    synchronized boolean isNone() { return records == 0; }

    /// True if nothing is on its way either.
    synchronized boolean isIdle() { return records == 0 && coming == 0; }

    /// It was not kept.
    synchronized void refused() { coming--; }

    synchronized void handed(List<Unwritten> kept) {
        coming -= kept.size();
        for (Unwritten one : kept) {
            records++;
            octets += one.octets();
        }
    }

    /// It has its rows, or never gets any.
    synchronized void done(Unwritten one) {
        records--;
        octets -= one.octets();
        notifyAll();
    }

    /// The disk does not take them now; they are tried again.
    synchronized void trouble(Throwable why) {
        trouble = Optional.of(why);
        notifyAll();
    }

    synchronized void well() {
        if (trouble.isEmpty()) return;
        trouble = Optional.empty();
        notifyAll();
    }
}
