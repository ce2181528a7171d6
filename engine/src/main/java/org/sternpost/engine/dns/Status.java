package org.sternpost.engine.dns;

/// What DNSSEC proved of an answer that may be used (RFC 4035 §4.3); answers it disproved are [Answer.Failed].
public enum Status {
    /// Signed by a chain from a trust anchor.
    Secure,
    /// Proved to lie in a zone without signatures, or not looked at.
    Insecure
}
