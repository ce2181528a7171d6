package org.sternpost.engine.connector;

/// Exchange's floor under every session of a connector, in every mode.
public enum TlsSettings {
    /// STARTTLS when offered, nobody authenticated (RFC 7435 §3). Exchange writes `$null`.
    None,
    /// STARTTLS required, nobody authenticated.
    EncryptionOnly,
    /// STARTTLS required; the chain must verify by PKIX. Whom it names is not looked at.
    CertificateValidation,
    /// As `CertificateValidation`, and an alternative name of the certificate must be `TlsDomain`.
    DomainValidation
}
