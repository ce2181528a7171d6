package org.sternpost.engine.dns;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Asks the DNS. Safe for many threads; blocks; bounded in time.
public interface Resolver {

    /// The answer and its proven status.
    Answer ask(Question question);

    /// The same; the proof learns how long the answer holds. It is not known of one that nobody keeps.
    default Answer ask(Question question, ProofLog proof) {
        proof.holdsUntil(Instant.MIN);
        return ask(question);
    }

    /// The answer without any check (RFC 4035 §3.2.2), always [Status#Insecure]: for mail that flows although an
    /// answer is bogus, because its connector says so.
    Answer askUnchecked(Question question);

    /// The same; the proof learns how long the answer holds.
    default Answer askUnchecked(Question question, ProofLog proof) {
        proof.holdsUntil(Instant.MIN);
        return askUnchecked(question);
    }

    /// One question to the servers, past any cache.
    interface Lookup {

        /// @param ttl         how long the answer may be kept; zero for failures
        /// @param signedUntil when the signatures of what was found end; empty where there are none
        record Reading(Answer answer, Duration ttl, Optional<Instant> signedUntil) {
            public Reading(Answer answer, Duration ttl) { this(answer, ttl, Optional.empty()); }
        }

        /// Asks and has the answer proven.
        Reading checked(Question question);

        /// Asks with checking disabled (RFC 4035 §3.2.2).
        Reading unchecked(Question question);
    }
}
