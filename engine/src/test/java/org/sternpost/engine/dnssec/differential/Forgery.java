package org.sternpost.engine.dnssec.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNAMERecord;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// What somebody on the way does, who has no key but his own and that of `o`, and all that the zones ever signed.
enum Forgery {
    NONE(_ -> World.Way.HONEST),

    // To what is said of the name and type in question.
    SERVFAIL(at -> at.answer(said -> said.rcode(Rcode.SERVFAIL).answer(List.of()).authority(List.of()))),
    EMPTY(at -> at.answer(_ -> at.negative(Rcode.NOERROR, List.of()))),
    NXDOMAIN_BARE(at -> at.answer(_ -> at.negative(Rcode.NXDOMAIN, at.soa()))),
    NODATA_BARE(at -> at.answer(_ -> at.negative(Rcode.NOERROR, at.soa()))),
    SIGNATURES_STRIPPED(at -> at.answer(said -> said.answer(Segment.without(said.answer(), Type.RRSIG))
            .authority(Segment.without(said.authority(), Type.RRSIG)))),
    PROOFS_STRIPPED(at -> at.answer(said -> said.authority(said.authority().stream()
            .filter(record -> !Segment.isProof(record)).toList()))),
    AUTHORITY_STRIPPED(at -> at.answer(said -> said.authority(List.of()))),
    ONE_PROOF_DROPPED(At::oneProofDropped),
    /// The zone's own wildcard stands in for a name that exists; the proof is of the apex, of another name, or none.
    WILDCARD_INSTEAD(at -> at.wildcard(at.zone.find(at.zone.origin, Type.HINFO).authority())),
    WILDCARD_INSTEAD_OTHER_PROOF(at -> at.wildcard(at.zone.denied(Generator.name("quite.other", at.zone.origin))
            .authority())),
    WILDCARD_INSTEAD_NEAR_PROOF(at -> at.wildcard(at.zone.denied(at.near()).authority())),
    WILDCARD_INSTEAD_NO_PROOF(at -> at.wildcard(List.of())),
    /// The wildcard's own link, said to be the link of the name that it covers.
    WILDCARD_PROOF(At::wildcardProof),
    REPLAYED_NXDOMAIN(at -> at.answer(_ -> at.zone.denied(Generator.name("quite.other", at.zone.origin)))),
    REPLAYED_NXDOMAIN_NEAR(at -> at.answer(_ -> at.zone.denied(at.near()))),
    REPLAYED_NXDOMAIN_BELOW(at -> at.answer(_ -> at.zone.denied(Generator.name("below", at.victim)))),
    REPLAYED_NODATA_OF_TYPE(at -> at.answer(_ -> at.zone.find(at.victim, Type.HINFO).answer(List.of()))),
    REPLAYED_NODATA_OF_NAME(at -> at.answer(_ -> at.zone.find(at.zone.origin, Type.HINFO))),
    /// What a delegation's parent says of it, about the names at and below the cut (RFC 6840 §4.1, §4.4).
    DENIED_BY_PARENT(at -> at.answer(_ -> at.top.denied(at.victim))),
    NODATA_BY_PARENT(at -> at.answer(_ -> at.top.find(at.origin, Type.HINFO))),
    /// What lies below a DNAME is denied by its own link (RFC 6840 §4.1).
    DENIED_BY_DNAME(at -> at.answer(_ -> at.zone.denied(at.victim))),
    BITMAPS_EMPTIED(at -> at.answer(_ -> at.emptied(at.zone.find(at.victim, Type.HINFO)))),
    RCODE_TURNED(at -> at.answer(said -> said.rcode(said.rcode() == Rcode.NOERROR ? Rcode.NXDOMAIN : Rcode.NOERROR))),
    DATA_CHANGED(at -> at.answer(said -> said.answer(said.answer().stream().map(At::changed).toList()))),
    RECORD_ADDED(at -> at.answer(said -> said.answer().isEmpty()
            ? said
            : said.answer(plus(said.answer(), changed(said.answer().getFirst()))))),
    RECORD_REMOVED(at -> at.answer(said -> said.answer().size() < 3
            ? said
            : said.answer(said.answer().subList(1, said.answer().size())))),
    /// Written in capitals, which changes nothing (RFC 4034 §6.2).
    CAPITALS(at -> at.answer(said -> said.answer(said.answer().stream()
            .map(record -> record.withName(Name.fromConstantString(record.getName().toString().toUpperCase(
                    java.util.Locale.ROOT))))
            .toList()))),
    ALIAS_UNSIGNED(at -> at.answer(_ -> at.alias(at.elsewhere("u"), Optional.empty()))),
    ALIAS_SIGNED_BY_OTHER(at -> at.answer(_ -> at.alias(at.elsewhere("u"), Optional.of(at.sibling("o"))))),
    ALIAS_SIGNED_BY_PARENT(at -> at.answer(_ -> at.alias(at.elsewhere("u"), Optional.of(at.top)))),
    DNAME_UNSIGNED(At::dname),
    DNAME_TARGET_CHANGED(At::dnameTarget),
    JUNK_ANSWER(at -> at.answer(said -> said.answer(plus(said.answer(), at.junk("junk.u"))))),
    JUNK_ANSWER_FIRST(at -> at.answer(said -> said.answer(plus(at.junk("junk.u"), said.answer())))),
    JUNK_AUTHORITY(at -> at.answer(said -> said.with(plus(at.junk("junk.u"), at.junk("junk.z"))))),
    PROOFS_ADDED(at -> at.answer(said -> said.with(at.zone.denied(Generator.name("quite.other", at.zone.origin))
            .authority()))),
    FOREIGN_PROOFS_ADDED(at -> at.answer(said -> said.with(at.sibling("o").denied(
            Generator.name("quite.other", at.sibling("o").origin)).authority()))),
    UNREADABLE(at -> at.answer(said -> said.answer(List.of(new RawRecord(at.victim, at.type,
            new byte[]{1}))))),

    // To the delegation.
    DS_EMPTY(at -> at.ds(_ -> at.negative(Rcode.NOERROR, List.of()))),
    DS_DENIED_BARE(at -> at.ds(_ -> at.negative(Rcode.NOERROR, at.top.set(at.top.origin, Type.SOA)))),
    DS_UNSIGNED(at -> at.ds(said -> said.answer(Segment.without(said.answer(), Type.RRSIG)))),
    DS_DENIED_BY_APEX(at -> at.ds(_ -> at.top.find(at.top.origin, Type.HINFO))),
    DS_DENIED_BY_CHILD(at -> at.ds(_ -> at.world.zone(at.origin).find(at.origin, Type.HINFO))),
    DS_DENIED_AS_OTHER(at -> at.ds(_ -> at.top.find(at.elsewhereZone("u"), Type.DS))),
    DS_DENIED_AS_NO_NAME(at -> at.ds(_ -> at.top.denied(Generator.name("zz", at.top.origin)))),
    DS_DENIED_AS_NAME_NEAR(at -> at.ds(_ -> at.top.denied(Generator.name("z0", at.top.origin)))),
    DS_OF_OTHER(at -> at.ds(said -> said.answer(SignedZone.renamed(
            at.top.find(at.elsewhereZone("o"), Type.DS).answer(), at.origin)))),
    DS_FOR_EVERY_NAME_DENIED(At::everyDsDenied),

    // To the keys.
    KEYS_EMPTY(at -> at.keys(_ -> at.negative(Rcode.NOERROR, List.of()))),
    KEYS_UNSIGNED(at -> at.keys(said -> said.answer(Segment.without(said.answer(), Type.RRSIG)))),
    KEY_ADDED(at -> at.keys(said -> said.answer(plus(said.answer(), at.ownKey())))),
    KEYS_REPLACED(at -> at.keys(said -> said.answer(at.ownKeys())));

    private interface Making {
        World.Way of(At at);
    }

    private final Making making;

    Forgery(Making making) { this.making = making; }

    boolean needsWildcard() { return name().startsWith("WILDCARD"); }

    World.Way of(World world, Name origin, Name victim, int type, RandomGenerator random) {
        return making.of(new At(world, origin, victim, type, world.of(victim, type).orElseThrow(),
                world.zone(new Name(origin, 1)), random.nextInt(Integer.MAX_VALUE)));
    }

    private static List<Record> plus(List<Record> records, Record more) { return plus(records, List.of(more)); }

    private static List<Record> plus(List<Record> records, List<Record> more) {
        var all = new ArrayList<>(records);
        all.addAll(more);
        return all;
    }

    private static Record changed(Record record) { return At.changed(record); }

    /// Where somebody sits: the zone in question below `top`, the victim's name with the zone that has the say.
    private record At(World world, Name origin, Name victim, int type, SignedZone zone, SignedZone top, int chance) {

        World.Way answer(UnaryOperator<Segment> change) { return at(victim, type, change); }

        World.Way ds(UnaryOperator<Segment> change) { return at(origin, Type.DS, change); }

        World.Way keys(UnaryOperator<Segment> change) { return at(origin, Type.DNSKEY, change); }

        private static World.Way at(Name where, int which, UnaryOperator<Segment> change) {
            return (name, type, honest) -> type == which && name.equals(where) ? change.apply(honest) : honest;
        }

        Segment negative(int rcode, List<Record> authority) {
            return new Segment(rcode, List.of(), authority, Optional.empty());
        }

        List<Record> soa() { return zone.set(zone.origin, Type.SOA); }

        /// A name that sorts closely behind the victim's.
        Name near() {
            return victim.labels() > 20 || victim.equals(zone.origin)
                    ? Generator.name("mw", zone.origin)
                    : Generator.name(victim.getLabelString(0) + "0", new Name(victim, 1));
        }

        Name elsewhereZone(String label) { return Generator.name(label, top.origin); }

        Name elsewhere(String label) { return Generator.name("mx", elsewhereZone(label)); }

        SignedZone sibling(String label) { return world.zone(elsewhereZone(label)); }

        World.Way wildcard(List<Record> proof) {
            return answer(honest -> {
                for (Name wild : zone.names())
                    if (wild.isWild() && victim.subdomain(new Name(wild, 1))) {
                        List<Record> data = zone.set(wild, type);
                        List<Record> alias = zone.set(wild, Type.CNAME);
                        if (!data.isEmpty())
                            return new Segment(Rcode.NOERROR, SignedZone.renamed(data, victim), proof,
                                    Optional.empty());
                        if (!alias.isEmpty() && alias.getFirst() instanceof CNAMERecord cname)
                            return new Segment(Rcode.NOERROR, SignedZone.renamed(alias, victim), proof,
                                    Optional.of(cname.getTarget()));
                    }
                return honest;
            });
        }

        World.Way wildcardProof() {
            return answer(honest -> {
                for (Name wild : zone.names())
                    if (wild.isWild() && victim.subdomain(new Name(wild, 1))) {
                        List<Record> links = zone.find(wild, Type.HINFO).authority().stream()
                                .filter(record -> Segment.isProof(record) && record.getName().equals(wild)).toList();
                        return negative(Rcode.NOERROR, plus(soa(), SignedZone.renamed(links, victim)));
                    }
                return honest;
            });
        }

        World.Way oneProofDropped() {
            return answer(said -> {
                List<Name> owners = said.authority().stream().filter(Segment::isProof).map(Record::getName).distinct()
                        .toList();
                if (owners.isEmpty()) return said;
                Name dropped = owners.get(chance % owners.size());
                return said.authority(said.authority().stream()
                        .filter(record -> !Segment.isProof(record) || !record.getName().equals(dropped)).toList());
            });
        }

        Segment alias(Name target, Optional<SignedZone> signer) {
            var set = new RRset(new CNAMERecord(victim, DClass.IN, Pen.TTL, target));
            List<Record> signed = signer.map(zone -> zone.signed(set)).orElse(set.rrs(false));
            return new Segment(Rcode.NOERROR, signed, List.of(), Optional.of(target));
        }

        World.Way dname() {
            return answer(said -> {
                if (victim.equals(zone.origin)) return said;
                Name above = new Name(victim, 1);
                Name target = Generator.name(victim.getLabelString(0), elsewhereZone("u"));
                return new Segment(Rcode.NOERROR,
                        List.of(new DNAMERecord(above, DClass.IN, Pen.TTL, elsewhereZone("u")),
                                new CNAMERecord(victim, DClass.IN, Pen.TTL, target)),
                        List.of(), Optional.of(target));
            });
        }

        World.Way dnameTarget() {
            return answer(said -> said.answer().stream().noneMatch(record -> record.getType() == Type.DNAME)
                    ? said
                    : new Segment(Rcode.NOERROR,
                            plus(Segment.only(said.answer(), Type.DNAME),
                                    new CNAMERecord(victim, DClass.IN, Pen.TTL, elsewhere("u"))),
                            said.authority(), said.next()));
        }

        /// Unsigned data, and no DS at any name, so that the name seems to lie in an unsigned zone.
        World.Way everyDsDenied() {
            return (name, asked, honest) -> {
                if (asked == type && name.equals(victim))
                    return honest.answer(Segment.without(honest.answer(), Type.RRSIG).stream().map(At::changed)
                            .toList());
                return asked == Type.DS && name.subdomain(origin) && !name.equals(origin)
                        ? negative(Rcode.NOERROR, world.zone(origin).find(origin, Type.HINFO).authority())
                        : honest;
            };
        }

        Segment emptied(Segment said) {
            return said.answer(List.of()).authority(said.authority().stream().map(record -> switch (record) {
                case NSECRecord nsec -> new NSECRecord(nsec.getName(), DClass.IN, nsec.getTTL(), nsec.getNext(),
                        new int[]{Type.RRSIG, Type.NSEC});
                case NSEC3Record nsec3 -> new NSEC3Record(nsec3.getName(), DClass.IN, nsec3.getTTL(),
                        nsec3.getHashAlgorithm(), nsec3.getFlags(), nsec3.getIterations(), nsec3.getSalt(),
                        nsec3.getNext(), new int[]{Type.RRSIG});
                default -> record;
            }).toList());
        }

        List<Record> junk(String labels) {
            return List.of(new ARecord(Generator.name(labels, top.origin), DClass.IN, Pen.TTL,
                    java.net.InetAddress.ofLiteral("127.6.6.6")));
        }

        /// The key of `o`, which is the attacker's.
        Record ownKey() { return sibling("o").keys.published().getFirst().withName(origin); }

        List<Record> ownKeys() {
            Pen pen = sibling("o").keys.ofKeys().getFirst();
            var set = new RRset(pen.key(origin));
            return plus(set.rrs(false), Signing.GOOD.over(set, origin, List.of(pen)));
        }

        static Record changed(Record record) {
            // An alias that leads elsewhere is another forgery, for what follows in the reply must go with it.
            if (List.of(Type.RRSIG, Type.CNAME, Type.DNAME).contains(record.getType())) return record;
            byte[] data = record.rdataToWireCanonical();
            // In names and texts the second octet is a letter; in numbers any octet will do.
            data[record.getType() == Type.MX || record.getType() == Type.A ? 1 : Math.min(1, data.length - 1)] ^= 1;
            return Record.newRecord(record.getName(), record.getType(), DClass.IN, record.getTTL(), data);
        }
    }
}
