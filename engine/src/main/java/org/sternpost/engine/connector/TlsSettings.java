package org.sternpost.engine.connector;

/// Exchange's floor under every session of a connector, in every mode.
public enum TlsSettings {
    /// STARTTLS when offered, nobody authenticated (RFC 7435 §3). Exchange writes `$null`.
    None,
    /// STARTTLS required, nobody authenticated.
    EncryptionOnly,
    /// STARTTLS required; the chain must verify by PKIX for the host.
    CertificateValidation,
    /// As `CertificateValidation`, and the certificate must name `TlsDomain`.
    DomainValidation
}
