package org.sternpost.engine.dnssec;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.dns.Denial;
import org.sternpost.lab.dns.DnsFault;
import org.sternpost.lab.dns.Forger;
import org.sternpost.lab.dns.ZoneKey;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// The rules of validation that SMTP DANE rests on, each with the smallest internet that shows it.
enum ValidationRule {

    /// RFC 4035 §5: a chain of good signatures from the root.
    SEC_1("Secure", net -> net.signed("a.test", Zones.A).seen("mx.a.test", RecordType.A)),
    /// RFC 4035 §5.3.4: a wildcard with the proof that nothing closer exists.
    SEC_2("Secure", net -> net.signed("a.test", Zones.A).seen("x.wild.a.test", RecordType.A)),
    /// RFC 4035 §5.3.4: the same without that proof.
    SEC_3("Failed", net -> faulty(net, DnsFault.NO_DENIAL).seen("x.wild.a.test", RecordType.A)),
    /// RFC 4035 §5.2: a delegation proven to be without DS.
    INS_1("Insecure", net -> net.unsigned("a.test", Zones.A).seen("mx.a.test", RecordType.A)),
    /// RFC 5155 §8.9: a delegation in the gap of an opt-out.
    INS_2("Insecure", net -> net.zone("test", net.key, DnsFault.NONE, new Denial.ByHash(0, "", true), "")
            .unsigned("a.test", Zones.A).seen("mx.a.test", RecordType.A)),
    /// RFC 6840 §5.2: nothing but algorithms and digests that nobody knows.
    INS_3("Insecure", net -> net.vouched("a.test", net.key,
            List.of(new DSRecord(Zones.NAME, DClass.IN, 60, 1, 13, 200, new byte[32]),
                    new DSRecord(Zones.NAME, DClass.IN, 60, 2, 200, 2, new byte[32])),
            Zones.A).seen("mx.a.test", RecordType.A)),
    /// RFC 7672 §2.1.1: no anchor above the name.
    INS_4("Insecure", net -> net.signed("a.test", Zones.A).signed("b.test", "mx A 127.0.0.3\n")
            .anchors(net.key.vouchFor(Zones.NAME) + "\n").seen("mx.b.test", RecordType.A)),
    /// RFC 4035 §5.3.1: signatures that ended.
    BOG_1("Failed", net -> faulty(net, DnsFault.EXPIRED_SIGNATURES).seen("mx.a.test", RecordType.A)),
    /// RFC 4035 §5.3.1: signatures that have not begun.
    BOG_2("Failed", net -> faulty(net, DnsFault.FUTURE_SIGNATURES).seen("mx.a.test", RecordType.A)),
    /// RFC 4035 §5: no signature although the parent vouches for the zone.
    BOG_3("Failed", net -> faulty(net, DnsFault.NO_SIGNATURES).seen("mx.a.test", RecordType.A)),
    /// RFC 4035 §5.3.3: a signature with a wrong bit.
    BOG_4("Failed", net -> faulty(net, DnsFault.BOGUS_ADDRESS).seen("mx.a.test", RecordType.A)),
    /// RFC 4035 §5.3.1: a signer that is not the zone.
    BOG_5("Failed", net -> net.signed("a.test", Zones.A).unsigned("plain.test", "")
            .forge(signature(sig -> rrsig(sig, sig.getLabels(), SignedInternet.name("plain.test"))))
            .seen("mx.a.test", RecordType.A)),
    /// RFC 4035 §5.2: a DS of no key of the zone.
    BOG_6("Failed", net -> net.vouched("a.test", net.key,
            List.of(ZoneKey.generate(DNSSEC.Algorithm.ECDSAP256SHA256, net.time).vouchFor(Zones.NAME)), Zones.A)
            .seen("mx.a.test", RecordType.A)),
    /// RFC 4034 §2.1.1: a key that is no zone key.
    BOG_7("Failed", net -> net.zone("a.test", net.key.withFlags(0), DnsFault.NONE, SignedInternet.BY_NAME, Zones.A)
            .seen("mx.a.test", RecordType.A)),
    /// RFC 5011 §2.1: a revoked key as anchor.
    BOG_8("Failed", net -> {
        var file = Files.createTempFile("anchors", ".zone");
        try {
            var key = net.key.withFlags(DNSKEYRecord.Flags.ZONE_KEY | DNSKEYRecord.Flags.REVOKE).keyOf(Name.root);
            ZoneTrustAnchors.of(Files.writeString(file, key + "\n"));
            return "used";
        } catch (IllegalArgumentException refused) {
            return refused.getMessage().contains("is revoked") ? "Failed" : refused.getMessage();
        } finally {
            Files.delete(file);
        }
    }),
    /// RFC 4035 §5.4: a name denied without proof.
    BOG_9("Failed", net -> faulty(net, DnsFault.NO_DENIAL).seen("nobody.a.test", RecordType.A)),
    /// RFC 4035 §5.4: a type denied by an NSEC that lists it.
    BOG_10("Failed", net -> net.signed("a.test", Zones.A)
            .forge(denial(net, "a.test", Rcode.NOERROR, "mx.a.test. 60 IN NSEC *.wild.a.test. A RRSIG NSEC"))
            .seen("mx.a.test", RecordType.A)),
    /// RFC 6840 §4.1: names below a zone cut denied by the parent's NSEC of the cut.
    BOG_11("Failed", net -> net.signed("a.test", Zones.A)
            .forge(denial(net, "test", Rcode.NXDOMAIN, "a.test. 60 IN NSEC z.test. NS DS RRSIG NSEC"))
            .seen("mx.a.test", RecordType.A)),
    /// RFC 4035 §5.3.1: more labels signed than the owner has.
    BOG_12("Failed", net -> net.signed("a.test", Zones.A)
            .forge(signature(sig -> rrsig(sig, sig.getLabels() + 1, sig.getSigner())))
            .seen("mx.a.test", RecordType.A)),
    /// RFC 7672 §2.1.3: a proven alias of a bogus name.
    BOG_13("Failed", net -> net.signed("b.test", "alias CNAME mx.a.test.\n")
            .zone("a.test", net.key, DnsFault.BOGUS_ADDRESS, SignedInternet.BY_NAME, Zones.A)
            .seen("alias.b.test", RecordType.A)),
    /// RFC 7672 §2.1.3: a proven alias of an insecure name.
    MIX_1("Insecure", net -> net.signed("b.test", "alias CNAME mx.a.test.\n").unsigned("a.test", Zones.A)
            .seen("alias.b.test", RecordType.A)),
    /// RFC 7672 §2.1.3: an insecure alias of a proven name.
    MIX_2("Insecure", net -> net.unsigned("b.test", "alias CNAME mx.a.test.\n").signed("a.test", Zones.A)
            .seen("alias.b.test", RecordType.A)),
    /// RFC 6672 §5.3.1: a proven DNAME and the unsigned alias made from it.
    MIX_3("Secure", net -> net.signed("b.test", "all DNAME a.test.\n").signed("a.test", Zones.A)
            .seen("mx.all.b.test", RecordType.A)),
    /// RFC 7672 §2.1.1: keys that cannot be had.
    IND_1("Failed", net -> net.waits(Patience.SHORT).signed("a.test", Zones.A)
            .forge((query, honest) -> query.getQuestion().getType() == Type.DNSKEY
                    ? Optional.empty()
                    : Optional.of(honest))
            .seen("mx.a.test", RecordType.A)),
    /// RFC 9276 §3.2: hashes with too many rounds.
    N3_1("Insecure", net -> net.zone("a.test", net.key, DnsFault.NONE, new Denial.ByHash(200, "", false), Zones.A)
            .seen("nobody.a.test", RecordType.A));

    private static final class Zones {
        private static final String A = "mx A 127.0.0.2\n*.wild A 127.0.0.3\n";
        private static final Name NAME = SignedInternet.name("a.test");
    }

    private interface Scene {
        String seen(SignedInternet net) throws Exception;
    }

    final String expected;
    private final Scene scene;

    ValidationRule(String expected, Scene scene) {
        this.expected = expected;
        this.scene = scene;
    }

    static ValidationRule of(String id) {
        return Arrays.stream(values()).filter(rule -> rule.name().equals(id.replace('-', '_').toUpperCase()))
                .findFirst().orElseThrow(() -> new AssertionError("no test for rule " + id));
    }

    /// `Secure`, `Insecure` or `Failed`.
    String seen() throws Exception {
        try (var net = new SignedInternet()) {
            String seen = scene.seen(net);
            return seen.startsWith("Failed") ? "Failed" : seen.substring(seen.indexOf(' ') + 1);
        }
    }

    private static SignedInternet faulty(SignedInternet net, DnsFault fault) {
        return net.zone("a.test", net.key, fault, SignedInternet.BY_NAME, Zones.A);
    }

    private interface Spoiler {
        Record spoil(RRSIGRecord signature);
    }

    /// Changes the signature over the address of mx.a.test.
    private static Forger signature(Spoiler by) {
        return (query, honest) -> {
            if (SignedInternet.asks(query, "mx.a.test", Type.A)) {
                var records = new ArrayList<>(honest.getSection(Section.ANSWER));
                honest.removeAllRecords(Section.ANSWER);
                records.replaceAll(record -> record instanceof RRSIGRecord sig ? by.spoil(sig) : record);
                records.forEach(record -> honest.addRecord(record, Section.ANSWER));
            }
            return Optional.of(honest);
        };
    }

    private static Record rrsig(RRSIGRecord from, int labels, Name signer) {
        var other = new RRSIGRecord(from.getName(), from.getDClass(), from.getTTL(), from.getTypeCovered(),
                from.getAlgorithm(), from.getOrigTTL(), from.getExpire(), from.getTimeSigned(), from.getFootprint(),
                signer, from.getSignature());
        byte[] data = other.rdataToWireCanonical();
        data[3] = (byte) labels; // RFC 4034 §3.1: type covered, algorithm, labels
        return Record.newRecord(from.getName(), Type.RRSIG, from.getDClass(), from.getTTL(), data);
    }

    /// Denies the address of mx.a.test by one NSEC that the zone has signed indeed.
    private static Forger denial(SignedInternet net, String zone, int rcode, String nsec) {
        return (query, honest) -> {
            if (SignedInternet.asks(query, "mx.a.test", Type.A)) denied(net, honest, zone, rcode, nsec);
            return Optional.of(honest);
        };
    }

    private static void denied(SignedInternet net, Message reply, String zone, int rcode, String nsec) {
        reply.getHeader().setRcode(rcode);
        reply.removeAllRecords(Section.ANSWER);
        var set = new RRset(SignedInternet.records(".", nsec).getFirst());
        reply.addRecord(set.first(), Section.AUTHORITY);
        reply.addRecord(net.key.sign(set, SignedInternet.name(zone)), Section.AUTHORITY);
    }
}
