package org.sternpost.engine.store;

import java.io.IOException;

/// The disk refused a change, for whatever it was: it is full, failing, read-only, or its file is damaged.
///
/// The same change may be kept later; until one is, no other is likely to be.
public final class DiskTroubleException extends IOException {

    private static final long serialVersionUID = 1L;

    private final boolean undone;

    /// @param undone false if the change may yet turn out to be on the disk
    DiskTroubleException(Throwable cause, boolean undone) {
        super("the disk did not keep the change: " + cause.getMessage(), cause);
        this.undone = undone;
    }

    boolean isUndone() { return undone; }
}
