package org.sternpost.engine.queue;

import java.io.IOException;
import java.time.Instant;

/// A search has looked at as much mail as one may; there may be more in older mail.
public final class SearchCutException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int looked;
    private final transient Instant reached;

    SearchCutException(int looked, Instant reached) {
        super("a search ended after " + looked + " messages, with those received at " + reached);
        this.looked = looked;
        this.reached = reached;
    }

    /// Messages that were looked at.
    public int looked() { return looked; }

    /// All mail received from then on was looked at.
    public Instant reached() { return reached; }
}
