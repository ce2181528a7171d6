package org.sternpost.lab.dns;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import org.xbill.DNS.DClass;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Type;

/// RFC 4034 §4: each name points to the next in canonical order, the last to the apex.
final class NsecChain implements Denial.Chain {
    private final Name origin;
    private final NavigableMap<Name, RRset> links = new TreeMap<>();

    NsecChain(Name origin, NavigableMap<Name, SortedMap<Integer, RRset>> nodes) {
        this.origin = origin;
        nodes.forEach((name, sets) -> {
            var next = nodes.higherKey(name);
            var types = new LinkedHashSet<>(sets.keySet());
            types.add(Type.NSEC);
            types.add(Type.RRSIG);
            links.put(name, new RRset(new NSECRecord(name, DClass.IN, Zone.TTL_SECONDS, next == null ? origin : next,
                    types.stream().mapToInt(Integer::intValue).toArray())));
        });
    }

    @Override
    public List<RRset> noType(Name name) { return around(name); }

    @Override
    public List<RRset> noName(Name name, Name encloser) {
        // RFC 4035 §3.1.3.2: neither the name exists nor a wildcard that could stand for it.
        return around(name, Zone.wildcardBelow(encloser));
    }

    @Override
    public List<RRset> wildcard(Name name, Name encloser) { return around(name); }

    @Override
    public List<RRset> wildcardWithoutType(Name name, Name encloser) {
        return around(name, Zone.wildcardBelow(encloser));
    }

    /// The links at or before the names.
    private List<RRset> around(Name... names) {
        var owners = new LinkedHashSet<Name>();
        for (var name : names) {
            owners.add(Optional.ofNullable(links.floorKey(name)).orElse(origin));
        }
        var proof = new ArrayList<RRset>();
        owners.forEach(owner -> proof.add(links.getOrDefault(owner, new RRset())));
        return proof;
    }
}
