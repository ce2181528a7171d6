package org.sternpost.engine.mtasts;

import java.time.Duration;
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
}
