package org.sternpost.cmdlets.rollout;

/// What a rollout does when too much of its share's mail fails.
public enum OnBreach {
    /// The whole connector returns to the mode before.
    Rollback,
    /// The share stays as it is, as by Suspend-TlsRollout, until an operator decides.
    Suspend
}
