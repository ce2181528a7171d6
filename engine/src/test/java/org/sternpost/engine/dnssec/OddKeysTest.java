package org.sternpost.engine.dnssec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.lab.dns.Denial;
import org.sternpost.lab.dns.DnsFault;
import org.sternpost.lab.dns.ZoneKey;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Keys, digests and signatures that are odd, beside good ones: any one good path proves (RFC 6840 §5.11).
class OddKeysTest {

    private static final Name ZONE = SignedInternet.name("a.test");
    private static final String LINES = "mx A 127.0.0.2\n_25._tcp.mx TLSA 3 1 1 " + "ab".repeat(32) + "\n";

    private SignedInternet net;

    @BeforeEach
    void start() throws IOException { net = new SignedInternet(); }

    @AfterEach
    void stop() throws IOException { net.close(); }

    private static DNSKEYRecord key(int flags, int protocol, int algorithm, byte[] octets) {
        return new DNSKEYRecord(ZONE, DClass.IN, 60, flags, protocol, algorithm, octets);
    }

    static Stream<Arguments> odd() {
        return Stream.of(Arguments.of("an algorithm nobody knows", key(256, 3, 200, new byte[32])),
                Arguments.of("a private algorithm", key(257, 3, 253, new byte[40])),
                Arguments.of("no octets, RSA", key(257, 3, 8, new byte[0])),
                Arguments.of("no octets, ECDSA", key(256, 3, 13, new byte[0])),
                Arguments.of("no octets, unknown", key(256, 3, 200, new byte[0])),
                Arguments.of("one octet, RSAMD5", key(256, 3, 1, new byte[1])),
                Arguments.of("RSA without a modulus", key(256, 3, 8, new byte[]{1, 3})),
                Arguments.of("RSA that is cut", key(256, 3, 10, new byte[]{9, 1})),
                Arguments.of("ECDSA too short", key(256, 3, 13, new byte[10])),
                Arguments.of("ECDSA off the curve", key(256, 3, 14, new byte[96])),
                Arguments.of("Ed25519 too long", key(256, 3, 15, new byte[99])),
                Arguments.of("Ed448 of nothing", key(256, 3, 16, new byte[57])),
                Arguments.of("GOST", key(256, 3, 12, new byte[64])),
                Arguments.of("another protocol", key(257, 2, 13, new byte[64])),
                Arguments.of("no key of a zone", key(0, 3, 13, new byte[64])));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("odd")
    void anOddKeyBesideAGoodOneIsIgnored(String what, DNSKEYRecord odd) {
        net.signed("a.test", LINES);
        keys(List.of(odd, net.key.keyOf(ZONE)));
        assertEquals("Found Secure", net.seen("_25._tcp.mx.a.test", RecordType.TLSA), what);
        assertEquals("NoData Secure", net.seen("mx.a.test", RecordType.TLSA), what);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("odd")
    void anOddKeyThatIsVouchedForTooDoesNoHarm(String what, DNSKEYRecord odd) {
        var good = net.key.vouchFor(ZONE);
        var ds = new DSRecord(ZONE, DClass.IN, 60, tag(odd), odd.getAlgorithm(), 2, new byte[32]);
        for (var both : List.of(List.<Record>of(ds, good), List.<Record>of(good, ds))) {
            net.vouched("a.test", net.key, both, LINES);
            keys(List.of(odd, net.key.keyOf(ZONE)));
            assertEquals("Found Secure", net.seen("_25._tcp.mx.a.test", RecordType.TLSA), what);
        }
    }

    private static int tag(DNSKEYRecord key) {
        try {
            return key.getFootprint();
        } catch (RuntimeException tooShort) {
            return 0;
        }
    }

    @Test
    void aZoneOfOddKeysAloneIsBogusAndSaysSo() {
        net.signed("a.test", LINES);
        keys(List.of(key(257, 3, 13, new byte[0])));
        var failed = (Answer.Failed) net.ask("mx.a.test", RecordType.A);
        assertEquals(Answer.Kind.Bogus, failed.kind());
        assertTrue(failed.why().contains("vouched for"), failed.why());
    }

    @Test
    void aKeyThatIsTooShortNeitherProvesNorTakesAProofAway() throws GeneralSecurityException {
        var pairs = KeyPairGenerator.getInstance("RSA");
        pairs.initialize(512);
        var tooShort = new DNSKEYRecord(ZONE, DClass.IN, 60, 257, 3, DNSSEC.Algorithm.RSASHA256,
                dnskey((RSAPublicKey) pairs.generateKeyPair().getPublic()));
        var named = new DSRecord(ZONE, DClass.IN, 60, DNSSEC.Digest.SHA256, tooShort);
        net.vouched("a.test", net.key, List.of(named), LINES);
        keys(List.of(tooShort));
        assertEquals("Found Insecure", net.seen("_25._tcp.mx.a.test", RecordType.TLSA));
        net.vouched("a.test", net.key, List.of(named, net.key.vouchFor(ZONE)), LINES);
        keys(List.of(tooShort, net.key.keyOf(ZONE)));
        assertEquals("Found Secure", net.seen("_25._tcp.mx.a.test", RecordType.TLSA));
        // Someone on the way leaves the good key out.
        net.vouched("a.test", net.key, List.of(named, net.key.vouchFor(ZONE)), LINES);
        keys(List.of(tooShort));
        assertEquals("Failed Bogus", net.seen("_25._tcp.mx.a.test", RecordType.TLSA));
    }

    /// RFC 3110 §2: the exponent's length, the exponent, the modulus.
    private static byte[] dnskey(RSAPublicKey key) {
        byte[] exponent = key.getPublicExponent().toByteArray();
        byte[] modulus = key.getModulus().toByteArray();
        var octets = new ByteArrayOutputStream();
        octets.write(exponent.length);
        octets.writeBytes(exponent);
        octets.write(modulus, 1, modulus.length - 1);
        return octets.toByteArray();
    }

    /// Gives the zone these keys, signed by its own.
    private void keys(List<DNSKEYRecord> keys) {
        var set = new RRset();
        keys.forEach(set::addRR);
        net.forge((query, honest) -> {
            if (SignedInternet.asks(query, "a.test", Type.DNSKEY)) {
                honest.removeAllRecords(Section.ANSWER);
                keys.forEach(key -> honest.addRecord(key, Section.ANSWER));
                honest.addRecord(net.key.sign(set, ZONE), Section.ANSWER);
            }
            return Optional.of(honest);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {DNSSEC.Algorithm.RSASHA1, DNSSEC.Algorithm.RSA_NSEC3_SHA1})
    void rsaWithSha1ProvesNothing(int algorithm) {
        var key = ZoneKey.generate(algorithm, net.time);
        net.zone("a.test", key, DnsFault.NONE, new Denial.ByHash(0, "", false), LINES);
        assertEquals("Found Insecure", net.seen("_25._tcp.mx.a.test", RecordType.TLSA));
        assertEquals("NoData Insecure", net.seen("mx.a.test", RecordType.TLSA));
        assertEquals("NoSuchName Insecure", net.seen("nobody.a.test", RecordType.A));
        // Nor does it break what another algorithm proves, or stand in for it.
        var good = net.key.vouchFor(ZONE);
        net.vouched("a.test", key, List.of(key.vouchFor(ZONE), good), LINES);
        assertEquals("Failed Bogus", net.seen("mx.a.test", RecordType.A));
        net.vouched("a.test", net.key, List.of(key.vouchFor(ZONE), good), LINES);
        assertEquals("Found Secure", net.seen("mx.a.test", RecordType.A));
    }

    @ParameterizedTest
    @ValueSource(ints = {DNSSEC.Algorithm.RSASHA512, DNSSEC.Algorithm.ED448})
    void theOtherAlgorithmsProve(int algorithm) {
        net.zone("a.test", ZoneKey.generate(algorithm, net.time), DnsFault.NONE, SignedInternet.BY_NAME, LINES);
        assertEquals("Found Secure", net.seen("mx.a.test", RecordType.A));
    }

    /// A zone that changes its algorithm signs by both meanwhile (RFC 6781 §4.1.4), and its keys fill more than a
    /// packet.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void twoAlgorithmsAndManyKeysProve(boolean newerFirst) {
        var older = ZoneKey.generate(DNSSEC.Algorithm.RSASHA256, net.time);
        var keys = new ArrayList<DNSKEYRecord>(List.of(net.key.keyOf(ZONE), older.keyOf(ZONE)));
        for (int i = 0; i < 6; i++)
            keys.add(ZoneKey.generate(DNSSEC.Algorithm.RSASHA256, net.time).withFlags(256).keyOf(ZONE));
        var set = new RRset();
        keys.forEach(set::addRR);
        net.vouched("a.test", net.key, List.of(older.vouchFor(ZONE), net.key.vouchFor(ZONE)), LINES)
                .forge((query, honest) -> {
                    boolean wantsKeys = SignedInternet.asks(query, "a.test", Type.DNSKEY);
                    if (wantsKeys || SignedInternet.asks(query, "mx.a.test", Type.A)) {
                        var all = wantsKeys ? set : new RRset(honest.getSection(Section.ANSWER).getFirst());
                        var signers = new ArrayList<>(List.of(older, net.key));
                        if (newerFirst) Collections.reverse(signers);
                        honest.removeAllRecords(Section.ANSWER);
                        all.rrs().forEach(one -> honest.addRecord(one, Section.ANSWER));
                        signers.forEach(one -> honest.addRecord(one.sign(all, ZONE), Section.ANSWER));
                    }
                    return Optional.of(honest);
                });
        assertTrue(set.rrs().stream().mapToInt(one -> one.rdataToWireCanonical().length).sum() > 1_232);
        assertEquals("Found Secure", net.seen("mx.a.test", RecordType.A));
        assertEquals("NoData Secure", net.seen("mx.a.test", RecordType.TLSA));
        assertEquals("Found Secure", net.seen("_25._tcp.mx.a.test", RecordType.TLSA));
    }

    private DSRecord digest(int digest) { return new DSRecord(ZONE, DClass.IN, 60, digest, net.key.keyOf(ZONE)); }

    private DSRecord wrong(int digest, int octets) {
        return new DSRecord(ZONE, DClass.IN, 60, net.key.keyOf(ZONE).getFootprint(), net.key.algorithm(), digest,
                new byte[octets]);
    }

    @Test
    void aSha1DigestOfAGoodKeyProvesWhileItStandsAlone() {
        net.vouched("a.test", net.key, List.of(digest(DNSSEC.Digest.SHA1)), LINES);
        assertEquals("Found Secure", net.seen("mx.a.test", RecordType.A));
        // RFC 4509 §3: not beside a wrong SHA-256 or SHA-384.
        net.vouched("a.test", net.key, List.of(digest(DNSSEC.Digest.SHA1), wrong(2, 32)), LINES);
        assertEquals("Failed Bogus", net.seen("mx.a.test", RecordType.A));
        net.vouched("a.test", net.key, List.of(digest(DNSSEC.Digest.SHA1), wrong(4, 48)), LINES);
        assertEquals("Failed Bogus", net.seen("mx.a.test", RecordType.A));
        // Beside one that nobody knows it stands alone still (RFC 6840 §5.2).
        net.vouched("a.test", net.key, List.of(digest(DNSSEC.Digest.SHA1), wrong(99, 32)), LINES);
        assertEquals("Found Secure", net.seen("mx.a.test", RecordType.A));
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "2, 4", "4, 2", "4, 4"})
    void ofSeveralDigestsAnyProves(int good, int bad) {
        var ways = new ArrayList<Record>();
        for (int i = 0; i < 8; i++)
            ways.add(new DSRecord(ZONE, DClass.IN, 60, i % 2 == 0 ? 4711 + i : net.key.keyOf(ZONE).getFootprint(),
                    i % 4 < 2 ? 8 : net.key.algorithm(), bad, new byte[bad == 2 ? 32 : 48]));
        ways.add(digest(good));
        for (int turn = 0; turn < 2; turn++) {
            net.vouched("a.test", net.key, List.copyOf(ways), LINES);
            assertEquals("Found Secure", net.seen("mx.a.test", RecordType.A));
            Collections.reverse(ways);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofKeysUnderOneTagEachIsTried(boolean last) {
        var key = ZoneKey.generate(DNSSEC.Algorithm.RSASHA256, net.time);
        net.zone("a.test", key, DnsFault.NONE, SignedInternet.BY_NAME, LINES);
        var keys = new ArrayList<Record>(BoundedWorkTest.sameTag(key.keyOf(ZONE), 3));
        keys.add(last ? keys.size() : 0, key.keyOf(ZONE));
        var set = new RRset();
        keys.forEach(set::addRR);
        net.forge((query, honest) -> {
            if (SignedInternet.asks(query, "a.test", Type.DNSKEY)) {
                honest.removeAllRecords(Section.ANSWER);
                keys.forEach(one -> honest.addRecord(one, Section.ANSWER));
                honest.addRecord(key.sign(set, ZONE), Section.ANSWER);
            }
            return Optional.of(honest);
        });
        assertEquals("Found Secure", net.seen("mx.a.test", RecordType.A));
        assertEquals("NoData Secure", net.seen("mx.a.test", RecordType.AAAA));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 30})
    void beforeTheGoodSignatureThereMayBeManyBadOnes(int count) {
        net.signed("a.test", LINES).forge((query, honest) -> {
            boolean keys = SignedInternet.asks(query, "a.test", Type.DNSKEY);
            if (keys || SignedInternet.asks(query, "mx.a.test", Type.A)) before(honest, count);
            return Optional.of(honest);
        });
        assertEquals("Found Secure", net.seen("mx.a.test", RecordType.A));
    }

    private static void before(Message honest, int count) {
        var records = new ArrayList<>(honest.getSection(Section.ANSWER));
        var good = (RRSIGRecord) records.removeLast();
        for (int i = 0; i < count; i++) {
            byte[] octets = good.getSignature().clone();
            octets[i % octets.length] ^= 1;
            records.add(new RRSIGRecord(good.getName(), good.getDClass(), good.getTTL(), good.getTypeCovered(),
                    good.getAlgorithm(), good.getOrigTTL(), good.getExpire(), good.getTimeSigned(),
                    good.getFootprint(), good.getSigner(), octets));
        }
        records.add(good);
        honest.removeAllRecords(Section.ANSWER);
        records.forEach(record -> honest.addRecord(record, Section.ANSWER));
    }
}
