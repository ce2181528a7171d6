package org.sternpost.engine.queue;

import java.io.IOException;
import java.time.Instant;
import org.sternpost.engine.mail.TraceCursor;

/// A search has looked at as much mail as one may; there may be more in older mail.
public final class SearchCutException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int looked;
    private final transient Instant reached;
    private final transient TraceCursor place;

    SearchCutException(int looked, Instant reached, TraceCursor place) {
        super("a search ended after " + looked + " messages, with those received at " + reached);
        this.looked = looked;
        this.reached = reached;
        this.place = place;
    }

    /// Where it goes on.
    public TraceCursor place() { return place; }

    /// Messages that were looked at.
    public int looked() { return looked; }

    /// All mail received from then on was looked at.
    public Instant reached() { return reached; }
}
