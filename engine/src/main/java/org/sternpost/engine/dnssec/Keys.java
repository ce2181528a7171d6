package org.sternpost.engine.dnssec;

import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.sternpost.engine.dns.Weakness;
import org.sternpost.engine.dnssec.LocalValidation.Work;
import org.sternpost.engine.dnssec.Trouble.NoVerdictException;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DNSSEC.Algorithm;
import org.xbill.DNS.DNSSEC.Digest;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Name;

/// Which keys and digests of keys count (RFC 4035 §5.2, RFC 6840 §5.2).
final class Keys {

    /// RFC 9905 §2 takes RSASHA1 and RSASHA1-NSEC3-SHA1 away, RFC 8624 §3.1 what else is left out.
    private static final Set<Integer> ALGORITHMS = Set.of(Algorithm.RSASHA256, Algorithm.RSASHA512,
            Algorithm.ECDSAP256SHA256, Algorithm.ECDSAP384SHA384, Algorithm.ED25519, Algorithm.ED448);
    private static final Set<Integer> DIGESTS = Set.of(Digest.SHA1, Digest.SHA256, Digest.SHA384);
    private static final int RSA_BITS_MIN = 1024; // shorter ones are factored by anybody
    private static final int RSA_BITS_MAX = 4096; // RFC 5702 §2

    private Keys() {}

    /// The records of a delegation that a proof may go by.
    static List<DSRecord> counting(List<DSRecord> all) {
        // RFC 6840 §5.2: what nobody knows counts as if it were not there.
        List<DSRecord> known = all.stream()
                .filter(ds -> ALGORITHMS.contains(ds.getAlgorithm()) && DIGESTS.contains(ds.getDigestID())).toList();
        // RFC 4509 §3: SHA-1 does not count beside a better digest, lest a forger choose the weakest.
        boolean better = known.stream().anyMatch(ds -> ds.getDigestID() != Digest.SHA1);
        return known.stream().filter(ds -> !better || ds.getDigestID() != Digest.SHA1).toList();
    }

    /// Why none of the records counts.
    static Weakness whyNone(Name zone, List<DSRecord> all) {
        boolean sha1 = all.stream().anyMatch(
                ds -> ds.getAlgorithm() == Algorithm.RSASHA1 || ds.getAlgorithm() == Algorithm.RSA_NSEC3_SHA1);
        if (sha1) return new Weakness.Sha1Alone(words(zone));
        return new Weakness.UnknownAlgorithms(words(zone), all.stream()
                .map(ds -> Algorithm.string(ds.getAlgorithm()) + "/" + Digest.string(ds.getDigestID())).distinct()
                .limit(4).collect(Collectors.joining(", ")));
    }

    /// A name for people, without its last dot.
    static String words(Name name) { return name.equals(Name.root) ? "." : name.toString(true); }

    /// True if the key may sign what a zone holds.
    static boolean signs(DNSKEYRecord key) {
        return (key.getFlags() & DNSKEYRecord.Flags.ZONE_KEY) != 0 // RFC 4034 §2.1.1
                && (key.getFlags() & DNSKEYRecord.Flags.REVOKE) == 0 // RFC 5011 §2.1
                && key.getProtocol() == DNSKEYRecord.Protocol.DNSSEC // RFC 4034 §2.1.2
                && ALGORITHMS.contains(key.getAlgorithm()) && key.getKey() != null && key.getKey().length > 0;
    }

    /// True if this is the key that the record names (RFC 4035 §5.2).
    static boolean names(DSRecord ds, DNSKEYRecord key, Work work) throws NoVerdictException {
        if (ds.getAlgorithm() != key.getAlgorithm() || ds.getFootprint() != key.getFootprint()) return false;
        work.hash();
        return Arrays.equals(ds.getDigest(),
                new DSRecord(key.getName(), DClass.IN, 0, ds.getDigestID(), key).getDigest());
    }

    /// True if it is an RSA key that is too short to prove anything.
    static boolean tooShort(DNSKEYRecord key) { return bits(key) < RSA_BITS_MIN; }

    /// True if its length is no burden, and it is a key at all.
    static boolean sound(DNSKEYRecord key) {
        int bits = bits(key);
        return bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX;
    }

    /// The length of an RSA key; of others, whose algorithm fixes their length, the least that suffices. A key that
    /// cannot be read is longer than any.
    private static int bits(DNSKEYRecord key) {
        try {
            PublicKey read = key.getPublicKey();
            return read instanceof RSAPublicKey rsa ? rsa.getModulus().bitLength() : RSA_BITS_MIN;
        } catch (DNSSEC.DNSSECException | RuntimeException unreadable) {
            return Integer.MAX_VALUE;
        }
    }
}
