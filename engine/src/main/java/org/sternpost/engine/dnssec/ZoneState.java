package org.sternpost.engine.dnssec;

import java.util.List;
import java.util.Optional;
import org.sternpost.engine.dns.Weakness;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.Name;

/// What is known of one name as the place where a zone begins.
sealed interface ZoneState {

    /// A zone whose keys are proven.
    ///
    /// @param keys those that may sign its records
    record Signed(Name name, List<DNSKEYRecord> keys) implements ZoneState {
        public Signed { keys = List.copyOf(keys); }
    }

    /// Nothing at or below the name can be proven, which itself is proven.
    ///
    /// @param why it is so, where the zone is signed all the same
    record Unsigned(Optional<Weakness> why) implements ZoneState {}

    /// The zone should be signed and its keys cannot be proven.
    record Broken(Verdict.Bogus how) implements ZoneState {}

    /// No zone begins here; the name belongs to the zone above.
    record Inside() implements ZoneState {}

    /// The name does not exist, so no zone begins below it either (RFC 8020 §2).
    record Nowhere() implements ZoneState {}
}
