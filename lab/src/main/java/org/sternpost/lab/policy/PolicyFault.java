package org.sternpost.lab.policy;

/// How the host of a policy misbehaves, if it does.
public enum PolicyFault {
    /// All is well.
    NONE,
    /// Answers 404.
    MISSING,
    /// Answers 302 to another address of the policy, which senders must not follow (RFC 8461 §3.3).
    REDIRECT,
    /// Serves the policy as `text/html`.
    WRONG_TYPE,
    /// Serves more than the 64 KiB that senders read (RFC 8461 §3.3).
    OVERSIZED,
    /// Serves a body that is no policy.
    NONSENSE,
    /// Serves a policy that does not say how long it holds.
    NO_MAX_AGE,
    /// Serves a policy with `nmx` in place of `mx`.
    MISSPELT_MX,
    /// Shows a certificate for another name.
    WRONG_NAME,
    /// Shows a certificate that is over.
    EXPIRED,
    /// Shows a certificate that nobody but itself signed.
    SELF_SIGNED,
    /// Accepts the request and never answers.
    HANGS
}
