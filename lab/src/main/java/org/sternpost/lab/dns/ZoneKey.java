package org.sternpost.lab.dns;

import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;

/// The key that signs zones: ECDSA on P-256 (RFC 6605), one pair for all zones of the lab.
///
/// A single pair is enough for practice and can be kept on disk in one file, so that a resolver which remembers the
/// lab's keys still agrees with it after a restart.
public record ZoneKey(KeyPair pair, InstantSource clock) {
    private static final int FLAGS = DNSKEYRecord.Flags.ZONE_KEY | DNSKEYRecord.Flags.SEP_KEY;
    private static final Duration SIGNED_SINCE = Duration.ofHours(1);
    private static final Duration SIGNED_FOR = Duration.ofDays(365);
    private static final Duration EXPIRED_SINCE = Duration.ofDays(30);
    private static final Duration EXPIRED_LIFE = Duration.ofDays(60);

    DNSKEYRecord keyOf(Name origin) {
        try {
            return new DNSKEYRecord(origin, DClass.IN, Zone.TTL_SECONDS, FLAGS, DNSKEYRecord.Protocol.DNSSEC,
                    DNSSEC.Algorithm.ECDSAP256SHA256, pair.getPublic());
        } catch (DNSSEC.DNSSECException unsupported) {
            throw new IllegalStateException(unsupported);
        }
    }

    /// The DS record of the root, as a line of a zone file.
    public String trustAnchor() { return vouchFor(Name.root).toString(); }

    /// The record by which the parent vouches for `origin`.
    public DSRecord vouchFor(Name origin) {
        return new DSRecord(origin, DClass.IN, Zone.TTL_SECONDS, DNSSEC.Digest.SHA256, keyOf(origin));
    }

    RRSIGRecord sign(RRset set, Name origin, DnsFault fault) {
        var now = clock.instant();
        var expired = fault == DnsFault.EXPIRED_SIGNATURES;
        var from = expired ? now.minus(EXPIRED_SINCE).minus(EXPIRED_LIFE) : now.minus(SIGNED_SINCE);
        var until = expired ? now.minus(EXPIRED_SINCE) : now.plus(SIGNED_FOR);
        var good = sign(set, origin, from, until);
        return fault.spoils(set.getType()) ? spoilt(good) : good;
    }

    private RRSIGRecord sign(RRset set, Name origin, Instant from, Instant until) {
        try {
            return DNSSEC.sign(set, keyOf(origin), pair.getPrivate(), from, until);
        } catch (DNSSEC.DNSSECException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static RRSIGRecord spoilt(RRSIGRecord good) {
        var signature = good.getSignature().clone();
        signature[signature.length - 1] ^= 1;
        return new RRSIGRecord(good.getName(), good.getDClass(), good.getTTL(), good.getTypeCovered(),
                good.getAlgorithm(), good.getOrigTTL(), good.getExpire(), good.getTimeSigned(), good.getFootprint(),
                good.getSigner(), signature);
    }
}
