package org.sternpost.lab.dns;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// One zone: its records, its chain of NSEC, and its signatures, which are made when first asked for.
///
/// A zone never changes; to change the lab, give the [Responder] other zones.
public final class Zone {
    /// Short, so that a repaired record is seen soon.
    public static final long TTL_SECONDS = 60;

    private final Name origin;
    private final Optional<ZoneKey> key;
    private final DnsFault fault;
    private final NavigableMap<Name, SortedMap<Integer, RRset>> nodes = new TreeMap<>();
    private final ConcurrentHashMap<Asked, RRset> signed = new ConcurrentHashMap<>();

    private record Asked(Name name, int type) {}

    /// `records` must hold the zone's SOA; a zone without a key is unsigned.
    public Zone(Name origin, Optional<ZoneKey> key, DnsFault fault, List<? extends Record> records) {
        this.origin = origin;
        this.key = key;
        this.fault = fault;
        records.forEach(this::put);
        if (key.isPresent()) {
            put(key.get().keyOf(origin));
            chain();
        }
    }

    Name origin() { return origin; }

    DnsFault fault() { return fault; }

    Found find(Name name, int type) {
        var node = nodes.get(name);
        if (node == null) {
            // RFC 8020 §2: a name with names below it exists, though it holds no records.
            return hasNamesBelow(name) ? new Found.NoData(proof(name)) : new Found.NoName(proofOfNothing(name));
        }
        if (node.containsKey(type)) {
            return new Found.Records(signed(name, type));
        }
        var alias = node.get(Type.CNAME);
        if (alias != null && alias.first() instanceof CNAMERecord cname) {
            return new Found.Alias(signed(name, Type.CNAME), cname.getTarget());
        }
        return new Found.NoData(proof(name));
    }

    private void put(Record record) {
        nodes.computeIfAbsent(record.getName(), _ -> new TreeMap<>())
                .computeIfAbsent(record.getType(), _ -> new RRset()).addRR(record);
    }

    /// RFC 4034 §4: each name points to the next in canonical order, the last to the apex.
    private void chain() {
        for (var name : List.copyOf(nodes.keySet())) {
            var next = nodes.higherKey(name);
            var types = new LinkedHashSet<>(nodes.getOrDefault(name, new TreeMap<>()).keySet());
            types.add(Type.NSEC);
            types.add(Type.RRSIG);
            put(new NSECRecord(name, DClass.IN, TTL_SECONDS, next == null ? origin : next,
                    types.stream().mapToInt(Integer::intValue).toArray()));
        }
    }

    private boolean hasNamesBelow(Name name) {
        var next = nodes.higherKey(name);
        return next != null && next.subdomain(name);
    }

    private List<RRset> proof(Name... denied) {
        var owners = new LinkedHashSet<Name>();
        for (var name : denied) {
            owners.add(Optional.ofNullable(nodes.floorKey(name)).orElse(origin));
        }
        var proof = new ArrayList<RRset>();
        proof.add(signed(origin, Type.SOA));
        if (key.isPresent()) {
            owners.forEach(owner -> proof.add(signed(owner, Type.NSEC)));
        }
        return proof;
    }

    /// RFC 4035 §3.1.3.2: neither the name exists nor a wildcard that could stand for it.
    private List<RRset> proofOfNothing(Name name) {
        var encloser = new Name(name, 1);
        while (!nodes.containsKey(encloser) && !hasNamesBelow(encloser)) {
            encloser = new Name(encloser, 1);
        }
        var wildcard = Name.fromConstantString("*." + (encloser.equals(Name.root) ? "" : encloser));
        return proof(name, wildcard);
    }

    private RRset signed(Name name, int type) {
        return signed.computeIfAbsent(new Asked(name, type), _ -> {
            var plain = nodes.getOrDefault(name, new TreeMap<>()).getOrDefault(type, new RRset());
            var copy = new RRset(plain);
            key.ifPresent(pen -> copy.addRR(pen.sign(plain, origin, fault)));
            return copy;
        });
    }
}
