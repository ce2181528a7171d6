package org.sternpost.engine.tls;

import java.time.Instant;
import java.util.List;

/// What a TLS session showed of its peer.
///
/// @param protocol `TLSv1.3`
/// @param group    of the key exchange, `x25519`; `not known` if the handshake did not tell it in clear
/// @param chain    end entity first
public record SessionFacts(String protocol, String cipher, String group, String sni, List<CertificateFacts> chain) {

    /// @param sha256     of the whole certificate, lower-case hex
    /// @param spkiSha256 of its public key, lower-case hex: what a `3 1 1` record would hold
    /// @param names      subject alternative DNS names, or the common name when there are none
    public record CertificateFacts(String subject, String issuer, List<String> names, Instant notBefore,
            Instant notAfter, String sha256, String spkiSha256) {}
}
