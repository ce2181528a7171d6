package org.sternpost.engine.tlsrpt;

import java.util.Arrays;
import java.util.Optional;
import org.sternpost.engine.trust.Reason;

/// The words for failure of RFC 8460 §4.3 (registry of §6.6).
public enum ResultType {
    STARTTLS_NOT_SUPPORTED, CERTIFICATE_HOST_MISMATCH, CERTIFICATE_EXPIRED, CERTIFICATE_NOT_TRUSTED, VALIDATION_FAILURE,
    TLSA_INVALID, DNSSEC_INVALID, DANE_REQUIRED, STS_POLICY_FETCH_ERROR, STS_POLICY_INVALID, STS_WEBPKI_INVALID;

    private static final String TOKENS = "abcdefghijklmnopqrstuvwxyz-";

    /// As written in reports: `certificate-expired`.
    public String token() { return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'); }

    /// Reads the token; empty if the registry we know has no such word.
    public static Optional<ResultType> of(String token) {
        if (token.isEmpty() || token.chars().anyMatch(c -> TOKENS.indexOf(c) < 0)) return Optional.empty();
        return Arrays.stream(values()).filter(type -> type.token().equals(token)).findFirst();
    }

    /// What a refusal is called in a report; empty when it is nobody's business but ours.
    public static Optional<ResultType> of(Reason reason) {
        return switch (reason) {
            case STARTTLS_NOT_SUPPORTED -> Optional.of(STARTTLS_NOT_SUPPORTED);
            case CERTIFICATE_EXPIRED -> Optional.of(CERTIFICATE_EXPIRED);
            case CERTIFICATE_HOST_MISMATCH -> Optional.of(CERTIFICATE_HOST_MISMATCH);
            case CERTIFICATE_NOT_TRUSTED -> Optional.of(CERTIFICATE_NOT_TRUSTED);
            // RFC 8460 §4.3.2.1 keeps tlsa-invalid for records without one that is valid. Ours is said of records
            // that are sound and match nothing, for which only the general word of §4.3.3 is left.
            case TLSA_INVALID -> Optional.of(VALIDATION_FAILURE);
            case DNSSEC_INVALID -> Optional.of(DNSSEC_INVALID);
            case DANE_REQUIRED -> Optional.of(DANE_REQUIRED);
            // RFC 8460 §4.3 names no word for a host that the policy does not list; §4.3.3 is the general one.
            case STS_MX_MISMATCH -> Optional.of(VALIDATION_FAILURE);
            // Our wish for a policy that nobody published is no failure of theirs: RFC 8460 has no such word.
            case STS_REQUIRED -> Optional.empty();
            // What one sender asked for is no policy of the recipient's domain.
            case REQUIRETLS_ENCRYPTION, REQUIRETLS_SUPPORT -> Optional.empty();
            // What kept us from knowing is our trouble.
            case LOCAL_DNS, LOCAL_NETWORK, LOCAL_TLS, LOCAL -> Optional.empty();
            case STS_POLICY_FETCH_ERROR -> Optional.of(STS_POLICY_FETCH_ERROR);
            case STS_POLICY_INVALID -> Optional.of(STS_POLICY_INVALID);
            case STS_WEBPKI_INVALID -> Optional.of(STS_WEBPKI_INVALID);
            case VALIDATION_FAILURE -> Optional.of(VALIDATION_FAILURE);
        };
    }
}
