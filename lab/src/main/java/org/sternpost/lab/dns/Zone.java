package org.sternpost.lab.dns;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// One zone: its records, its proofs of what is not there, and its signatures, which are made when first asked for.
///
/// A zone never changes; to change the lab, give the [Responder] other zones.
public final class Zone {
    /// Short, so that a repaired record is seen soon.
    public static final long TTL_SECONDS = 60;

    private final Name origin;
    private final Optional<ZoneKey> key;
    private final DnsFault fault;
    private final Optional<Denial.Chain> denial;
    private final NavigableMap<Name, SortedMap<Integer, RRset>> nodes = new TreeMap<>();
    private final ConcurrentHashMap<Asked, RRset> signed = new ConcurrentHashMap<>();

    private record Asked(Name name, int type) {}

    /// `records` must hold the zone's SOA; a zone without a key is unsigned.
    public Zone(Name origin, Optional<ZoneKey> key, DnsFault fault, List<? extends Record> records) {
        this(origin, key, fault, new Denial.ByName(), records);
    }

    /// The same with a choice of proofs.
    public Zone(Name origin, Optional<ZoneKey> key, DnsFault fault, Denial denial, List<? extends Record> records) {
        this.origin = origin;
        this.key = key;
        this.fault = fault;
        records.forEach(this::put);
        key.ifPresent(pen -> put(pen.keyOf(origin)));
        this.denial = key.map(_ -> denial.over(origin, nodes));
    }

    Name origin() { return origin; }

    DnsFault fault() { return fault; }

    static Name wildcardBelow(Name encloser) {
        return Name.fromConstantString("*." + (encloser.equals(Name.root) ? "" : encloser));
    }

    Found find(Name name, int type) {
        var redirect = redirect(name);
        if (redirect.isPresent()) {
            return redirect.get();
        }
        var node = nodes.get(name);
        if (node != null) {
            return in(node, name, type);
        }
        if (hasNamesBelow(name)) {
            // RFC 8020 §2: a name with names below it exists, though it holds no records.
            return new Found.NoData(withSoa(denial.map(chain -> chain.noType(name))));
        }
        var encloser = new Name(name, 1);
        while (!nodes.containsKey(encloser) && !hasNamesBelow(encloser)) {
            encloser = new Name(encloser, 1);
        }
        return outside(name, encloser, type);
    }

    /// A name that exists.
    private Found in(SortedMap<Integer, RRset> node, Name name, int type) {
        if (node.containsKey(type)) {
            return new Found.Records(signed(node.getOrDefault(type, new RRset())), List.of());
        }
        var alias = node.get(Type.CNAME);
        if (alias != null && alias.first() instanceof CNAMERecord cname) {
            return new Found.Alias(signed(alias), cname.getTarget(), List.of());
        }
        return new Found.NoData(withSoa(denial.map(chain -> chain.noType(name))));
    }

    /// A name that does not exist, unless a wildcard stands for it (RFC 4592 §3.3.1).
    private Found outside(Name name, Name encloser, int type) {
        var node = nodes.get(wildcardBelow(encloser));
        if (node == null) {
            return new Found.NoName(withSoa(denial.map(chain -> chain.noName(name, encloser))));
        }
        var proof = proven(denial.map(chain -> chain.wildcard(name, encloser)));
        var alias = node.get(Type.CNAME);
        if (node.containsKey(type)) {
            return new Found.Records(renamed(signed(node.getOrDefault(type, new RRset())), name), proof);
        }
        if (alias != null && alias.first() instanceof CNAMERecord cname) {
            return new Found.Alias(renamed(signed(alias), name), cname.getTarget(), proof);
        }
        return new Found.NoData(withSoa(denial.map(chain -> chain.wildcardWithoutType(name, encloser))));
    }

    private Optional<Found> redirect(Name name) {
        for (var above = name; above.labels() > origin.labels();) {
            above = new Name(above, 1);
            var sets = nodes.get(above);
            var set = sets == null ? null : sets.get(Type.DNAME);
            if (set != null && set.first() instanceof DNAMERecord dname) {
                try {
                    var target = name.fromDNAME(dname);
                    var alias = new RRset(new CNAMERecord(name, DClass.IN, TTL_SECONDS, target));
                    return Optional.of(new Found.Redirect(signed(set), alias, target));
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

    private boolean hasNamesBelow(Name name) {
        var next = nodes.higherKey(name);
        return next != null && next.subdomain(name);
    }

    private List<RRset> withSoa(Optional<List<RRset>> links) {
        var proof = new ArrayList<RRset>();
        proof.add(signed(nodes.getOrDefault(origin, new TreeMap<>()).getOrDefault(Type.SOA, new RRset())));
        proof.addAll(proven(links));
        return proof;
    }

    private List<RRset> proven(Optional<List<RRset>> links) {
        return fault == DnsFault.NO_DENIAL ? List.of() : links.orElse(List.of()).stream().map(this::signed).toList();
    }

    private RRset signed(RRset plain) {
        return signed.computeIfAbsent(new Asked(plain.getName(), plain.getType()), _ -> {
            var copy = new RRset(plain);
            if (fault != DnsFault.NO_SIGNATURES) {
                key.ifPresent(pen -> copy.addRR(pen.sign(plain, origin, fault)));
            }
            return copy;
        });
    }

    /// RFC 4035 §3.1.3.3: what a wildcard gives bears the name asked for, and the wildcard's own signature.
    private static RRset renamed(RRset set, Name name) {
        var copy = new RRset();
        set.rrs().forEach(record -> copy.addRR(renamed(record, name)));
        set.sigs().forEach(record -> copy.addRR(renamed(record, name)));
        return copy;
    }

    private static Record renamed(Record record, Name name) {
        return Record.newRecord(name, record.getType(), record.getDClass(), record.getTTL(),
                record.rdataToWireCanonical());
    }
}
