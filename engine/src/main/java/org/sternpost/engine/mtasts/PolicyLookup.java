package org.sternpost.engine.mtasts;

import java.util.List;
import java.util.Optional;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;

/// From a policy domain to its policy.
@FunctionalInterface
public interface PolicyLookup {
    StsLookup of(Domain domain, ProofLog proof);

    /// The policy of a domain that is held at the moment, whatever it is worth.
    default Optional<HeldPolicy> held(Domain domain) { return Optional.empty(); }

    /// True if the domain publishes another policy now than the one its mail was judged by; asked before mail to it is
    /// given up for good (RFC 8461 §5.1).
    default boolean changed(Domain domain) { return false; }

    /// Whether a domain has a policy now.
    sealed interface StsLookup {

        /// Oddities met on the way; they decide nothing here.
        List<Trouble> troubles();

        /// A valid policy applies, in mode `enforce` or `testing`.
        record Held(HeldPolicy held, List<Trouble> troubles) implements StsLookup {
            public Held { troubles = List.copyOf(troubles); }
        }

        /// No policy applies: none was ever published, or it could not be learned, or its mode is `none`.
        record None(String why, List<Trouble> troubles) implements StsLookup {
            public None { troubles = List.copyOf(troubles); }
        }

        /// @param sentence names the record or file and what was seen
        record Trouble(Kind kind, String sentence) {}

        /// What is odd.
        enum Kind {
            /// The TXT record is not valid although its name asks for MTA-STS.
            Record,
            /// The question for the TXT record failed.
            Lookup,
            /// The record is gone while a policy is still held: perhaps somebody hides it (RFC 8461 §10.2).
            PossibleDowngrade,
            /// The policy file could not be fetched.
            Fetch,
            /// The certificate of the policy host did not verify.
            WebPki,
            /// The policy file breaks the grammar.
            Invalid,
            /// The policy held runs out soon and cannot be renewed.
            RunningOut,
            /// Our own DNS servers, network or machine kept us from looking: it says nothing of the domain.
            Local
        }
    }
}
