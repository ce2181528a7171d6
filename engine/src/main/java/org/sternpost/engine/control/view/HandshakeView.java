package org.sternpost.engine.control.view;

import org.sternpost.engine.control.view.ProofView.Sign;
import java.time.Instant;
import java.util.List;
import org.sternpost.engine.control.view.Tree.Role;

/// The session that a host offered when it was called, up to the point where mail could be sent.
///
/// @param tls  version and cipher, or what the host did instead
/// @param sni  the name that was asked for
/// @param pkix what the public authorities say of the certificate: `valid` or why not
/// @param chain as the host sent it, its own certificate first
public record HandshakeView(@Tree(Role.Sign) Sign sign,
        @Tree(value = Role.Title, label = "called at") @Column(value = 1, identity = true) String address,
        @Tree(Role.Status) @Column(1) String tls, @Tree(value = Role.Fact, label = "name asked for") String sni,
        @Tree(value = Role.Fact, label = "public authorities") @Column(value = 2, text = true) String pkix,
        @Tree(Role.Text) String result, @Tree(Role.Nodes) List<CertificateView> chain) {

    /// @param sha256     of the whole certificate
    /// @param spkiSha256 of its public key: what a record `3 1 1` would hold
    public record CertificateView(
            @Tree(value = Role.Title, label = "certificate") @Column(value = 1, identity = true) String subject,
            @Tree(value = Role.Fact, label = "issued by") @Column(2) String issuer,
            @Tree(value = Role.Fact, label = "for") @Column(2) List<String> names,
            @Tree(value = Role.Fact, label = "from") @Column(3) Instant notBefore,
            @Tree(value = Role.Fact, label = "until") @Column(3) Instant notAfter,
            @Tree(value = Role.Fact, label = "SHA-256") String sha256,
            @Tree(value = Role.Fact, label = "key SHA-256") String spkiSha256) {}
}
