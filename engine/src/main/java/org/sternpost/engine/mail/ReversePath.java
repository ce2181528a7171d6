package org.sternpost.engine.mail;

/// Whom a message comes from in its envelope; the null path is how a notification says "do not answer"
/// (RFC 5321 §4.5.5).
public sealed interface ReversePath {
    /// `<>`.
    record Null() implements ReversePath {
        @Override
        public String toString() { return ""; }
    }

    /// A mailbox that gets the notifications.
    record Mailbox(Address address) implements ReversePath {
        @Override
        public String toString() { return address.toString(); }
    }

    /// Reads the text between the angle brackets; the empty text is the null path.
    ///
    /// @throws IllegalArgumentException with a sentence that names the place and the reason
    static ReversePath of(String text) { return text.isEmpty() ? new Null() : new Mailbox(Address.of(text)); }
}
