package org.sternpost.engine.dnssec;

import java.util.Optional;
import org.sternpost.engine.dns.Weakness;

/// What follows for one set of records, or for one absence.
sealed interface Verdict {

    /// Proven by a chain from a trust anchor (RFC 4035 §4.3).
    record Secure() implements Verdict {}

    /// Proven to be without a proof.
    ///
    /// @param why a zone is signed and yet proves nothing; empty where none is signed
    record Insecure(Optional<Weakness> why) implements Verdict {}

    /// There should be a proof and there is none (RFC 4035 §4.3).
    ///
    /// @param error the number of its kind (RFC 8914 §4)
    /// @param why   a sentence about the records
    record Bogus(int error, String why) implements Verdict {}
}
