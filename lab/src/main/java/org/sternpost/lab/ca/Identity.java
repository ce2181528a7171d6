package org.sternpost.lab.ca;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/// What a host shows in a handshake: its key, and the chain it sends, leaf first.
///
/// `issuer` may be missing from the chain; of a self-signed leaf it is the leaf.
public record Identity(PrivateKey key, List<X509Certificate> chain, X509Certificate issuer) {
    public Identity { chain = List.copyOf(chain); }

    public X509Certificate leaf() { return chain.getFirst(); }
}
