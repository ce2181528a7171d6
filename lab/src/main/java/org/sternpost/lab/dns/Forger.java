package org.sternpost.lab.dns;

import java.util.Optional;

import org.xbill.DNS.Message;

/// Sits on the way of every answer and may change, replace or swallow it.
@FunctionalInterface
public interface Forger {
    /// The answer to send instead; empty for none.
    Optional<Message> forge(Message query, Message honest);
}
