package org.sternpost.engine.delivery;

import java.io.IOException;

/// Carries what a lane has, on as few sessions as policy allows.
public interface DeliveryAgent {

    /// Takes deliveries until the lane has none and settles each; trouble with a peer is an outcome, never thrown.
    ///
    /// @throws IOException if settling failed; what was taken and not settled stays queued
    void serve(DestinationQueue lane) throws IOException, InterruptedException;
}
