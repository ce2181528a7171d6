package org.sternpost.engine.trust;

/// What DNSSEC says of one lookup, as kept in evidence (RFC 4035 §4.3).
public enum DnsStatus {
    Secure, Insecure, Bogus,
    /// No answer: SERVFAIL, REFUSED or time-out.
    Failed,
    /// The question was not asked, because a rule forbids it or the mode does not look.
    NotAsked
}
