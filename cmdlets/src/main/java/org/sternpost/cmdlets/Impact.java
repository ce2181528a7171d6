package org.sternpost.cmdlets;

/// How much a change can hurt, and so when the shell asks before it commits (docs/shell.md#changes).
public enum Impact {
    /// Never asks.
    Low,
    /// Asks if more than one object is affected.
    Medium,
    /// Asks always.
    High
}
