package org.sternpost.engine.store;

import java.io.IOException;
import java.time.Duration;

/// A search has used up its time; the store is well.
public final class SearchEndedException extends IOException {

    private static final long serialVersionUID = 1L;

    SearchEndedException(Duration limit) { super("the search was ended after " + limit.toSeconds() + " s"); }
}
