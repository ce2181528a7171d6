package org.sternpost.engine.mtasts;

import org.sternpost.engine.mail.Domain;

/// One `mx` of a policy: a host, or `*.` and a domain for exactly one more label (RFC 8461 §4.1).
///
/// @param domain without the wildcard
public record MxPattern(boolean wildcard, Domain domain) {

    /// Reads a pattern as the policy spells it; case and a final dot have no meaning.
    ///
    /// @throws IllegalArgumentException with a sentence that names the place and the reason
    public static MxPattern of(String text) {
        boolean wildcard = text.startsWith("*.");
        String name = wildcard ? text.substring(2) : text;
        if (!name.chars().allMatch(c -> c < 0x80))
            throw new IllegalArgumentException("mx '" + text + "' has characters outside ASCII; A-labels are needed");
        if (name.contains("_")) throw new IllegalArgumentException("mx '" + text + "' has '_', which no host name has");
        if (name.matches("[\\d.]+"))
            throw new IllegalArgumentException("mx '" + text + "' is an address, not a host name");
        try {
            return new MxPattern(wildcard,
                    Domain.ofDns(name.endsWith(".") ? name.substring(0, name.length() - 1) : name));
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException("mx '" + text + "': " + bad.getMessage(), bad);
        }
    }

    /// True if the policy lists this host.
    public boolean matches(Domain host) {
        if (!wildcard) return host.equals(domain);
        // RFC 8461 §4.1: the wildcard is the whole left-most label and nothing more.
        int dot = host.ascii().indexOf('.');
        return dot > 0 && host.ascii().substring(dot + 1).equals(domain.ascii());
    }

    /// `*.example.org`.
    @Override
    public String toString() { return (wildcard ? "*." : "") + domain; }
}
