package org.sternpost.engine.dnssec.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.sternpost.lab.dns.Denial;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// One zone, signed set by set when first asked for.
final class SignedZone {

    /// How each kind of set is signed; DS sets are the parent's.
    record Plan(Signing keys, Signing data, Signing denial, Signing ds) {

        boolean has(Signing one) { return List.of(keys, data, denial, ds).contains(one); }

        static final Plan GOOD = new Plan(Signing.GOOD, Signing.GOOD, Signing.GOOD, Signing.GOOD);
    }

    private record Asked(Name name, int type) {}

    private static final int ITERATIONS_MAX = 100;

    final Name origin;
    final Keys keys;
    private final Plan plan;
    private final Denial by;
    private final Optional<Denial.Chain> denial;
    private final NavigableMap<Name, SortedMap<Integer, RRset>> nodes = new TreeMap<>();
    private final ConcurrentHashMap<Asked, List<Record>> signed = new ConcurrentHashMap<>();

    /// @param records with SOA and NS
    SignedZone(Name origin, Keys keys, Plan plan, Denial denial, List<? extends Record> records) {
        this.origin = origin;
        this.keys = keys;
        this.plan = plan;
        this.by = denial;
        records.forEach(this::put);
        keys.published().forEach(this::put);
        this.denial = keys.ofData().isEmpty() ? Optional.empty() : Optional.of(denial.over(origin, nodes));
    }

    Segment find(Name name, int type) {
        Optional<Segment> redirect = redirect(name);
        if (redirect.isPresent()) return redirect.get();
        if (exists(name)) return in(nodes.getOrDefault(name, new TreeMap<>()), name, type);
        Name encloser = encloser(name);
        var node = nodes.get(wildcard(encloser));
        if (node == null)
            return negative(Rcode.NXDOMAIN, denial.map(chain -> chain.noName(name, encloser)));
        var proof = proofs(denial.map(chain -> chain.wildcard(name, encloser)));
        if (node.containsKey(type))
            return new Segment(Rcode.NOERROR, renamed(set(wildcard(encloser), type), name), proof, Optional.empty());
        if (node.containsKey(Type.CNAME))
            return alias(renamed(set(wildcard(encloser), Type.CNAME), name), proof);
        return negative(Rcode.NOERROR, denial.map(chain -> chain.wildcardWithoutType(name, encloser)));
    }

    /// That a name does not exist, as far as the zone's links can be made to say so.
    Segment denied(Name name) {
        Name encloser = encloser(name);
        return negative(Rcode.NXDOMAIN, denial.map(chain -> chain.noName(name, encloser)));
    }

    /// A set with its signatures; nothing if the zone has none.
    List<Record> set(Name name, int type) {
        var node = nodes.get(name);
        RRset set = node == null ? null : node.get(type);
        return set == null ? List.of() : signed(set);
    }

    /// A set of any kind, signed as this zone signs such.
    List<Record> signed(RRset set) {
        return signed.computeIfAbsent(new Asked(set.getName(), set.getType()), _ -> {
            var all = new ArrayList<>(set.rrs(false));
            boolean ofKeys = set.getType() == Type.DNSKEY;
            Signing how = switch (set.getType()) {
                case Type.DNSKEY -> plan.keys();
                case Type.NSEC, Type.NSEC3 -> plan.denial();
                case Type.DS -> plan.ds();
                case Type.SOA -> Signing.GOOD;
                default -> plan.data();
            };
            all.addAll(how.over(set, origin, ofKeys ? keys.ofKeys() : keys.ofData()));
            return List.copyOf(all);
        });
    }

    /// The same for a set that is not to be remembered.
    List<Record> signedAside(List<Record> records) {
        var all = new ArrayList<>(records);
        all.addAll(Signing.GOOD.over(new RRset(records), origin, keys.ofData()));
        return all;
    }

    /// The names that own records.
    List<Name> names() { return List.copyOf(nodes.navigableKeySet()); }

    /// True if the zone leaves open whether the name exists (RFC 5155 §6).
    boolean leavesOpen(Name name) {
        return by instanceof Denial.ByHash hash && hash.optOut() && !keys.ofData().isEmpty() && !exists(name);
    }

    /// True if its links are hashed more often than both judges put up with (RFC 9276 §3.2).
    boolean iterates() { return by instanceof Denial.ByHash hash && hash.iterations() > ITERATIONS_MAX; }

    boolean exists(Name name) {
        Name next = nodes.ceilingKey(name);
        return next != null && next.subdomain(name);
    }

    /// The nearest name above that exists (RFC 5155 §1.3).
    Name encloser(Name name) {
        Name above = new Name(name, 1);
        while (!exists(above))
            above = new Name(above, 1);
        return above;
    }

    static Name wildcard(Name encloser) { return Generator.name("*", encloser); }

    /// RFC 4035 §3.1.3.3: what a wildcard gives bears the name asked for, and the wildcard's own signature.
    static List<Record> renamed(List<Record> set, Name name) {
        return set.stream().map(record -> record.withName(name)).toList();
    }

    private Segment in(SortedMap<Integer, RRset> node, Name name, int type) {
        if (node.containsKey(type))
            return new Segment(Rcode.NOERROR, set(name, type), List.of(), Optional.empty());
        if (node.containsKey(Type.CNAME)) return alias(set(name, Type.CNAME), List.of());
        return negative(Rcode.NOERROR, denial.map(chain -> chain.noType(name)));
    }

    private static Segment alias(List<Record> set, List<Record> proof) {
        Name target = ((CNAMERecord) set.getFirst()).getTarget();
        return new Segment(Rcode.NOERROR, set, proof, Optional.of(target));
    }

    private Segment negative(int rcode, Optional<List<RRset>> links) {
        var authority = new ArrayList<>(set(origin, Type.SOA));
        authority.addAll(proofs(links));
        return new Segment(rcode, List.of(), authority, Optional.empty());
    }

    private List<Record> proofs(Optional<List<RRset>> links) {
        return links.orElse(List.of()).stream().map(this::signed).flatMap(List::stream).toList();
    }

    private Optional<Segment> redirect(Name name) {
        for (Name above = name; above.labels() > origin.labels();) {
            above = new Name(above, 1);
            List<Record> set = set(above, Type.DNAME);
            if (!set.isEmpty() && set.getFirst() instanceof DNAMERecord dname) {
                try {
                    Name target = name.fromDNAME(dname);
                    var answer = new ArrayList<>(set);
                    answer.add(new CNAMERecord(name, DClass.IN, Pen.TTL, target));
                    return Optional.of(new Segment(Rcode.NOERROR, answer, List.of(), Optional.of(target)));
                } catch (NameTooLongException tooLong) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private void put(Record record) {
        nodes.computeIfAbsent(record.getName(), _ -> new TreeMap<>())
                .computeIfAbsent(record.getType(), _ -> new RRset()).addRR(record);
    }
}
