package org.sternpost.engine.control;

/// What a DKIM key signs with.
public enum DkimAlgorithm {
    /// RSA of 2048 bits, which every verifier knows (RFC 8301 §3.2).
    RSA,
    /// RFC 8463; many verifiers do not know it yet.
    Ed25519
}
