package org.sternpost.lab.dns;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import org.xbill.DNS.DClass;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Type;

/// RFC 5155 §7.1: each hash of a name points to the next hash, the last to the first.
final class Nsec3Chain implements Denial.Chain {
    private static final int OPT_OUT = 1;
    private static final int HASH_DIGITS = 32;

    private final Name origin;
    private final int iterations;
    private final byte[] salt;
    private final TreeMap<String, RRset> links = new TreeMap<>();

    Nsec3Chain(Name origin, NavigableMap<Name, SortedMap<Integer, RRset>> nodes, int iterations, String salt,
            boolean optOut) {
        this.origin = origin;
        this.iterations = iterations;
        this.salt = HexFormat.of().parseHex(salt);
        var typesByHash = new TreeMap<String, int[]>();
        nodes.forEach((name, sets) -> {
            boolean delegation = sets.containsKey(Type.NS) && !sets.containsKey(Type.SOA);
            boolean unsigned = delegation && !sets.containsKey(Type.DS);
            if (unsigned && optOut) {
                return;
            }
            var types = new LinkedHashSet<>(sets.keySet());
            if (!unsigned) {
                types.add(Type.RRSIG);
            }
            typesByHash.put(hash(name), types.stream().mapToInt(Integer::intValue).toArray());
            // RFC 5155 §7.1: names without records of their own, above others, have a link too.
            for (var above = name; above.labels() > origin.labels(); above = new Name(above, 1)) {
                typesByHash.putIfAbsent(hash(above), new int[0]);
            }
        });
        typesByHash.forEach((hash, types) -> {
            var next = Optional.ofNullable(typesByHash.higherKey(hash)).orElse(typesByHash.firstKey());
            links.put(hash, new RRset(new NSEC3Record(owner(hash), DClass.IN, Zone.TTL_SECONDS,
                    NSEC3Record.SHA1_DIGEST_ID, optOut ? OPT_OUT : 0, iterations, this.salt, octets(next), types)));
        });
    }

    /// RFC 5155 §5, in base32 with extended hex digits, which are those of radix 32.
    String hash(Name name) {
        try {
            var sha1 = MessageDigest.getInstance("SHA-1");
            var hash = name.toWireCanonical();
            for (int round = 0; round <= iterations; round++) {
                sha1.update(hash);
                hash = sha1.digest(salt);
            }
            var digits = new BigInteger(1, hash).toString(HASH_DIGITS);
            return "0".repeat(HASH_DIGITS - digits.length()) + digits;
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public List<RRset> noType(Name name) {
        if (links.containsKey(hash(name))) {
            return proof(hash(name));
        }
        // RFC 5155 §7.2.4: a delegation that opted out; the closest name that did not, and the gap below it.
        var encloser = new Name(name, 1);
        while (!links.containsKey(hash(encloser))) {
            encloser = new Name(encloser, 1);
        }
        return proof(hash(encloser), hash(nextCloser(name, encloser)));
    }

    @Override
    public List<RRset> noName(Name name, Name encloser) {
        return proof(hash(encloser), hash(nextCloser(name, encloser)), hash(Zone.wildcardBelow(encloser)));
    }

    @Override
    public List<RRset> wildcard(Name name, Name encloser) { return proof(hash(nextCloser(name, encloser))); }

    @Override
    public List<RRset> wildcardWithoutType(Name name, Name encloser) { return noName(name, encloser); }

    /// The links that match or cover the hashes.
    private List<RRset> proof(String... hashes) {
        var owners = new LinkedHashSet<String>();
        for (var hash : hashes) {
            owners.add(Optional.ofNullable(links.floorKey(hash)).orElse(links.lastKey()));
        }
        var proof = new ArrayList<RRset>();
        owners.forEach(owner -> proof.add(links.getOrDefault(owner, new RRset())));
        return proof;
    }

    /// RFC 5155 §1.3: the name one label longer than the closest encloser.
    private static Name nextCloser(Name name, Name encloser) {
        return new Name(name, name.labels() - encloser.labels() - 1);
    }

    private Name owner(String hash) {
        return Name.fromConstantString(hash + "." + (origin.equals(Name.root) ? "" : origin));
    }

    private static byte[] octets(String hash) {
        var padded = new byte[20];
        var value = new BigInteger(hash, HASH_DIGITS).toByteArray();
        int length = Math.min(value.length, padded.length);
        System.arraycopy(value, value.length - length, padded, padded.length - length, length);
        return padded;
    }
}
