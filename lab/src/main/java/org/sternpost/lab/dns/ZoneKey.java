package org.sternpost.lab.dns;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
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
import org.xbill.DNS.Type;

/// The key that signs zones: ECDSA on P-256 (RFC 6605) unless told otherwise, one pair for all zones of the lab.
///
/// A single pair is enough for practice and can be kept on disk in one file, so that a resolver which remembers the
/// lab's keys still agrees with it after a restart.
public record ZoneKey(KeyPair pair, int algorithm, int flags, InstantSource clock) {
    private static final int FLAGS = DNSKEYRecord.Flags.ZONE_KEY | DNSKEYRecord.Flags.SEP_KEY;
    private static final Duration SIGNED_SINCE = Duration.ofHours(1);
    private static final Duration SIGNED_FOR = Duration.ofDays(365);
    private static final Duration FAR_OFF = Duration.ofDays(30);
    private static final Duration WRONG_LIFE = Duration.ofDays(60);

    public ZoneKey(KeyPair pair, InstantSource clock) { this(pair, DNSSEC.Algorithm.ECDSAP256SHA256, FLAGS, clock); }

    /// A new key of an algorithm's number: RSA with SHA-1, SHA-256 or SHA-512, ECDSA P-256 or P-384, Ed25519, Ed448.
    public static ZoneKey generate(int algorithm, InstantSource clock) {
        try {
            var pairs = switch (algorithm) {
                case DNSSEC.Algorithm.RSASHA1, DNSSEC.Algorithm.RSA_NSEC3_SHA1, DNSSEC.Algorithm.RSASHA256,
                        DNSSEC.Algorithm.RSASHA512 -> {
                    var rsa = KeyPairGenerator.getInstance("RSA");
                    rsa.initialize(2048);
                    yield rsa;
                }
                case DNSSEC.Algorithm.ECDSAP256SHA256, DNSSEC.Algorithm.ECDSAP384SHA384 -> {
                    var ec = KeyPairGenerator.getInstance("EC");
                    ec.initialize(new ECGenParameterSpec(
                            algorithm == DNSSEC.Algorithm.ECDSAP256SHA256 ? "secp256r1" : "secp384r1"));
                    yield ec;
                }
                case DNSSEC.Algorithm.ED25519 -> KeyPairGenerator.getInstance("Ed25519");
                case DNSSEC.Algorithm.ED448 -> KeyPairGenerator.getInstance("Ed448");
                default -> throw new IllegalArgumentException("no algorithm of the lab: " + algorithm);
            };
            return new ZoneKey(pairs.generateKeyPair(), algorithm, FLAGS, clock);
        } catch (GeneralSecurityException unsupported) {
            throw new IllegalStateException(unsupported);
        }
    }

    /// The same key with other flags in its record (RFC 4034 §2.1.1).
    public ZoneKey withFlags(int other) { return new ZoneKey(pair, algorithm, other, clock); }

    /// The record by which a zone publishes the key.
    public DNSKEYRecord keyOf(Name origin) {
        try {
            return new DNSKEYRecord(origin, DClass.IN, Zone.TTL_SECONDS, flags, DNSKEYRecord.Protocol.DNSSEC,
                    algorithm, pair.getPublic());
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

    /// A signature that is right for the set at this moment.
    public RRSIGRecord sign(RRset set, Name origin) { return sign(set, origin, DnsFault.NONE); }

    RRSIGRecord sign(RRset set, Name origin, DnsFault fault) {
        var now = clock.instant();
        return switch (fault) {
            case EXPIRED_SIGNATURES -> sign(set, origin, now.minus(FAR_OFF).minus(WRONG_LIFE), now.minus(FAR_OFF));
            case FUTURE_SIGNATURES -> sign(set, origin, now.plus(FAR_OFF), now.plus(FAR_OFF).plus(WRONG_LIFE));
            case STRAY_KEY -> set.getType() == Type.DNSKEY
                    ? sign(set, origin, DnsFault.NONE)
                    : generate(algorithm, clock).sign(set, origin, DnsFault.NONE);
            default -> {
                var good = sign(set, origin, now.minus(SIGNED_SINCE), now.plus(SIGNED_FOR));
                yield fault.spoils(set.getType()) ? spoilt(good) : good;
            }
        };
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
