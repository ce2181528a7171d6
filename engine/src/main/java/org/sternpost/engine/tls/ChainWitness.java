package org.sternpost.engine.tls;

import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;

/// Keeps the chain a peer shows and refuses none: [Prover] judges it once the session stands.
///
/// Only so can `Opportunistic` deliver over a session whose certificate it would refuse, and say why it would.
final class ChainWitness extends ClientTrust {

    private List<X509Certificate> chain = List.of();

    /// As the peer sent it, end entity first; empty before it did.
    List<X509Certificate> chain() { return chain; }

    private void keep(X509Certificate[] shown) { chain = List.of(shown); }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String authType, Socket socket) { keep(shown); }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String authType, SSLEngine engine) { keep(shown); }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String authType) { keep(shown); }
}
