package org.sternpost.lab.policy;

import java.util.List;

/// An MTA-STS policy as its owner publishes it (RFC 8461 §3): `mx` holds patterns.
public record StsPolicy(String mode, List<String> mx, PolicyFault fault, Announced announced) {
    /// How DNS announces it: by one TXT record, or by two, of which there must not be more than one.
    public enum Announced {
        ONCE, TWICE,
        /// By a record elsewhere, to which a CNAME leads.
        BY_ALIAS,
        /// By one record whose text is spread over several strings and ends without `;`.
        IN_PIECES
    }

    private static final int MAX_AGE_SECONDS = 604_800; // RFC 8461 §3.2 advises weeks.

    public StsPolicy { mx = List.copyOf(mx); }

    public StsPolicy(String mode, List<String> mx) { this(mode, mx, PolicyFault.NONE, Announced.ONCE); }

    public StsPolicy broken(PolicyFault by) { return new StsPolicy(mode, mx, by, announced); }

    public StsPolicy announced(Announced how) { return new StsPolicy(mode, mx, fault, how); }

    /// The policy its owner meant to publish, given the hosts that take the domain's mail.
    public StsPolicy mended(List<String> hosts) { return new StsPolicy(mode, mode.equals("none") ? List.of() : hosts); }

    /// The id in DNS, which changes with what the host serves (RFC 8461 §3.1).
    public String id() { return Integer.toHexString((body() + fault.name()).hashCode()); }

    String body() {
        var body = new StringBuilder("version: STSv1\r\nmode: " + mode + "\r\n");
        var field = fault == PolicyFault.MISSPELT_MX ? "nmx: " : "mx: ";
        mx.forEach(pattern -> body.append(field).append(pattern).append("\r\n"));
        if (fault != PolicyFault.NO_MAX_AGE) {
            body.append("max_age: ").append(MAX_AGE_SECONDS).append("\r\n");
        }
        return body.toString();
    }
}
