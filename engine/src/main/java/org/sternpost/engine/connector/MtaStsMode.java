package org.sternpost.engine.connector;

/// The refinement for MTA-STS (RFC 8461); Exchange knows no `Mandatory` here.
public enum MtaStsMode {
    /// Not looked at.
    None,
    /// Judged where the recipient's domain publishes it.
    Opportunistic,
    /// A domain without a policy in mode `enforce` counts as failed.
    Mandatory
}
