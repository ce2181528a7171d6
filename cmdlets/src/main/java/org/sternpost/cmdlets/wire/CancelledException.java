package org.sternpost.cmdlets.wire;

import java.io.IOException;

/// The operator stopped a request; a change that was stopped in time has changed nothing.
public final class CancelledException extends IOException {

    private static final long serialVersionUID = 1L;

    public CancelledException(String message) { super(message); }
}
