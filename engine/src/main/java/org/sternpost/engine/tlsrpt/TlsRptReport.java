package org.sternpost.engine.tlsrpt;

import java.time.Instant;
import java.util.List;

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
}
