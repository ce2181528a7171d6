package org.sternpost.engine.dane;

import java.util.List;
import java.util.Optional;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Status;
import org.sternpost.engine.dns.Weakness;
import org.sternpost.engine.mail.Domain;

/// What became of the search for TLSA records of one host.
public sealed interface TlsaLookup {

    /// Secure records, usable or not (RFC 7672 §2.2).
    ///
    /// @param base the name they were found at, without `_25._tcp.`: the first reference name and the SNI
    record Found(Domain base, List<Judged> records) implements TlsaLookup {
        public Found {
            records = List.copyOf(records);
            if (records.isEmpty()) throw new IllegalArgumentException("found no record");
        }

        /// The records that count; empty when none is usable.
        public List<Tlsa> usable() {
            return Usability.strongest(
                    records.stream().filter(r -> r.unusable().isEmpty()).map(Judged::record).toList());
        }

        /// Usable records that do not count, because one with a stronger digest stands beside them (RFC 7671 §9).
        public List<Tlsa> outweighed() {
            List<Tlsa> counting = usable();
            return records.stream().filter(r -> r.unusable().isEmpty()).map(Judged::record)
                    .filter(record -> !counting.contains(record)).toList();
        }
    }

    /// One record, and why it cannot be used if so.
    record Judged(Tlsa record, Optional<String> unusable) {
        public static Judged of(Tlsa record) { return new Judged(record, Usability.problem(record)); }

        @Override
        public String toString() { return record + unusable.map(why -> " unusable: " + why).orElse(""); }
    }

    /// No TLSA records that DNSSEC proves: DANE says nothing of this host.
    ///
    /// @param status   secure: their absence is proven; insecure: whatever is there proves nothing
    /// @param weakness why they prove nothing although the zone is signed
    record Absent(Status status, Domain at, Optional<Weakness> weakness) implements TlsaLookup {
        public Absent(Status status, Domain at) { this(status, at, Optional.empty()); }
    }

    /// A rule forbids the question: the addresses are insecure (RFC 7672 §2.2.2).
    ///
    /// @param weakness why they are insecure although their zone is signed
    record NotAsked(String why, Optional<Weakness> weakness) implements TlsaLookup {
        public NotAsked(String why) { this(why, Optional.empty()); }
    }

    /// Why a signed zone proves nothing here.
    default Optional<Weakness> unproven() {
        return switch (this) {
            case Absent absent -> absent.weakness();
            case NotAsked none -> none.weakness();
            case Found _,Failed _ -> Optional.empty();
        };
    }

    /// The question failed, so the host may not be used (RFC 7672 §2.1.2).
    record Failed(Domain name, String types, Answer.Failed answer) implements TlsaLookup {}
}
