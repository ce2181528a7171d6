package org.sternpost.engine.dnssec;

import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sternpost.engine.dns.Weakness;
import org.sternpost.engine.dnssec.DnssecProof.Verdict;
import org.sternpost.engine.dnssec.LocalValidation.Work;
import org.sternpost.engine.dnssec.Trouble.NoVerdictException;
import org.sternpost.engine.dnssec.Zones.ZoneState;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.utils.base32;

/// Absence by hashes of names (RFC 5155 §8).
final class HashesAbsent implements Absence {

    static final int ITERATIONS_MAX = 100; // RFC 9276 §3.2

    private static final int HASH_OCTETS = 20; // of SHA-1, the only algorithm (RFC 5155 §11)
    private static final int OPT_OUT = 1; // RFC 5155 §3.1.2.1
    private static final int CHAINS_MAX = 2; // the old and the new one while a zone changes its parameters

    private final ZoneState.Signed zone;
    private final List<NSEC3Record> records;
    private final Work work;
    private final Map<Hashed, byte[]> hashes = new HashMap<>();

    private record Hashed(Name name, Parameters by) {}

    private record Parameters(int iterations, String salt) {}

    private HashesAbsent(ZoneState.Signed zone, List<NSEC3Record> records, Work work) {
        this.zone = zone;
        this.records = records;
        this.work = work;
    }

    static HashesAbsent of(ZoneState.Signed zone, List<Record> signed, Work work) {
        return new HashesAbsent(zone, signed.stream().filter(NSEC3Record.class::isInstance).map(NSEC3Record.class::cast)
                // RFC 5155 §8.1 and §8.2: other algorithms and flags are ignored.
                .filter(record -> record.getHashAlgorithm() == NSEC3Record.SHA1_DIGEST_ID
                        && (record.getFlags() & ~OPT_OUT) == 0 && record.getNext().length == HASH_OCTETS
                        && owner(record).length == HASH_OCTETS && record.getName().labels() > 1
                        && new Name(record.getName(), 1).equals(zone.name()))
                .toList(), work);
    }

    @Override
    public Denied type(Name name, int type) throws NoVerdictException {
        return each(name, chain -> {
            Optional<NSEC3Record> there = chain.at(name);
            if (there.isPresent()) return Absence.byTypes(there.get()::hasType, name, type);
            Optional<Encloser> encloser = chain.encloser(name);
            if (encloser.isEmpty()) return Absence.missing(name);
            // RFC 5155 §8.6 and §9.2: in such a gap there may be delegations that nobody speaks of.
            if (encloser.get().optOut()) return open(name);
            // RFC 5155 §8.7: the name does not exist, and the wildcard that stands for it lacks the type.
            Name wildcard = Absence.wildcard(encloser.get().name());
            Optional<NSEC3Record> stands = chain.at(wildcard);
            return stands.isPresent()
                    ? Absence.byTypes(stands.get()::hasType, wildcard, type)
                    : Absence.missing(wildcard);
        });
    }

    @Override
    public Denied name(Name name) throws NoVerdictException {
        return each(name, chain -> {
            Optional<Encloser> encloser = chain.encloser(name);
            if (encloser.isEmpty()) return Absence.missing(name);
            // RFC 5155 §8.4
            if (chain.gap(Absence.wildcard(encloser.get().name())).isEmpty())
                return Absence.missing(Absence.wildcard(encloser.get().name()));
            return encloser.get().optOut() ? open(name) : new Denied.Proven(false);
        });
    }

    @Override
    public Denied closer(Name name, int labels) throws NoVerdictException {
        return each(name, chain -> {
            // RFC 5155 §8.8: the next name on the way down from the wildcard's own encloser.
            Optional<NSEC3Record> gap = chain.gap(Absence.suffix(name, labels + 1));
            if (gap.isEmpty()) return Absence.missing(name);
            return optOut(gap.get()) ? open(name) : new Denied.Proven(false);
        });
    }

    private interface Judge {
        Denied of(Chain chain) throws NoVerdictException;
    }

    /// Asks each chain of the zone; the best answer counts.
    private Denied each(Name name, Judge judge) throws NoVerdictException {
        Denied best = Absence.missing(name);
        for (Parameters by : records.stream().map(HashesAbsent::parameters).distinct().limit(CHAINS_MAX).toList()) {
            // RFC 9276 §3.2: what takes too many rounds of a hash is not looked at, as if the zone were unsigned.
            Denied denied = by.iterations() > ITERATIONS_MAX
                    ? open(new Weakness.ManyIterations(Keys.words(zone.name()), by.iterations(), ITERATIONS_MAX))
                    : judge.of(new Chain(by));
            best = best.or(denied);
        }
        return best;
    }

    private Denied open(Name name) { return open(new Weakness.OptOut(Keys.words(name), Keys.words(zone.name()))); }

    private static Denied open(Weakness why) { return new Denied.Open(new Verdict.Insecure(Optional.of(why))); }

    /// @param optOut the gap that the next name below falls into may hold delegations
    private record Encloser(Name name, boolean optOut) {}

    /// The records with the same parameters.
    private final class Chain {

        private final Parameters by;
        private final List<NSEC3Record> links;

        Chain(Parameters by) {
            this.by = by;
            this.links = records.stream().filter(record -> parameters(record).equals(by)).toList();
        }

        Optional<NSEC3Record> at(Name name) throws NoVerdictException {
            byte[] hash = hash(name);
            return links.stream().filter(link -> Arrays.equals(owner(link), hash)).findFirst();
        }

        Optional<NSEC3Record> gap(Name name) throws NoVerdictException {
            if (!name.subdomain(zone.name())) return Optional.empty();
            byte[] hash = hash(name);
            return links.stream().filter(link -> covers(link, hash)).findFirst();
        }

        /// RFC 5155 §8.3: the longest end of the name that exists, with the proof that the next longer one does not.
        Optional<Encloser> encloser(Name name) throws NoVerdictException {
            for (int labels = name.labels() - 2; labels >= zone.name().labels() - 1; labels--) {
                Name end = Absence.suffix(name, labels);
                Optional<NSEC3Record> there = at(end);
                if (there.isEmpty()) continue;
                Optional<NSEC3Record> gap = gap(Absence.suffix(name, labels + 1));
                return gap.isEmpty() || Absence.endsThere(there.get()::hasType)
                        ? Optional.empty()
                        : Optional.of(new Encloser(end, HashesAbsent.optOut(gap.get())));
            }
            return Optional.empty();
        }

        private byte[] hash(Name name) throws NoVerdictException {
            var key = new Hashed(name, by);
            byte[] known = hashes.get(key);
            if (known != null) return known;
            work.hash();
            try {
                byte[] made = links.getFirst().hashName(name);
                hashes.put(key, made);
                return made;
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException("this Java has no SHA-1", impossible);
            }
        }
    }

    private static boolean covers(NSEC3Record link, byte[] hash) {
        boolean after = Arrays.compareUnsigned(owner(link), hash) < 0;
        boolean before = Arrays.compareUnsigned(hash, link.getNext()) < 0;
        // RFC 5155 §3.1.7: the last record names the first; one alone names itself.
        boolean last = Arrays.compareUnsigned(owner(link), link.getNext()) >= 0;
        return last ? after || before : after && before;
    }

    private static boolean optOut(NSEC3Record record) { return (record.getFlags() & OPT_OUT) != 0; }

    private static Parameters parameters(NSEC3Record record) {
        byte[] salt = record.getSalt();
        return new Parameters(record.getIterations(),
                salt == null ? "" : HexFormat.of().formatHex(salt));
    }

    /// The hash in the record's owner; no octets if there is none.
    private static byte[] owner(NSEC3Record record) {
        byte[] read = new base32(base32.Alphabet.BASE32HEX, false, false)
                .fromString(record.getName().getLabelString(0));
        return read == null ? new byte[0] : read;
    }
}
