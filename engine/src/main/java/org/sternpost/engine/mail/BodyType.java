package org.sternpost.engine.mail;

/// What a message's lines may hold, as `BODY` says it (RFC 6152 §2).
public enum BodyType {
    /// `BODY=7BIT`, or nothing said.
    SevenBit,
    /// `BODY=8BITMIME`.
    EightBitMime
}
