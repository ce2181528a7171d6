package org.sternpost.engine.certificate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What follows from octets alone, for the octets that were looked at last. Nobody can tell it from work done anew but
/// by the time it takes, so it is the one thing that a class of this package shares between all who use it.
final class Remembered<K, V> {

    private final Map<K, V> known;

    Remembered(int most) {
        known = new LinkedHashMap<>(256, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) { return size() > most; }
        };
    }

    synchronized Optional<V> find(K key) { return Optional.ofNullable(known.get(key)); }

    synchronized void put(K key, V value) { known.put(key, value); }
}
