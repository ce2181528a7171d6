package org.sternpost.engine.trust;

import java.util.List;
import org.sternpost.engine.dane.Tlsa;
import org.sternpost.engine.mail.Domain;

/// What DANE and MTA-STS ask of one host. Fixed before dialling; never relaxed after.
public sealed interface TlsVerdict {

    /// Usable TLSA records: they alone authenticate the host (RFC 7672 §2.2).
    ///
    /// @param outweighed usable records beside them that do not count (RFC 7671 §9); they explain a mismatch
    /// @param base  the TLSA base name, also the SNI (RFC 7672 §8.1)
    /// @param names reference names for DANE-TA (RFC 7672 §3.2.2)
    record Dane(List<Tlsa> usable, List<Tlsa> outweighed, Domain base, List<Domain> names) implements TlsVerdict {

        /// Records that all count.
        public Dane(List<Tlsa> usable, Domain base, List<Domain> names) { this(usable, List.of(), base, names); }

        public Dane {
            usable = List.copyOf(usable);
            outweighed = List.copyOf(outweighed);
            names = List.copyOf(names);
            if (usable.isEmpty()) throw new IllegalArgumentException("no usable TLSA record");
        }
    }

    /// TLSA records exist but none is usable: encrypt, authenticate nobody (RFC 7672 §2.2).
    record Encrypted() implements TlsVerdict {}

    /// An enforced policy lists the host: its certificate must verify by PKIX for this name (RFC 8461 §4.2).
    record Sts(Domain host, String policyId) implements TlsVerdict {}

    /// Nobody asks for more than the connector's `TlsSettings` (RFC 7435 §3).
    record None() implements TlsVerdict {}

    /// The host may not be dialled: a lookup failed, a policy does not list it, or what is mandatory is missing.
    record Refused(Failure why) implements TlsVerdict {}
}
