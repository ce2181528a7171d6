package org.sternpost.engine.mail;

/// What the sender of a message wants back if it cannot be delivered (`RET`, RFC 3461 §4.3), kept with the message.
public enum Ret {
    /// Nothing was said: each host decides for itself.
    None,
    /// `RET=HDRS`: the header alone.
    Headers,
    /// `RET=FULL`: the whole message.
    Full
}
