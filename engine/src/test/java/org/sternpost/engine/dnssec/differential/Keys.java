package org.sternpost.engine.dnssec.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// The keys of one zone, and how its parent vouches for them.
///
/// @param published the zone's DNSKEY records
/// @param ofKeys    sign those
/// @param ofData    sign all else
/// @param ds        stand in the parent
record Keys(List<Record> published, List<Pen> ofKeys, List<Pen> ofData, List<Record> ds) {

    private static final int DS_HEAD_OCTETS = 4; // RFC 4034 §5.1

    Keys {
        published = List.copyOf(published);
        ofKeys = List.copyOf(ofKeys);
        ofData = List.copyOf(ofData);
        ds = List.copyOf(ds);
    }

    /// What is special.
    enum Kind {
        ONE, KEY_AND_ZONE_KEY, TWO_ALGORITHMS,
        UNSIGNED, ISLAND, DS_WITHOUT_KEYS,
        DS_UNKNOWN_ALGORITHM, DS_UNKNOWN_DIGEST, DS_UNKNOWN_BESIDE_GOOD, DS_BROKEN, DS_BROKEN_BESIDE_GOOD,
        DS_SHORT, DS_SHORT_BESIDE_GOOD, DS_STRAY_BESIDE_GOOD, DS_STRAY_ALGORITHM_BESIDE_GOOD,
        DS_MANY_BROKEN_BESIDE_GOOD,
        DS_SHA1, DS_SHA1_BESIDE_BROKEN_SHA256, DS_SHA256_BESIDE_BROKEN_SHA384, DS_SHA384, DS_OF_ZONE_KEY_FLAGLESS,
        KEY_UNKNOWN_BESIDE_GOOD, KEY_EMPTY_BESIDE_GOOD, KEY_SHORT_BESIDE_GOOD, KEY_RSA_ODD_BESIDE_GOOD,
        KEY_PROTOCOL_BESIDE_GOOD, KEYS_UNKNOWN_ONLY, KEYS_MANY,
        REVOKED_BESIDE_GOOD, REVOKED_SIGNS_DATA, DS_OF_REVOKED,
        TAGS_COLLIDE, TAGS_COLLIDE_IN_DS, TAGS_COLLIDE_WITH_JUNK,
        ALGORITHM_OF_DS_SIGNS_NO_DATA, ONE_ALGORITHM_BROKEN,
        SHA1, SHA1_BESIDE_GOOD, SHA1_BESIDE_BROKEN_GOOD, SHA1_KEY_UNDER_GOOD_DS,
        KEYS_SIGNED_BY_ZONE_KEY, DATA_SIGNED_BY_STRANGER, DATA_SIGNED_BY_FLAGLESS
    }

    static Keys none() { return new Keys(List.of(), List.of(), List.of(), List.of()); }

    static Keys one(Pen pen, Name zone) {
        return new Keys(List.of(pen.key(zone)), List.of(pen), List.of(pen), List.of(pen.vouch(zone, 2)));
    }

    static Keys of(Kind kind, Name zone, Pens pens, RandomGenerator random) {
        int algorithm = pick(random, Pens.GOOD);
        int other = pick(random, Pens.GOOD.stream().filter(one -> one != algorithm).toList());
        Pen main = pens.pen(algorithm, 1);
        Pen below = pens.pen(algorithm, 2).withFlags(Pen.ZONE_KEY);
        Pen second = pens.pen(other, 2);
        Pen sha1 = pens.pen(pick(random, Pens.SHA1), 1);
        Keys plain = one(main, zone);
        DSRecord good = main.vouch(zone, 2);
        return switch (kind) {
            case ONE -> plain;
            case KEY_AND_ZONE_KEY -> new Keys(List.of(main.key(zone), below.key(zone)), List.of(main, below),
                    List.of(below), List.of(good));
            case TWO_ALGORITHMS -> new Keys(List.of(main.key(zone), second.key(zone)), List.of(main, second),
                    List.of(main, second), List.of(good, second.vouch(zone, 2)));
            case UNSIGNED -> none();
            case ISLAND -> plain.ds(List.of());
            case DS_WITHOUT_KEYS -> none().ds(List.of(good));
            case DS_UNKNOWN_ALGORITHM -> plain.ds(List.of(ds(good, good.getFootprint(),
                    pick(random, Pens.UNKNOWN), 2, good.getDigest())));
            case DS_UNKNOWN_DIGEST -> plain.ds(List.of(ds(good, good.getFootprint(), algorithm, 77,
                    good.getDigest())));
            case DS_UNKNOWN_BESIDE_GOOD -> plain.ds(List.of(ds(good, 4711, pick(random, Pens.UNKNOWN), 2,
                    good.getDigest()), good, ds(good, good.getFootprint(), algorithm, 77, new byte[]{1, 2, 3})));
            case DS_BROKEN -> plain.ds(List.of(broken(good, 0)));
            case DS_BROKEN_BESIDE_GOOD -> plain.ds(shuffled(random, broken(good, 0), good));
            case DS_SHORT -> plain.ds(List.of(ds(good, good.getFootprint(), algorithm, 2, new byte[]{1, 2, 3})));
            case DS_SHORT_BESIDE_GOOD -> plain.ds(List.of(
                    ds(good, good.getFootprint(), algorithm, 2, new byte[]{1, 2, 3}), good));
            case DS_STRAY_BESIDE_GOOD -> plain.ds(List.of(ds(good, good.getFootprint() ^ 1, algorithm, 2,
                    good.getDigest()), good));
            case DS_STRAY_ALGORITHM_BESIDE_GOOD -> plain.ds(shuffled(random, second.vouch(zone, 2), good));
            case DS_MANY_BROKEN_BESIDE_GOOD -> {
                var many = new ArrayList<Record>();
                for (int i = 0; i < 12; i++)
                    many.add(broken(good, i));
                many.add(good);
                yield plain.ds(many);
            }
            case DS_SHA1 -> plain.ds(List.of(main.vouch(zone, 1)));
            case DS_SHA1_BESIDE_BROKEN_SHA256 -> plain.ds(List.of(main.vouch(zone, 1), broken(good, 0)));
            case DS_SHA256_BESIDE_BROKEN_SHA384 -> plain.ds(List.of(good, broken(main.vouch(zone, 4), 0)));
            case DS_SHA384 -> plain.ds(List.of(main.vouch(zone, 4)));
            case DS_OF_ZONE_KEY_FLAGLESS -> one(main.withFlags(1), zone);
            case KEY_UNKNOWN_BESIDE_GOOD -> plain.with(key(zone, 256, 3, pick(random, Pens.UNKNOWN), 64));
            case KEY_EMPTY_BESIDE_GOOD -> plain.with(key(zone, 256, 3, algorithm, 0));
            case KEY_SHORT_BESIDE_GOOD -> plain.with(key(zone, 256, 3, algorithm, 1));
            // RFC 3110 §2: an exponent that is said to be longer than what follows.
            case KEY_RSA_ODD_BESIDE_GOOD -> plain.with(new DNSKEYRecord(zone, DClass.IN, Pen.TTL, 256, 3, 8,
                    new byte[]{0, (byte) 255, (byte) 255, 1, 2, 3}));
            case KEY_PROTOCOL_BESIDE_GOOD -> plain.with(key(zone, 256, 4, algorithm, 64));
            case KEYS_UNKNOWN_ONLY -> new Keys(List.of(key(zone, 257, 3, 100, 64)), List.of(main), List.of(main),
                    List.of(good));
            case KEYS_MANY -> {
                Keys many = plain;
                for (int one : Pens.GOOD)
                    many = many.with(pens.pen(one, 3).withFlags(Pen.ZONE_KEY).key(zone));
                yield many;
            }
            case REVOKED_BESIDE_GOOD -> plain.with(second.withFlags(Pen.SECURE_ENTRY | Pen.REVOKED).key(zone));
            case REVOKED_SIGNS_DATA -> {
                Pen revoked = second.withFlags(Pen.SECURE_ENTRY | Pen.REVOKED);
                yield new Keys(List.of(main.key(zone), revoked.key(zone)), List.of(main, revoked), List.of(revoked),
                        List.of(good));
            }
            case DS_OF_REVOKED -> one(main.withFlags(Pen.SECURE_ENTRY | Pen.REVOKED), zone);
            case TAGS_COLLIDE -> {
                Pen signs = pens.colliding().get(random.nextInt(2));
                yield new Keys(keys(zone, pens.colliding()), List.of(signs), List.of(signs),
                        List.of(signs.vouch(zone, 2)));
            }
            case TAGS_COLLIDE_IN_DS -> {
                Pen signs = pens.colliding().get(random.nextInt(2));
                yield new Keys(keys(zone, pens.colliding()), List.of(signs), List.of(signs),
                        pens.colliding().stream().map(pen -> (Record) pen.vouch(zone, 2)).toList());
            }
            case TAGS_COLLIDE_WITH_JUNK -> plain.with(Pens.junk(zone, main));
            case ALGORITHM_OF_DS_SIGNS_NO_DATA -> new Keys(List.of(main.key(zone), second.key(zone)),
                    List.of(main, second), List.of(main), List.of(good, second.vouch(zone, 2)));
            case ONE_ALGORITHM_BROKEN -> new Keys(List.of(main.key(zone), second.key(zone)), List.of(main),
                    List.of(main), shuffled(random, good, broken(second.vouch(zone, 2), 0)));
            case SHA1 -> one(sha1, zone);
            case SHA1_BESIDE_GOOD -> new Keys(List.of(main.key(zone), sha1.key(zone)), List.of(main, sha1),
                    List.of(main, sha1), List.of(good, sha1.vouch(zone, 2)));
            case SHA1_BESIDE_BROKEN_GOOD -> new Keys(List.of(main.key(zone), sha1.key(zone)), List.of(main, sha1),
                    List.of(sha1), List.of(broken(good, 0), sha1.vouch(zone, 2)));
            case SHA1_KEY_UNDER_GOOD_DS -> new Keys(List.of(main.key(zone), sha1.key(zone)), List.of(main),
                    List.of(sha1), List.of(good));
            case KEYS_SIGNED_BY_ZONE_KEY -> new Keys(List.of(main.key(zone), below.key(zone)), List.of(below),
                    List.of(below), List.of(good));
            case DATA_SIGNED_BY_STRANGER -> new Keys(plain.published(), List.of(main), List.of(below), plain.ds());
            case DATA_SIGNED_BY_FLAGLESS -> {
                Pen flagless = below.withFlags(0);
                yield new Keys(List.of(main.key(zone), flagless.key(zone)), List.of(main), List.of(flagless),
                        List.of(good));
            }
        };
    }

    Keys ds(List<? extends Record> other) { return new Keys(published, ofKeys, ofData, List.copyOf(other)); }

    /// With one more key, first in the set.
    Keys with(Record key) {
        var more = new ArrayList<Record>(List.of(key));
        more.addAll(published);
        return new Keys(more, ofKeys, ofData, ds);
    }

    static <T> T pick(RandomGenerator random, List<T> from) { return from.get(random.nextInt(from.size())); }

    private static List<Record> keys(Name zone, List<Pen> pens) {
        return pens.stream().map(pen -> (Record) pen.key(zone)).toList();
    }

    private static List<Record> shuffled(RandomGenerator random, Record one, Record two) {
        return random.nextBoolean() ? List.of(one, two) : List.of(two, one);
    }

    private static Record key(Name zone, int flags, int protocol, int algorithm, int octets) {
        return new DNSKEYRecord(zone, DClass.IN, Pen.TTL, flags, protocol, algorithm, new byte[octets]);
    }

    private static Record broken(DSRecord good, int number) {
        byte[] digest = good.getDigest().clone();
        digest[number] ^= 1;
        return ds(good, good.getFootprint(), good.getAlgorithm(), good.getDigestID(), digest);
    }

    private static Record ds(DSRecord like, int tag, int algorithm, int digestType, byte[] digest) {
        byte[] data = java.nio.ByteBuffer.allocate(DS_HEAD_OCTETS + digest.length).putShort((short) tag)
                .put((byte) algorithm).put((byte) digestType).put(digest).array();
        return new RawRecord(like.getName(), Type.DS, data);
    }
}
