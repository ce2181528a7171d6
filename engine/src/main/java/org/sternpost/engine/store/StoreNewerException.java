package org.sternpost.engine.store;

import java.io.IOException;

/// A data directory was written by a newer version of this program, whose tables this one does not know.
public final class StoreNewerException extends IOException {

    private static final long serialVersionUID = 1L;

    StoreNewerException(String message) { super(message); }
}
