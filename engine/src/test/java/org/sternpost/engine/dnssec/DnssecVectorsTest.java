package org.sternpost.engine.dnssec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sternpost.engine.dns.Vectors;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;
import org.xbill.DNS.utils.base32;

/// The examples of RFC 4034, 5155, 6605 and 8080: those that lie beside the project when they do, some built in always.
class DnssecVectorsTest {

    private int right;
    private final List<String> wrong = new ArrayList<>();

    private void same(String what, Object expected, Object seen) {
        if (expected.equals(seen)) right++;
        else
            wrong.add(what + ": expected " + expected + ", was " + seen);
    }

    private interface Part {
        void run(Map<String, Object> file) throws Exception;
    }

    /// Runs a part over the built-in examples and, when they are here, over those beside the project.
    private void all(String kind, Part part) throws Exception {
        var folders = new LinkedHashMap<Path, String>();
        folders.put(Path.of(System.getProperty("sternpost.root", ".."), "engine/src/test/resources/vectors"),
                " (the RFCs' own examples)");
        Vectors.folder().ifPresent(beside -> folders.put(beside, ""));
        for (var folder : folders.entrySet()) {
            right = 0;
            part.run(Vectors.map(Vectors.read(folder.getKey().resolve("dnssec.json"))));
            if (right > 0)
                System.out.println("dnssec.json, " + kind + ": " + right + " of " + (right + wrong.size())
                        + folder.getValue());
            assertEquals(List.of(), wrong);
        }
    }

    @Test
    void keysTagsDigestsAndSignatures() throws Exception { all("tags, digests and signatures", this::keys); }

    private void keys(Map<String, Object> file) throws Exception {
        for (Object one : Vectors.list(file.get("dnskey_ds_rrsig"))) {
            Map<String, Object> key = Vectors.map(one);
            Map<String, Object> data = Vectors.map(key.get("dnskey"));
            var owner = Name.fromString(text(key, "owner"));
            var record = new DNSKEYRecord(owner, DClass.IN, 60, number(data, "flags"), number(data, "protocol"),
                    number(data, "algorithm"), Base64.getDecoder().decode(text(data, "public_key")));
            String id = text(key, "id");
            same(id + " tag", number(key, "key_tag"), record.getFootprint());
            for (Object ds : Vectors.list(key.get("ds"))) {
                int type = number(Vectors.map(ds), "digest_type");
                same(id + " DS " + type, text(Vectors.map(ds), "digest"), HexFormat.of()
                        .formatHex(new DSRecord(owner, DClass.IN, 60, type, record).getDigest()));
            }
            if (key.containsKey("rrsig")) signature(id, record, key);
        }
    }

    /// Verified at a time when it was valid, refused before and after, and with one bit changed.
    private void signature(String id, DNSKEYRecord key, Map<String, Object> one) throws Exception {
        Map<String, Object> set = Vectors.map(one.get("rrset"));
        Map<String, Object> sig = Vectors.map(one.get("rrsig"));
        var owner = Name.fromString(text(set, "owner"));
        int type = Type.value(text(set, "type"));
        var records = new RRset();
        for (Object rdata : Vectors.list(set.get("rdata")))
            records.addRR(Record.fromString(owner, type, DClass.IN, number(set, "ttl"), (String) rdata, Name.root));
        byte[] octets = Base64.getDecoder().decode(text(sig, "signature"));
        Instant from = Instant.ofEpochSecond(number(sig, "inception"));
        Instant until = Instant.ofEpochSecond(number(sig, "expiration"));
        var rrsig = new RRSIGRecord(owner, DClass.IN, number(set, "ttl"), type, number(sig, "algorithm"),
                number(sig, "original_ttl"), until, from, number(sig, "key_tag"),
                Name.fromString(text(sig, "signer")), octets);
        same(id + " labels", number(sig, "labels"), rrsig.getLabels());
        same(id + " verifies", true, verifies(records, rrsig, key, from.plusSeconds(1)));
        same(id + " not before", false, verifies(records, rrsig, key, from.minusSeconds(1)));
        same(id + " not after", false, verifies(records, rrsig, key, until.plusSeconds(1)));
        octets[0] ^= 1;
        var changed = new RRSIGRecord(owner, DClass.IN, number(set, "ttl"), type, number(sig, "algorithm"),
                number(sig, "original_ttl"), until, from, number(sig, "key_tag"),
                Name.fromString(text(sig, "signer")), octets);
        same(id + " changed", false, verifies(records, changed, key, from.plusSeconds(1)));
    }

    private static boolean verifies(RRset set, RRSIGRecord signature, DNSKEYRecord key, Instant at) {
        try {
            DNSSEC.verify(set, signature, key, at);
            return true;
        } catch (DNSSEC.DNSSECException refused) {
            return false;
        }
    }

    @Test
    void hashesOfNames() throws Exception { all("hashes of names", this::hashes); }

    private void hashes(Map<String, Object> file) throws Exception {
        var base32hex = new base32(base32.Alphabet.BASE32HEX, false, true);
        for (Object one : Vectors.list(Vectors.map(file.get("nsec3_hash")).get("cases"))) {
            Map<String, Object> hash = Vectors.map(one);
            var record = new NSEC3Record(Name.fromString("x.example."), DClass.IN, 60, 1, 0,
                    number(hash, "iterations"), HexFormat.of().parseHex(text(hash, "salt")), new byte[20], new int[0]);
            same(text(hash, "name"), text(hash, "hash"),
                    base32hex.toString(record.hashName(Name.fromString(text(hash, "name") + "."))));
        }
    }

    @Test
    void namesInCanonicalOrder() throws Exception { all("canonical order", this::order); }

    private void order(Map<String, Object> file) throws Exception {
        List<Object> names = Vectors.list(Vectors.map(file.get("canonical_order")).get("names"));
        for (int i = 1; i < names.size(); i++)
            same(names.get(i - 1) + " before " + names.get(i), true,
                    Name.fromString(names.get(i - 1) + ".").compareTo(Name.fromString(names.get(i) + ".")) < 0);
    }

    /// The rules that are proven here, and those that lie beside the project, are the same and come out the same.
    @Test
    void everyRuleOfValidationIsProven() throws Exception { all("rules of validation", this::rules); }

    private void rules(Map<String, Object> file) throws Exception {
        for (Object one : Vectors.list(file.get("validation_rules"))) {
            Map<String, Object> rule = Vectors.map(one);
            String status = text(rule, "status");
            String seen = ValidationRule.of(text(rule, "id")).seen();
            boolean fits = switch (seen) {
                case "Secure" -> status.equals("secure");
                case "Insecure" -> status.startsWith("insecure");
                case "Failed" -> status.contains("bogus") || status.equals("not usable");
                default -> false;
            };
            same(text(rule, "id") + ", " + rule.get("situation") + ", seen " + seen, true, fits);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theRuleHolds(ValidationRule rule) throws Exception { assertEquals(rule.expected, rule.seen()); }

    private static String text(Map<String, Object> map, String name) { return (String) map.get(name); }

    private static int number(Map<String, Object> map, String name) { return ((Long) map.get(name)).intValue(); }
}
