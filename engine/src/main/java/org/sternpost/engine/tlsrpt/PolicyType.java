package org.sternpost.engine.tlsrpt;

import java.util.Arrays;
import java.util.Optional;

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
