package org.sternpost.engine.dnssec;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.dnssec.DnssecProof.Verdict;
import org.sternpost.engine.dnssec.LocalValidation.Work;
import org.sternpost.engine.dnssec.Trouble.NoVerdictException;
import org.sternpost.engine.dnssec.Zones.ZoneState;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Type;

/// Looks for a signature over a set of records that a zone's key has made (RFC 4035 §5.3).
final class Signatures {

    /// How far our clock and a signer's may differ. Hosts that keep time at all keep it within seconds; Kerberos, which
    /// refuses service beyond, has shown that five minutes suffice everywhere. A forger gains no more than that.
    static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private Signatures() {}

    /// What was found.
    sealed interface Checked {
        /// @param by   the signature that holds
        /// @param made true if a wildcard made the records, so that their owner must be proven not to exist
        record Good(RRSIGRecord by, boolean made) implements Checked {}

        /// None holds.
        record Bad(Verdict.Bogus how) implements Checked {}
    }

    static Checked check(RRset set, ZoneState.Signed zone, Work work) throws NoVerdictException {
        return check(set, zone.name(), zone.keys(), work);
    }

    /// @param keys of the zone, those that may sign
    static Checked check(RRset set, Name zone, List<DNSKEYRecord> keys, Work work) throws NoVerdictException {
        String what = set.getName() + " " + Type.string(set.getType());
        var worst = new Verdict.Bogus(ExtendedErrorCodeOption.RRSIGS_MISSING,
                what + " bears no signature of the zone " + zone);
        int owned = labels(set.getName());
        // What bears the owner's own labels needs no further proof, so it comes first.
        List<RRSIGRecord> signatures = set.sigs().stream().filter(one -> one.getSigner().equals(zone))
                .sorted(Comparator.comparingInt(RRSIGRecord::getLabels).reversed()).toList();
        for (RRSIGRecord signature : signatures) {
            // RFC 4035 §5.3.1: no more labels than the owner's, and the owner is in the zone.
            if (signature.getLabels() > owned || !set.getName().subdomain(zone)) {
                worst = worse(worst, ExtendedErrorCodeOption.DNSSEC_BOGUS,
                        "the signature of " + what + " counts more labels than its name has");
                continue;
            }
            Optional<Verdict.Bogus> untimely = untimely(signature, what, work.now());
            if (untimely.isPresent()) {
                worst = worse(worst, untimely.get().error(), untimely.get().why());
                continue;
            }
            // RFC 4035 §5.3.1: several keys may bear one tag, so each is tried.
            boolean known = false;
            for (DNSKEYRecord key : keys)
                if (key.getAlgorithm() == signature.getAlgorithm() && key.getFootprint() == signature.getFootprint()) {
                    known = true;
                    if (work.verifies(set, signature, key))
                        return new Checked.Good(signature, signature.getLabels() < owned);
                }
            worst = known
                    ? worse(worst, ExtendedErrorCodeOption.DNSSEC_BOGUS, "the signature of " + what + " is wrong")
                    : worse(worst, ExtendedErrorCodeOption.DNSKEY_MISSING, "the signature of " + what
                            + " is by key " + signature.getFootprint() + " of algorithm " + signature.getAlgorithm()
                            + ", which is no key of " + zone + " that may sign");
        }
        return new Checked.Bad(worst);
    }

    /// RFC 4034 §3.1.3: neither the root nor the asterisk of a wildcard counts.
    static int labels(Name name) { return name.labels() - 1 - (name.isWild() ? 1 : 0); }

    /// RFC 4035 §5.3.1: a signature holds from its inception to its expiration.
    private static Optional<Verdict.Bogus> untimely(RRSIGRecord signature, String what, Instant now) {
        if (now.isAfter(signature.getExpire().plus(CLOCK_SKEW)))
            return Optional.of(new Verdict.Bogus(ExtendedErrorCodeOption.SIGNATURE_EXPIRED,
                    "the signature of " + what + " expired at " + signature.getExpire()));
        if (now.isBefore(signature.getTimeSigned().minus(CLOCK_SKEW)))
            return Optional.of(new Verdict.Bogus(ExtendedErrorCodeOption.SIGNATURE_NOT_YET_VALID,
                    "the signature of " + what + " begins at " + signature.getTimeSigned()));
        return Optional.empty();
    }

    /// The reason that came closest to a proof: a wrong signature tells more than a foreign one, and that than none.
    private static Verdict.Bogus worse(Verdict.Bogus before, int error, String why) {
        return rank(error) > rank(before.error()) ? new Verdict.Bogus(error, why) : before;
    }

    private static int rank(int error) {
        return switch (error) {
            case ExtendedErrorCodeOption.RRSIGS_MISSING -> 0;
            case ExtendedErrorCodeOption.DNSKEY_MISSING -> 1;
            case ExtendedErrorCodeOption.DNSSEC_BOGUS -> 2;
            default -> 3;
        };
    }
}
