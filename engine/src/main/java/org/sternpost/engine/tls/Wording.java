package org.sternpost.engine.tls;

import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// The sentences of this package.
final class Wording {

    private Wording() {}

    static Failure pkix(Domain host, Reason reason, String detail) {
        return new Failure(reason, host + ": " + detail + " (RFC 5280 §6)", switch (reason) {
            case CERTIFICATE_EXPIRED -> "renew the certificate of " + host;
            case CERTIFICATE_HOST_MISMATCH -> "give " + host + " a certificate with its name";
            default -> "give " + host + " a certificate of a public authority, with its whole chain";
        });
    }

    static Failure handshake(Domain host, String detail) {
        return new Failure(Reason.VALIDATION_FAILURE, "the TLS handshake with " + host + " failed: " + detail,
                "mend the TLS set-up of " + host);
    }
}
