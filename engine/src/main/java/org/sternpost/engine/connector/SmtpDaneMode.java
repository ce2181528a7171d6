package org.sternpost.engine.connector;

/// Exchange's refinement for SMTP DANE (RFC 7672).
public enum SmtpDaneMode {
    /// Not looked at.
    None,
    /// Judged where the recipient's domain publishes it.
    Opportunistic,
    /// A host without usable DANE counts as failed.
    Mandatory
}
