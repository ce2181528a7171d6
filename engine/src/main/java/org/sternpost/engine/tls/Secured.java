package org.sternpost.engine.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLSocket;

/// A TLS session that stands, whatever its certificate is worth.
///
/// @param chain as the peer sent it, end entity first
/// @param pkix  verdict of PKIX for the host's name in words, `valid` or why not
public record Secured(SSLSocket socket, SessionFacts facts, List<X509Certificate> chain, String pkix) {
    public Secured { chain = List.copyOf(chain); }

    /// `TLSv1.3 TLS_AES_128_GCM_SHA256`.
    public String words() { return facts.protocol() + " " + facts.cipher(); }
}
