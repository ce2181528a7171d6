package org.sternpost.lab.ca;

/// How good a host's certificate is, and who issued it.
public enum CertificateKind {
    /// From the authority in `ca.pem`, for the right names, valid now.
    TRUSTED,
    /// As TRUSTED, for names that are not the host's.
    WRONG_NAME,
    /// As TRUSTED, over since last month.
    EXPIRED,
    /// As TRUSTED, but the host's name stands in the subject alone, not in a subjectAltName.
    NAMED_BY_SUBJECT,
    /// From an authority below the trusted one that may name no hosts at all (RFC 5280 §4.2.1.10).
    FROM_NAMELESS_CA,
    /// From an authority below the trusted one that is for mail between people only (RFC 5280 §4.2.1.12).
    FROM_EMAIL_CA,
    /// As TRUSTED, at the end of a chain of 15.
    LONG_CHAIN,
    /// Signed by itself; nobody vouches for it.
    SELF_SIGNED,
    /// As SELF_SIGNED, with an RSA key of 2048 bits.
    SELF_SIGNED_RSA,
    /// As SELF_SIGNED, with an RSA key of 1024 bits, which no public authority signs any more.
    SELF_SIGNED_SHORT_RSA,
    /// As SELF_SIGNED, with a key on the curve P-521 and a signature over SHA-512.
    SELF_SIGNED_P521,
    /// As SELF_SIGNED, with a key of Ed25519 (RFC 8410).
    SELF_SIGNED_ED25519,
    /// From an authority that only TLSA records name, which the host sends along.
    PRIVATE,
    /// As PRIVATE, for names that are not the host's.
    PRIVATE_WRONG_NAME,
    /// As PRIVATE, over since last month.
    PRIVATE_EXPIRED,
    /// As PRIVATE, but the host's name stands in the subject alone, not in a subjectAltName.
    PRIVATE_NAMED_BY_SUBJECT,
    /// As PRIVATE, for the domain the host is in: its name without the first label.
    PRIVATE_FOR_DOMAIN,
    /// As PRIVATE, but the host does not send the authority along.
    PRIVATE_ALONE;

    public CertificateKind mended() {
        return switch (this) {
            case TRUSTED, WRONG_NAME, EXPIRED, NAMED_BY_SUBJECT, FROM_NAMELESS_CA, FROM_EMAIL_CA, LONG_CHAIN,
                    SELF_SIGNED ->
                TRUSTED;
            case PRIVATE, PRIVATE_WRONG_NAME, PRIVATE_EXPIRED -> PRIVATE;
            case PRIVATE_NAMED_BY_SUBJECT, PRIVATE_FOR_DOMAIN, PRIVATE_ALONE, SELF_SIGNED_RSA,
                    SELF_SIGNED_SHORT_RSA, SELF_SIGNED_P521, SELF_SIGNED_ED25519 ->
                this; // odd, and nothing is broken
        };
    }

    boolean expired() { return this == EXPIRED || this == PRIVATE_EXPIRED; }

    boolean misnamed() { return this == WRONG_NAME || this == PRIVATE_WRONG_NAME; }
}
