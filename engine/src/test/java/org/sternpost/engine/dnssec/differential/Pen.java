package org.sternpost.engine.dnssec.differential;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Instant;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// A key of a zone and the signatures it makes, each field as told, be it right or wrong (RFC 4034 §3.1.8.1).
///
/// A signer of its own and not the lab's: what is to be judged is made by other code than what judges.
record Pen(KeyPair pair, int algorithm, int flags) {

    static final long TTL = 300;
    static final int ZONE_KEY = 256;
    static final int SECURE_ENTRY = 257;
    static final int REVOKED = 128;

    /// What a signature says about itself.
    ///
    /// @param labels of the owner, without root and wildcard
    record Terms(Name signer, int labels, long ttl, Instant from, Instant until, int tag, int algorithm) {

        Terms signer(Name other) { return new Terms(other, labels, ttl, from, until, tag, algorithm); }

        Terms labels(int other) { return new Terms(signer, other, ttl, from, until, tag, algorithm); }

        Terms ttl(long other) { return new Terms(signer, labels, other, from, until, tag, algorithm); }

        Terms between(Instant first, Instant last) {
            return new Terms(signer, labels, ttl, first, last, tag, algorithm);
        }

        Terms tag(int other) { return new Terms(signer, labels, ttl, from, until, other, algorithm); }

        Terms algorithm(int other) { return new Terms(signer, labels, ttl, from, until, tag, other); }
    }

    Pen withFlags(int other) { return new Pen(pair, algorithm, other); }

    DNSKEYRecord key(Name zone) {
        try {
            return new DNSKEYRecord(zone, DClass.IN, TTL, flags, DNSKEYRecord.Protocol.DNSSEC, algorithm,
                    pair.getPublic());
        } catch (DNSSEC.DNSSECException unsupported) {
            throw new IllegalStateException(unsupported);
        }
    }

    int tag() { return key(Name.root).getFootprint(); }

    DSRecord vouch(Name zone, int digest) { return new DSRecord(zone, DClass.IN, TTL, digest, key(zone)); }

    /// What a right signature says.
    Terms terms(RRset set, Name zone, Instant from, Instant until) {
        Name owner = set.getName();
        return new Terms(zone, owner.labels() - 1 - (owner.isWild() ? 1 : 0), set.getTTL(), from, until, tag(),
                algorithm);
    }

    Record sign(RRset set, Terms terms) {
        byte[] head = head(set, terms);
        try {
            var signing = Signature.getInstance(switch (algorithm) {
                case 5, 7 -> "SHA1withRSA";
                case 8 -> "SHA256withRSA";
                case 10 -> "SHA512withRSA";
                case 13 -> "SHA256withECDSAinP1363Format";
                case 14 -> "SHA384withECDSAinP1363Format";
                case 15 -> "Ed25519";
                case 16 -> "Ed448";
                default -> throw new IllegalStateException("no algorithm of this test: " + algorithm);
            });
            signing.initSign(pair.getPrivate());
            signing.update(head);
            for (byte[] record : canonical(set, terms))
                signing.update(record);
            return record(set.getName(), set.getTTL(), head, signing.sign());
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /// The same signature with its last octet changed.
    static Record spoilt(Record signature) {
        byte[] data = signature.rdataToWireCanonical();
        data[data.length - 1] ^= 1;
        return Record.newRecord(signature.getName(), Type.RRSIG, DClass.IN, signature.getTTL(), data);
    }

    private static Record record(Name owner, long ttl, byte[] head, byte[] signature) {
        var data = new ByteArrayOutputStream();
        data.writeBytes(head);
        data.writeBytes(signature);
        return Record.newRecord(owner, Type.RRSIG, DClass.IN, ttl, data.toByteArray());
    }

    private static byte[] head(RRset set, Terms terms) {
        return octets(out -> {
            out.writeShort(set.getType());
            out.writeByte(terms.algorithm());
            out.writeByte(terms.labels());
            out.writeInt((int) terms.ttl());
            out.writeInt((int) terms.until().getEpochSecond());
            out.writeInt((int) terms.from().getEpochSecond());
            out.writeShort(terms.tag());
            out.write(terms.signer().toWireCanonical());
        });
    }

    /// RFC 4034 §6.2, §6.3; by a number of labels below the owner's, the name of the wildcard is signed.
    private static Iterable<byte[]> canonical(RRset set, Terms terms) {
        Name owner = set.getName();
        int own = owner.labels() - 1;
        Name signed = terms.labels() < own && !owner.isWild() ? owner.wild(own - terms.labels()) : owner;
        return set.rrs(false).stream().map(Record::rdataToWireCanonical).sorted(java.util.Arrays::compareUnsigned)
                .map(data -> octets(out -> {
                    out.write(signed.toWireCanonical());
                    out.writeShort(set.getType());
                    out.writeShort(DClass.IN);
                    out.writeInt((int) terms.ttl());
                    out.writeShort(data.length);
                    out.write(data);
                })).toList();
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private static byte[] octets(Writing writing) {
        var octets = new ByteArrayOutputStream();
        try {
            writing.to(new DataOutputStream(octets));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return octets.toByteArray();
    }
}
