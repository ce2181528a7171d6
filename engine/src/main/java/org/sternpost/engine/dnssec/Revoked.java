package org.sternpost.engine.dnssec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// The keys that zones have revoked, as their latest set of keys says (RFC 5011 §2.1).
///
/// A forged set lasts only until the validator, which refuses it and so keeps no key of it, asks for the set again.
final class Revoked {

    private static final int ZONES_MAX = 10_000;

    private record Key(int algorithm, int tag) {}

    private final Map<Name, Set<Key>> keys = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Name, Set<Key>> eldest) { return size() > ZONES_MAX; }
    };

    /// Learns from a reply with the keys of a zone.
    void learn(Name zone, List<Record> answer) {
        Set<Key> revoked = answer.stream().filter(DNSKEYRecord.class::isInstance).map(DNSKEYRecord.class::cast)
                .filter(key -> key.getName().equals(zone) && (key.getFlags() & DNSKEYRecord.Flags.REVOKE) != 0)
                .map(key -> new Key(key.getAlgorithm(), key.getFootprint())).collect(Collectors.toSet());
        synchronized (keys) {
            keys.remove(zone);
            if (!revoked.isEmpty()) keys.put(zone, revoked);
        }
    }

    /// RFC 5011 §2.1: a revoked key serves for nothing but the signature over the keys that says so.
    boolean made(RRSIGRecord signature) {
        if (signature.getTypeCovered() == Type.DNSKEY) return false;
        synchronized (keys) {
            return keys.getOrDefault(signature.getSigner(), Set.of())
                    .contains(new Key(signature.getAlgorithm(), signature.getFootprint()));
        }
    }
}
