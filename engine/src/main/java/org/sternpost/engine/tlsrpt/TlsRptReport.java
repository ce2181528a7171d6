package org.sternpost.engine.tlsrpt;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.trust.Reason;

/// A report as RFC 8460 §4.4 lays it out. Empty text and empty lists stand for members that are left out.
///
/// @param start first second of the period
/// @param end   last second of the period
public record TlsRptReport(String organizationName, Instant start, Instant end, String contactInfo, String reportId,
        List<PolicyResult> policies) {

    public TlsRptReport { policies = List.copyOf(policies); }

    /// What came of one policy.
    public record PolicyResult(Policy policy, long successes, long failures, List<FailureDetail> failureDetails) {
        public PolicyResult {
            failureDetails = List.copyOf(failureDetails);
            if (successes < 0 || failures < 0) throw new IllegalArgumentException("a session count is negative");
        }
    }

    /// @param policyString TLSA records in presentation form, or the lines of the MTA-STS policy
    /// @param policyDomain the TLSA base domain for DANE, else the domain of the policy (RFC 8460 §1.1)
    /// @param mxHost       patterns of the MTA-STS policy
    public record Policy(PolicyType type, List<String> policyString, String policyDomain, List<String> mxHost) {
        public Policy {
            policyString = List.copyOf(policyString);
            mxHost = List.copyOf(mxHost);
        }
    }

    /// @param failedSessions may be 0: worth telling, yet the sessions went well
    public record FailureDetail(ResultType resultType, String sendingMtaIp, String receivingMxHostname,
            String receivingMxHelo, String receivingIp, long failedSessions, String additionalInformation,
            String failureReasonCode) {
        public FailureDetail {
            if (failedSessions < 0) throw new IllegalArgumentException("a session count is negative");
        }
    }

    /// The mechanism that a policy object speaks of (RFC 8460 §4.4).
    public enum PolicyType {
        TLSA("tlsa"), STS("sts"), NO_POLICY_FOUND("no-policy-found");

        private final String token;

        PolicyType(String token) { this.token = token; }

        /// As written in reports.
        public String token() { return token; }

        public static Optional<PolicyType> of(String token) {
            return Arrays.stream(values()).filter(type -> type.token.equals(token)).findFirst();
        }
    }

    /// The words for failure of RFC 8460 §4.3 (registry of §6.6).
    public enum ResultType {
        STARTTLS_NOT_SUPPORTED, CERTIFICATE_HOST_MISMATCH, CERTIFICATE_EXPIRED, CERTIFICATE_NOT_TRUSTED,
        VALIDATION_FAILURE,
        TLSA_INVALID, DNSSEC_INVALID, DANE_REQUIRED, STS_POLICY_FETCH_ERROR, STS_POLICY_INVALID, STS_WEBPKI_INVALID;

        private static final String TOKENS = "abcdefghijklmnopqrstuvwxyz-";

        /// As written in reports: `certificate-expired`.
        public String token() { return name().toLowerCase(Locale.ROOT).replace('_', '-'); }

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

    /// Who reports.
    ///
    /// @param organization name for people
    /// @param contact      mailbox for questions
    /// @param from         of the mail that carries reports
    public record Submitter(String organization, Address contact, Address from) {

        /// RFC 8460 §5.3: `TLS-Report-Submitter` and the file's name have the domain of `contact-info`.
        public Domain domain() { return contact.domain(); }
    }
}
