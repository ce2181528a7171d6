package org.sternpost.engine.dnssec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Answer.Status;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.mail.Domain;
import org.sternpost.lab.dns.Denial;
import org.sternpost.lab.dns.DnsFault;
import org.sternpost.lab.dns.ZoneKey;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// What the engine proves by itself, through a resolver that proves nothing.
class DnssecProofTest {

    private static final String LINES = """
            mx A 127.0.0.2
            _25._tcp.mx TLSA 3 1 1 %s
            *.wild A 127.0.0.3
            *.aliases CNAME mx
            alias CNAME mx
            outside CNAME mx.plain.test.
            broken CNAME mx.bogus.test.
            astray CNAME nobody
            old DNAME new
            mx.new A 127.0.0.4
            """.formatted("ab".repeat(32));

    private SignedInternet net;

    @BeforeEach
    void start() throws IOException {
        net = new SignedInternet();
        net.zone("bogus.test", net.key, DnsFault.BOGUS_ADDRESS, SignedInternet.BY_NAME, "mx A 127.0.0.6\n")
                .unsigned("plain.test", """
                        mx A 127.0.0.5
                        inside CNAME mx.a.test.
                        """);
    }

    @AfterEach
    void stop() throws IOException { net.close(); }

    private static Denial hashed(int iterations, boolean optOut) {
        return new Denial.ByHash(iterations, "aabbccdd", optOut);
    }

    private SignedInternet zone(Denial denial) { return net.zone("a.test", net.key, DnsFault.NONE, denial, LINES); }

    @ParameterizedTest
    @ValueSource(ints = {DNSSEC.Algorithm.RSASHA256, DNSSEC.Algorithm.ECDSAP256SHA256,
            DNSSEC.Algorithm.ECDSAP384SHA384, DNSSEC.Algorithm.ED25519})
    void eachAlgorithmOfRfc8624ThatSignersMustOrShouldUseIsVerified(int algorithm) throws IOException {
        var key = ZoneKey.generate(algorithm, net.time);
        net.zone("a.test", key, DnsFault.NONE, hashed(0, false), LINES)
                .zone("b.test", key, DnsFault.BOGUS_TLSA, hashed(0, false), LINES);
        assertEquals("Found Secure", net.seen("_25._tcp.mx.a.test", RecordType.TLSA));
        assertEquals("NoSuchName Secure", net.seen("_26._tcp.mx.a.test", RecordType.TLSA));
        assertEquals("Failed Bogus", net.seen("_25._tcp.mx.b.test", RecordType.TLSA));
    }

    private static final String TABLE = """
            mx.a.test,                  A,     Found Secure
            _25._tcp.mx.a.test,         TLSA,  Found Secure
            mx.a.test,                  TLSA,  NoData Secure
            _tcp.mx.a.test,             TLSA,  NoData Secure
            nobody.a.test,              A,     NoSuchName Secure
            x.y.nobody.a.test,          A,     NoSuchName Secure
            any.wild.a.test,            A,     Found Secure
            x.any.wild.a.test,          A,     Found Secure
            any.wild.a.test,            TLSA,  NoData Secure
            any.aliases.a.test,         A,     Found Secure
            alias.a.test,               A,     Found Secure
            alias.a.test,               CNAME, Found Secure
            alias.a.test,               TLSA,  NoData Secure
            astray.a.test,              A,     NoSuchName Secure
            outside.a.test,             A,     Found Insecure
            outside.a.test,             CNAME, Found Secure
            outside.a.test,             AAAA,  NoData Insecure
            broken.a.test,              A,     Failed Bogus
            inside.plain.test,          A,     Found Insecure
            mx.old.a.test,              A,     Found Secure
            nobody.old.a.test,          A,     NoSuchName Secure
            mx.plain.test,              A,     Found Insecure
            mx.plain.test,              TLSA,  NoData Insecure
            nobody.plain.test,          A,     NoSuchName Insecure
            nobody.test,                A,     NoSuchName Secure
            """;

    @ParameterizedTest
    @CsvSource(textBlock = TABLE)
    void provenByNames(String name, RecordType type, String expected) {
        zone(SignedInternet.BY_NAME);
        assertEquals(expected, net.seen(name, type));
    }

    @ParameterizedTest
    @CsvSource(textBlock = TABLE)
    void provenByHashes(String name, RecordType type, String expected) {
        zone(hashed(3, false));
        assertEquals(expected, net.seen(name, type));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            mx.a.test,          A, Found Secure
            nobody.a.test,      A, Failed Bogus
            mx.a.test,       TLSA, Failed Bogus
            any.wild.a.test,    A, Failed Bogus
            """)
    void withoutDenialNothingIsAbsentAndNoWildcardStands(String name, RecordType type, String expected) {
        for (Denial denial : List.of(SignedInternet.BY_NAME, hashed(0, false))) {
            net.zone("a.test", net.key, DnsFault.NO_DENIAL, denial, LINES);
            assertEquals(expected, net.seen(name, type));
        }
    }

    @Test
    void aliasesAreFollowedToTheirEnd() {
        zone(SignedInternet.BY_NAME);
        var found = (Answer.Found) net.ask("any.aliases.a.test", RecordType.A);
        assertEquals(Domain.of("mx.a.test"), found.canonical());
        assertEquals(Domain.of("mx.new.a.test"), ((Answer.Found) net.ask("mx.old.a.test", RecordType.A)).canonical());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            EXPIRED_SIGNATURES, EDE 7
            FUTURE_SIGNATURES,  EDE 8
            STRAY_KEY,          EDE
            NO_SIGNATURES,      EDE
            """)
    void aZoneWhoseSignaturesAreWrongIsBogusAndSaysWhy(DnsFault fault, String why) {
        net.zone("a.test", net.key, fault, SignedInternet.BY_NAME, LINES);
        for (String name : List.of("mx.a.test", "nobody.a.test")) {
            var failed = (Answer.Failed) net.ask(name, RecordType.A);
            assertEquals(Answer.Kind.Bogus, failed.kind());
            assertTrue(failed.why().contains(why), failed.why());
        }
    }

    @Test
    void aParentThatVouchesForAnotherKeyMakesTheZoneBogus() {
        var other = ZoneKey.generate(DNSSEC.Algorithm.ECDSAP256SHA256, net.time);
        net.vouched("a.test", net.key, List.of(other.vouchFor(SignedInternet.name("a.test"))), LINES);
        assertEquals("Failed Bogus", net.seen("mx.a.test", RecordType.A));
    }

    @ParameterizedTest
    @CsvSource({"200, 2", "13, 99"})
    void aZoneWhoseAlgorithmOrDigestNobodyKnowsIsInsecure(int algorithm, int digest) {
        var ds = new DSRecord(SignedInternet.name("a.test"), DClass.IN, 60, 4711, algorithm, digest, new byte[32]);
        net.vouched("a.test", net.key, List.of(ds), LINES);
        assertEquals("Found Insecure", net.seen("mx.a.test", RecordType.A));
    }

    @Test
    void aWeakDigestBesideAStrongOneProvesNothing() {
        var origin = SignedInternet.name("a.test");
        var weak = new DSRecord(origin, DClass.IN, 60, DNSSEC.Digest.SHA1, net.key.keyOf(origin));
        var strong = ZoneKey.generate(DNSSEC.Algorithm.ECDSAP256SHA256, net.time).vouchFor(origin);
        net.vouched("a.test", net.key, List.of(weak, strong), LINES);
        assertEquals("Failed Bogus", net.seen("mx.a.test", RecordType.A));
    }

    @ParameterizedTest
    @CsvSource({"0, Failed Bogus", "256, Found Secure", "257, Found Secure"})
    void onlyAKeyOfTheZoneSignsIt(int flags, String expected) {
        net.zone("a.test", net.key.withFlags(flags), DnsFault.NONE, SignedInternet.BY_NAME, LINES);
        assertEquals(expected, net.seen("mx.a.test", RecordType.A));
    }

    @ParameterizedTest
    @CsvSource({"256, Found Secure", "384, Failed Bogus"})
    void aRevokedKeySignsNothingMore(int flags, String expected) {
        var second = ZoneKey.generate(DNSSEC.Algorithm.ECDSAP256SHA256, net.time).withFlags(flags);
        var origin = SignedInternet.name("a.test");
        zone(SignedInternet.BY_NAME).forge((query, honest) -> {
            boolean keys = SignedInternet.asks(query, "a.test", Type.DNSKEY);
            if (keys || SignedInternet.asks(query, "mx.a.test", Type.A)) {
                var set = new RRset();
                honest.getSectionRRsets(Section.ANSWER).getFirst().rrs(false).forEach(set::addRR);
                if (keys) set.addRR(second.keyOf(origin));
                honest.removeAllRecords(Section.ANSWER);
                set.rrs(false).forEach(record -> honest.addRecord(record, Section.ANSWER));
                honest.addRecord((keys ? net.key : second).sign(set, origin), Section.ANSWER);
            }
            return Optional.of(honest);
        });
        assertEquals(expected, net.seen("mx.a.test", RecordType.A));
        assertEquals("Found Secure", net.seen("_25._tcp.mx.a.test", RecordType.TLSA));
    }

    @Test
    void delegationsThatOptedOutAreInsecure() {
        net.zone("test", net.key, DnsFault.NONE, hashed(0, true), "").signed("a.test", LINES);
        assertEquals("Found Insecure", net.seen("mx.plain.test", RecordType.A));
        assertEquals("NoData Insecure", net.seen("mx.plain.test", RecordType.TLSA));
        assertEquals("Found Secure", net.seen("_25._tcp.mx.a.test", RecordType.TLSA));
        assertEquals("NoSuchName Secure", net.seen("_26._tcp.mx.a.test", RecordType.TLSA));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            0,     NoSuchName Secure
            100,   NoSuchName Secure
            101,   NoSuchName Insecure
            500,   NoSuchName Insecure
            65535, NoSuchName Insecure
            """)
    void manyRoundsOfTheHashAreNotWorthAProof(int iterations, String expected) {
        zone(hashed(iterations, false));
        assertEquals(expected, net.seen("_26._tcp.mx.a.test", RecordType.TLSA));
        // Of data as of names (RFC 9276 §3.2).
        assertEquals(expected.replace("NoSuchName", "NoData"), net.seen("mx.a.test", RecordType.TLSA));
        assertEquals("Found Secure", net.seen("_25._tcp.mx.a.test", RecordType.TLSA));
    }

    @Test
    void namesOutsideTheAnchorsAreInsecure() {
        net.zone("a.test", net.key, DnsFault.NONE, SignedInternet.BY_NAME, LINES)
                .zone("b.test", net.key, DnsFault.NONE, SignedInternet.BY_NAME, LINES)
                .anchors(net.key.vouchFor(SignedInternet.name("a.test")) + "\n");
        assertEquals("Found Secure", net.seen("mx.a.test", RecordType.A));
        assertEquals("Found Insecure", net.seen("mx.b.test", RecordType.A));
        assertEquals("NoSuchName Insecure", net.seen("nobody.b.test", RecordType.A));
    }

    @Test
    void whatWasDisprovenCanStillBeAskedForUnchecked() {
        var answer = net.lookup().unchecked(
                new Question(Domain.of("mx.bogus.test"), RecordType.A)).answer();
        assertEquals(Status.Insecure, ((Answer.Found) answer).status());
    }

    @Test
    void anAnswerIsKeptNoLongerThanItsSignerLets() {
        zone(SignedInternet.BY_NAME).forge((_, honest) -> {
            var longer = honest.getSection(Section.ANSWER).stream().map(record -> Record.newRecord(record.getName(),
                    record.getType(), record.getDClass(), 3000, record.rdataToWireCanonical())).toList();
            honest.removeAllRecords(Section.ANSWER);
            longer.forEach(record -> honest.addRecord(record, Section.ANSWER));
            return Optional.of(honest);
        });
        var reading = net.lookup().checked(new Question(Domain.of("mx.a.test"), RecordType.A));
        assertEquals(60, reading.ttl().toSeconds());
    }
}
