package org.sternpost.engine.connector;

/// A connector's one headline setting: what becomes of mail when DANE or MTA-STS fails.
public enum TlsValidation {
    /// Neither is looked up; `TlsSettings` alone decide.
    Disabled,
    /// Both are judged and recorded; mail that fails is delivered anyway, as `Disabled` would.
    Opportunistic,
    /// Mail that fails validation is not delivered: it waits, and returns to its sender when it expires.
    Enabled
}
