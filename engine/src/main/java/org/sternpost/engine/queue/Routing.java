package org.sternpost.engine.queue;

import org.sternpost.engine.mail.Address;

/// Which connector a recipient's mail takes.
@FunctionalInterface
public interface Routing {
    /// The name of the connector.
    ///
    /// @param size octets of the message
    String connectorFor(Address recipient, long size);
}
