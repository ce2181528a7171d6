package org.sternpost.engine.net;

import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.time.TimeLimit;

/// A time-out that is ours: this process did not run for as long as the peer had ([TimeLimit#isOurs]).
public final class StalledException extends SocketTimeoutException {

    private static final long serialVersionUID = 1;

    /// @param what came out of time, in words about the peer
    StalledException(String what) { super(what); }

    /// A peer that was tired of waiting for us.
    ///
    /// @param stalled how long this process did not run
    /// @param waited  how long the peer had heard nothing
    public static StalledException hungUp(Duration stalled, Duration waited) {
        return new StalledException("the host hung up, after this gateway was kept from running for "
                + ConnectionWords.span(stalled) + " of " + ConnectionWords.span(waited));
    }

    /// True if that is what broke something.
    public static boolean isCause(@Nullable Throwable broken) {
        return broken != null && (broken instanceof StalledException || broken.getCause() instanceof StalledException);
    }
}
