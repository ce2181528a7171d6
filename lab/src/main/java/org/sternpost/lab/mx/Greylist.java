package org.sternpost.lab.mx;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Who has tried before, for hosts that turn away every first attempt.
final class Greylist {
    private final Set<Attempt> seen = ConcurrentHashMap.newKeySet();

    private record Attempt(String host, String sender, String recipient) {}

    boolean isFirst(String host, String sender, String recipient) {
        return seen.add(new Attempt(host, sender, recipient));
    }

    void clear() { seen.clear(); }
}
