package org.sternpost.engine.tls;

/// How well a session was secured, or had to be; ordered from weak to strong.
public enum Level {
    /// Nothing was sent or asked for.
    None,
    Plaintext,
    /// TLS, the peer not authenticated.
    Encrypted,
    /// Authenticated by PKIX because the connector's `TlsSettings` want it.
    Authenticated,
    /// Authenticated under an enforced MTA-STS policy.
    MtaSts,
    /// Authenticated by DANE.
    Dane
}
