package org.sternpost.lab;

import java.time.InstantSource;
import java.util.Optional;

import org.sternpost.lab.dns.DnsFault;
import org.sternpost.lab.dns.ZoneKey;
import org.xbill.DNS.DNSSEC;

/// Which key signs which zone: the lab's own, but in zones of RSASHA1 another, made when first asked for.
final class ZoneKeys {
    private final ZoneKey usual;
    private final InstantSource clock;
    private Optional<ZoneKey> sha1 = Optional.empty();

    ZoneKeys(ZoneKey usual, InstantSource clock) {
        this.usual = usual;
        this.clock = clock;
    }

    synchronized ZoneKey of(DnsFault fault) {
        if (fault != DnsFault.SHA1_ONLY) {
            return usual;
        }
        var key = sha1.orElseGet(() -> ZoneKey.generate(DNSSEC.Algorithm.RSASHA1, clock));
        sha1 = Optional.of(key);
        return key;
    }
}
