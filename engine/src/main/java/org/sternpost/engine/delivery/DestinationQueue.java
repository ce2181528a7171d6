package org.sternpost.engine.delivery;

import java.io.IOException;
import java.util.Optional;

/// The mail that is due to one next hop over one connector, handed out piece by piece to one session.
public interface DestinationQueue {

    /// The next delivery that is due; empty when the lane has none, is suspended, or the engine stops.
    Optional<ClaimedDelivery> next() throws IOException;

    /// A host of the next hop is ready to take mail from this session.
    void answered();

    /// Settles what [#next] gave. Durable when it returns.
    void settle(ClaimedDelivery mail, AttemptResult attempt) throws IOException;
}
