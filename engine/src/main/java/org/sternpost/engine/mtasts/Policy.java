package org.sternpost.engine.mtasts;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.sternpost.engine.mail.Domain;

/// A policy file's content (RFC 8461 §3.2).
///
/// @param mx empty only in mode `none`
public record Policy(Mode mode, List<MxPattern> mx, Duration maxAge) {

    /// What the domain asks of senders (RFC 8461 §5).
    public enum Mode {
        Enforce, Testing, None;

        /// The one of a word, as files write it.
        public static Mode of(String word) {
            for (Mode mode : values())
                if (mode.word().equals(word)) return mode;
            throw new IllegalArgumentException("there is no mode '" + word + "'");
        }

        /// The word in the file.
        public String word() { return name().toLowerCase(Locale.ROOT); }
    }

    public Policy {
        mx = List.copyOf(mx);
        if (mode != Mode.None && mx.isEmpty()) throw new IllegalArgumentException("mode " + mode + " needs an mx");
        if (maxAge.isNegative()) throw new IllegalArgumentException("max_age is negative");
    }

    /// True if mail may go to this host under the policy (RFC 8461 §4.1).
    public boolean lists(Domain host) { return mx.stream().anyMatch(pattern -> pattern.matches(host)); }

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
                throw new IllegalArgumentException(
                        "mx '" + text + "' has characters outside ASCII; A-labels are needed");
            if (name.contains("_"))
                throw new IllegalArgumentException("mx '" + text + "' has '_', which no host name has");
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
            String rest = "." + domain.ascii();
            return host.ascii().endsWith(rest) && host.ascii().indexOf('.') == host.ascii().length() - rest.length();
        }

        /// `*.example.org`.
        @Override
        public String toString() { return (wildcard ? "*." : "") + domain; }
    }

    /// A policy in our keeping.
    ///
    /// @param id      of the TXT record it was fetched for
    /// @param fetched when it was last seen at its host; it lives `max_age` from then (RFC 8461 §3.2)
    /// @param body    the file as fetched
    public record HeldPolicy(Domain domain, String id, Instant fetched, String body, Policy policy) {

        private static final Duration REFRESH = Duration.ofHours(24);
        // Departs from RFC 8461 §3.2: a max_age below a minute counts as one, or each message would fetch the policy.
        private static final Duration LIFE_MIN = Duration.ofMinutes(1);

        public Instant expires() { return fetched.plus(life()); }

        public boolean isValid(Instant now) { return now.isBefore(expires()); }

        /// When it should be fetched again: a day old, or half its life gone (RFC 8461 §3.3: suggested is once per
        /// day).
        public Instant due() { return fetched.plus(Collections.min(List.of(life().dividedBy(2), REFRESH))); }

        public boolean isDue(Instant now) { return !now.isBefore(due()); }

        /// True if a policy that cannot be fetched any more is about to run out: less than a quarter of its life left.
        public boolean isRunningOut(Instant now) { return now.isAfter(expires().minus(life().dividedBy(4))); }

        private Duration life() { return Collections.max(List.of(policy.maxAge(), LIFE_MIN)); }
    }
}
