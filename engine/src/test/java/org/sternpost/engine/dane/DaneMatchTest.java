package org.sternpost.engine.dane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.util.io.pem.PemReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.dane.TlsaSearch.TlsaLookup;
import org.sternpost.engine.dns.Vectors;
import org.sternpost.engine.mail.Domain;

class DaneMatchTest {

    @Test
    void agreesWithCasesOfPeers() throws Exception { Vectors.run("dane/cases.json", DaneMatchTest::differs); }

    private static String differs(Vectors.Case one) throws Exception {
        var records = new ArrayList<TlsaLookup.Judged>();
        for (Object record : one.list("tlsa")) {
            var fields = Vectors.map(record);
            records.add(TlsaLookup.Judged.of(new Tlsa(number(fields, "usage"), number(fields, "selector"),
                    number(fields, "mtype"), HexFormat.of().parseHex((String) fields.get("data")))));
        }
        var names = one.list("reference_ids").stream().map(name -> Domain.of((String) name)).toList();
        List<Tlsa> usable = new TlsaLookup.Found(names.getFirst(), records).usable();
        var chain = new ArrayList<byte[]>();
        for (Object file : one.list("chain"))
            chain.add(der(one.folder().resolve("dane").resolve((String) file)));
        Instant now = one.text("verify_time") == null
                ? Instant.parse("2030-01-01T00:00:00Z")
                : Instant.parse(one.text("verify_time"));
        String seen = usable.isEmpty() ? "unusable" : switch (DaneMatch.of(usable, chain, names, now)) {
            case DaneMatch.Matched _ -> "match";
            case DaneMatch.Mismatch mismatch -> "mismatch: " + mismatch;
        };
        return seen.startsWith(one.text("expected")) ? "" : seen;
    }

    private static int number(Map<String, Object> fields, String name) { return ((Long) fields.get(name)).intValue(); }

    private static byte[] der(Path file) throws Exception {
        try (var reader = new PemReader(Files.newBufferedReader(file))) {
            return reader.readPemObject().getContent();
        }
    }

    @Test
    void readsPresentationForm() throws Exception {
        Vectors.run("dane/tlsa-parse.json", one -> {
            var expected = one.map("expected");
            String seen;
            try {
                Tlsa read = Tlsa.of(one.text("rdata"));
                seen = read.usage() + " " + read.selector() + " " + read.matchingType() + " "
                        + HexFormat.of().formatHex(read.data());
            } catch (IllegalArgumentException bad) {
                seen = "invalid";
            }
            String wanted = Boolean.TRUE.equals(expected.get("valid"))
                    ? expected.get("usage") + " "
                            + expected.get("selector") + " " + expected.get("mtype") + " " + expected.get("data")
                    : "invalid";
            return seen.equals(wanted) ? "" : seen;
        });
        assertEquals("3 1 1 00ff", Tlsa.of("( 3 1 1 00\n FF )").toString());
    }

    private static final Made HOST = Made.host("mx.example.org").selfSigned();

    private static DaneMatch match(Instant now, List<Tlsa> records, byte[]... chain) {
        return DaneMatch.of(records, List.of(chain), List.of(Domain.of("mx.example.org")), now);
    }

    private static DaneMatch match(Tlsa record, byte[]... chain) { return match(Made.NOW, List.of(record), chain); }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "0, 2", "1, 0", "1, 1", "1, 2"})
    void daneEeMatchesTheHostsOwnCertificateAlone(int selector, int matchingType) {
        var record = HOST.tlsa(3, selector, matchingType);
        var other = Made.host("mx.example.org").selfSigned();
        assertEquals(new DaneMatch.Matched(record, 0), match(record, HOST.der()));
        assertEquals(new DaneMatch.Matched(record, 0), match(record, HOST.der(), other.der()));
        // RFC 7671 §5.1: that it is somewhere in the chain is nothing.
        var mismatch = assertInstanceOf(DaneMatch.Mismatch.class, match(record, other.der(), HOST.der()));
        assertEquals(DaneMatch.Kind.TlsaInvalid, mismatch.kind());
        assertTrue(mismatch.detail().startsWith("no record matches the certificate 'CN=host' (key SHA-256 "
                + HexFormat.of().formatHex(other.tlsa(3, 1, 1).data())), mismatch.detail());
    }

    @Test
    void daneEeLooksAtNothingElse() {
        var bad = Made.host("other.example").dates(Made.FROM, Made.FROM.plusSeconds(1))
                .with(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_emailProtection))
                .selfSigned();
        assertInstanceOf(DaneMatch.Matched.class, match(bad.tlsa(3, 1, 1), bad.der()));
        assertInstanceOf(DaneMatch.Matched.class,
                match(Made.FROM.minusSeconds(9), List.of(bad.tlsa(3, 0, 2)), bad.der()));
    }

    /// What a parser may refuse, a digest does not mind: no issuer, no subject, extensions that are rubbish.
    @Test
    void oddCertificatesMatchByTheirOctets() {
        for (var odd : List.of(
                Made.commonName("CN=x").raw(Extension.subjectAlternativeName, true, new byte[]{9}).selfSigned(),
                Made.commonName("CN=x").raw(Extension.basicConstraints, true, new byte[0]).selfSigned())) {
            assertInstanceOf(DaneMatch.Matched.class, match(odd.tlsa(3, 1, 1), odd.der()));
            assertInstanceOf(DaneMatch.Matched.class, match(odd.tlsa(3, 0, 1), odd.der()));
            assertInstanceOf(DaneMatch.Mismatch.class, match(HOST.tlsa(3, 1, 1), odd.der()));
        }
        byte[] nameless = HOST.nameless();
        assertInstanceOf(DaneMatch.Matched.class, match(HOST.tlsa(3, 1, 1), nameless));
        assertInstanceOf(DaneMatch.Matched.class, match(new Tlsa(3, 0, 0, nameless), nameless));
        assertInstanceOf(DaneMatch.Mismatch.class, match(HOST.tlsa(3, 0, 1), nameless));
    }

    @Test
    void octetsThatAreNoCertificateHaveNoKey() {
        byte[] rubbish = {0x30, 0x03, 0x02, 0x01, 0x05};
        var mismatch = assertInstanceOf(DaneMatch.Mismatch.class, match(HOST.tlsa(3, 1, 1), rubbish));
        assertEquals("no record matches the certificate 'unreadable' (no readable key)", mismatch.detail());
        assertInstanceOf(DaneMatch.Mismatch.class, match(HOST.tlsa(2, 1, 1), rubbish, HOST.der()));
        assertInstanceOf(DaneMatch.Mismatch.class, match(HOST.tlsa(2, 1, 1), HOST.der(), rubbish));
    }

    /// RFC 7671 §9: only the strongest digest counts; that a weaker one is right explains the mismatch, no more.
    @Test
    void aRightRecordThatAStrongerOneOutweighsIsNamed() {
        var right = HOST.tlsa(3, 1, 1);
        var wrong = new Tlsa(3, 1, 2, new byte[64]);
        var found = new TlsaLookup.Found(Domain.of("mx.example.org"),
                List.of(TlsaLookup.Judged.of(right), TlsaLookup.Judged.of(wrong)));
        assertEquals(List.of(right), found.outweighed());
        var mismatch = assertInstanceOf(DaneMatch.Mismatch.class, outweighed(found.usable(), found.outweighed()));
        assertEquals(DaneMatch.Kind.StrongerDigest, mismatch.kind());
        assertEquals("the record " + right.brief() + " matches, but it does not count beside 3 1 2 000000000000…,"
                + " whose digest is stronger and does not match", mismatch.detail());
        var other = new Tlsa(3, 0, 1, new byte[32]); // counts, and has no part in it
        var beside = assertInstanceOf(DaneMatch.Mismatch.class, outweighed(List.of(other, wrong), List.of(right)));
        assertEquals(mismatch.detail(), beside.detail());
        var stranger = new Tlsa(3, 1, 1, new byte[32]);
        assertEquals(DaneMatch.Kind.TlsaInvalid, assertInstanceOf(DaneMatch.Mismatch.class,
                outweighed(List.of(wrong), List.of(stranger))).kind());
        assertInstanceOf(DaneMatch.Matched.class, outweighed(List.of(HOST.tlsa(3, 1, 2)), List.of(stranger)));
    }

    private static DaneMatch outweighed(List<Tlsa> usable, List<Tlsa> outweighed) {
        return DaneMatch.of(usable, outweighed, List.of(HOST.der()), List.of(Domain.of("mx.example.org")), Made.NOW);
    }

    @Test
    void hostWithoutCertificateMatchesNothing() {
        assertEquals(new DaneMatch.Mismatch(DaneMatch.Kind.TlsaInvalid, "the host sent no certificate"),
                match(HOST.tlsa(3, 1, 1)));
    }

    @Test
    void oneRecordThatMatchesIsEnough() {
        var other = Made.host("mx.example.org").selfSigned();
        assertEquals(new DaneMatch.Matched(HOST.tlsa(3, 1, 1), 0),
                match(Made.NOW, List.of(other.tlsa(3, 1, 1), HOST.tlsa(2, 1, 1), HOST.tlsa(3, 1, 1)), HOST.der()));
    }

    @Test
    void subjectOfAStrangerIsPrintedWithoutControlCharacters() {
        var odd = Made.commonName("CN=a\\0Ab").selfSigned();
        var mismatch = assertInstanceOf(DaneMatch.Mismatch.class, match(HOST.tlsa(3, 1, 1), odd.der()));
        assertTrue(mismatch.detail().chars().noneMatch(Character::isISOControl), mismatch.detail());
    }

    @Test
    void onlyTheStrongestDigestOfAUsageAndSelectorCounts() {
        var weak = new Tlsa(3, 1, 1, new byte[32]);
        var strong = new Tlsa(3, 1, 2, new byte[64]);
        var other = new Tlsa(2, 1, 1, new byte[32]);
        assertEquals(List.of(strong, other), Tlsa.strongest(List.of(weak, strong, other)));
        assertEquals(List.of(strong, other), Tlsa.strongest(List.of(strong, weak, other)));
        var certificate = new Tlsa(3, 0, 1, new byte[32]);
        assertEquals(List.of(certificate, strong), Tlsa.strongest(List.of(certificate, strong)));
        var full = new Tlsa(3, 1, 0, HOST.key());
        assertEquals(List.of(full, strong), Tlsa.strongest(List.of(full, strong)));
        assertEquals(List.of(full), Tlsa.strongest(List.of(full)));
    }

    @Test
    void anUnusableStrongDigestDoesNotSilenceAUsableWeakOne() {
        var weak = new Tlsa(3, 1, 1, new byte[32]);
        var broken = new Tlsa(3, 1, 2, new byte[63]);
        var found = new TlsaLookup.Found(Domain.of("mx.example"),
                List.of(TlsaLookup.Judged.of(weak), TlsaLookup.Judged.of(broken)));
        assertEquals(List.of(weak), found.usable());
    }
}
