package org.sternpost.engine.trust;

import java.util.Arrays;
import java.util.Optional;
import org.sternpost.engine.connector.OutboundConnector;

/// Why transport security refuses a host: the token of RFC 8460 §4.3 where it has one, the code, whose remedy it is.
public enum Reason {
    STARTTLS_NOT_SUPPORTED("starttls-not-supported", "7.321", Owner.RECIPIENT),
    CERTIFICATE_EXPIRED("certificate-expired", "7.322", Owner.RECIPIENT),
    TLSA_INVALID("tlsa-invalid", "7.323", Owner.RECIPIENT),
    DNSSEC_INVALID("dnssec-invalid", "7.324", Owner.RECIPIENT),
    CERTIFICATE_HOST_MISMATCH("certificate-host-mismatch", "7.325", Owner.RECIPIENT),
    CERTIFICATE_NOT_TRUSTED("certificate-not-trusted", "7.326", Owner.RECIPIENT),
    DANE_REQUIRED("dane-required", "7.327", Owner.OURS),
    STS_MX_MISMATCH("sts-mx-mismatch", "4.8", Owner.RECIPIENT),
    STS_REQUIRED("sts-required", "7.328", Owner.OURS),
    STS_POLICY_FETCH_ERROR("sts-policy-fetch-error", "7.328", Owner.RECIPIENT),
    STS_POLICY_INVALID("sts-policy-invalid", "7.328", Owner.RECIPIENT),
    STS_WEBPKI_INVALID("sts-webpki-invalid", "7.328", Owner.RECIPIENT),
    /// The handshake failed for a reason of its own (protocol versions, alerts).
    VALIDATION_FAILURE("validation-failure", "7.5", Owner.RECIPIENT),
    /// The sender's REQUIRETLS, and no authenticated session with this host (RFC 8689 §4.2.1).
    REQUIRETLS_ENCRYPTION("requiretls-encryption", "7.10", Owner.RECIPIENT),
    /// The sender's REQUIRETLS, and the host does not support it (RFC 8689 §4.2.1).
    REQUIRETLS_SUPPORT("requiretls-support", "7.30", Owner.RECIPIENT),
    /// None of our DNS servers answers, so nothing is known of the recipient (RFC 3463 §3.5, X.4.3).
    LOCAL_DNS("local", "4.3", Owner.OURS),
    /// Our machine has no way to the host's network, or no means left to use it (RFC 3463 §3.4, X.3.0).
    LOCAL_NETWORK("local", "3.0", Owner.OURS),
    /// Our TLS library does not take part in a handshake that the host is free to offer (RFC 3463 §3.4, X.3.0).
    LOCAL_TLS("local", "3.0", Owner.OURS),
    /// Our machine keeps us from knowing otherwise: its time, load, disk (RFC 3463 §3.4, X.3.0).
    LOCAL("local", "3.0", Owner.OURS);

    /// Who can mend it.
    public enum Owner {
        /// The administrator of this gateway.
        OURS("the administrator of this mail gateway"),
        /// The postmaster of the recipient's domain, or who runs its DNS.
        RECIPIENT("the recipient's postmaster"),
        /// The recipient has no part in a host that our own administrator chose: he mends it, or has it mended.
        SMART_HOST("the administrator of this mail gateway, with whoever runs its smart host"),
        /// Whoever wrote the mail: its address, its size or its form is at fault.
        SENDER("the sender of the mail");

        private final String words;

        Owner(String words) { this.words = words; }

        /// Who runs the hosts that mail goes to over a connector. No other place says so.
        public static Owner ofHosts(OutboundConnector connector) {
            return connector.route().useMXRecord() ? RECIPIENT : SMART_HOST;
        }

        /// Who that is, for a sentence.
        public String words() { return words; }
    }

    private final String token;
    private final String detail;
    private final Owner owner;

    Reason(String token, String detail, Owner owner) {
        this.token = token;
        this.detail = detail;
        this.owner = owner;
    }

    /// The reason of a token; empty for a word that is none.
    public static Optional<Reason> of(String token) {
        return Arrays.stream(values()).filter(reason -> reason.token.equals(token)).findFirst();
    }

    /// The word in reports, `tlsa-invalid`.
    public String token() { return token; }

    /// The code while the message waits, `4.7.323` (RFC 3463 class 4).
    public String waitingCode() { return "4." + detail; }

    /// Its twin in the notification when the message has expired, or when no later attempt can help, `5.7.323`.
    public String finalCode() { return "5." + detail; }

    /// Whose remedy it is, unless a [Failure] knows better.
    public Owner owner() { return owner; }

    /// True if we could not know (docs/transport-security.md#fail-local). Such a failure says nothing of the recipient,
    /// so it stands in no report to others, in no forecast of what a stricter mode would refuse, and in no count of a
    /// rollout.
    public boolean isLocal() {
        return switch (this) {
            case LOCAL_DNS, LOCAL_NETWORK, LOCAL_TLS, LOCAL -> true;
            case STARTTLS_NOT_SUPPORTED, CERTIFICATE_EXPIRED, TLSA_INVALID, DNSSEC_INVALID, CERTIFICATE_HOST_MISMATCH,
                    CERTIFICATE_NOT_TRUSTED, DANE_REQUIRED, STS_MX_MISMATCH, STS_REQUIRED, STS_POLICY_FETCH_ERROR,
                    STS_POLICY_INVALID, STS_WEBPKI_INVALID, VALIDATION_FAILURE, REQUIRETLS_ENCRYPTION,
                    REQUIRETLS_SUPPORT ->
                false;
        };
    }

    /// True if the same keeps us from all hosts, or from none: it ends for all mail at once.
    public boolean isOutage() { return this == LOCAL_DNS || this == LOCAL_NETWORK || this == LOCAL; }

    /// True if the sender of one message asked for more than connector and mode, so that it says nothing of the mode.
    public boolean ofSender() { return this == REQUIRETLS_ENCRYPTION || this == REQUIRETLS_SUPPORT; }
}
