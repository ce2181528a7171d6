package org.sternpost.lab.policy;

import java.util.List;

/// An MTA-STS policy as its owner publishes it (RFC 8461 §3): `mx` holds patterns, `announcements` says by how many
/// TXT records DNS announces it, of which there must be one.
public record StsPolicy(String mode, List<String> mx, PolicyFault fault, int announcements) {
    private static final int MAX_AGE_SECONDS = 604_800; // RFC 8461 §3.2 advises weeks.

    public StsPolicy { mx = List.copyOf(mx); }

    public StsPolicy(String mode, List<String> mx) { this(mode, mx, PolicyFault.NONE, 1); }

    public StsPolicy broken(PolicyFault by) { return new StsPolicy(mode, mx, by, announcements); }

    public StsPolicy announced(int times) { return new StsPolicy(mode, mx, fault, times); }

    /// The policy its owner meant to publish, given the hosts that take the domain's mail.
    public StsPolicy mended(List<String> hosts) { return new StsPolicy(mode, mode.equals("none") ? List.of() : hosts); }

    /// The id in DNS, which changes with what the host serves (RFC 8461 §3.1).
    public String id() { return Integer.toHexString((body() + fault.name()).hashCode()); }

    String body() {
        var body = new StringBuilder("version: STSv1\r\nmode: " + mode + "\r\n");
        mx.forEach(pattern -> body.append("mx: ").append(pattern).append("\r\n"));
        return body.append("max_age: ").append(MAX_AGE_SECONDS).append("\r\n").toString();
    }
}
