package org.sternpost.engine.queue;

import java.util.Optional;
import org.sternpost.engine.store.Content;

/// The octets of a stored message: header and text with CRLF line ends, not dot-stuffed, as SMTP gave them to us with
/// our `Received` field in front.
public interface MessageContent extends Content {

    /// Why it is not what was accepted, once somebody who read it has found out.
    default Optional<String> damage() { return Optional.empty(); }
}
