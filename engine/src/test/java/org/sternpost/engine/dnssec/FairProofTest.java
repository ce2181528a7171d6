package org.sternpost.engine.dnssec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.OutageLookup;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.lab.dns.Denial;
import org.sternpost.lab.dns.DnsFault;
import org.sternpost.lab.dns.ZoneKey;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// What a lawful zone does is proven, and what fails is said once and again, as what it is and of whom.
class FairProofTest {

    private static final String LINES = """
            mx A 127.0.0.2
            _25._tcp.mx TLSA 3 1 1 %s
            *.wild A 127.0.0.3
            """.formatted("ab".repeat(32));

    private SignedInternet net;

    @BeforeEach
    void start() throws IOException { net = new SignedInternet(); }

    @AfterEach
    void stop() throws IOException { net.close(); }

    private Answer.Failed failed(String name, RecordType type) { return (Answer.Failed) net.ask(name, type); }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 6, 7, 20, 60})
    void namesFarBelowTheClosestThatExistsAreDeniedByHashes(int labels) {
        net.zone("a.test", net.key, DnsFault.NONE, new Denial.ByHash(3, "aabb", false), LINES);
        String deep = "l.".repeat(labels);
        assertEquals("NoSuchName Secure", net.seen(deep + "nobody.a.test", RecordType.A));
        assertEquals("NoSuchName Secure", net.seen(deep + "mx.a.test", RecordType.TLSA));
        assertEquals("Found Secure", net.seen(deep + "wild.a.test", RecordType.A));
        assertEquals("NoData Secure", net.seen(deep + "wild.a.test", RecordType.TLSA));
    }

    @ParameterizedTest
    @CsvSource({"0, Secure", "100, Secure", "101, Insecure", "150, Insecure", "2500, Insecure"})
    void moreIterationsThanAreWorthwhileProveNothing(int iterations, String expected) {
        net.zone("a.test", net.key, DnsFault.NONE, new Denial.ByHash(iterations, "ab", false), LINES);
        assertEquals("NoData " + expected, net.seen("mx.a.test", RecordType.TLSA));
        assertEquals("NoSuchName " + expected, net.seen("nobody.a.test", RecordType.A));
        assertEquals("Found " + expected, net.seen("x.wild.a.test", RecordType.A));
        assertEquals("NoData " + expected, net.seen("x.wild.a.test", RecordType.TLSA));
        assertEquals("Found Secure", net.seen("mx.a.test", RecordType.A));
    }

    @Test
    void whatIsSignedAndYetNotProvenSaysWhy() {
        net.zone("a.test", net.key, DnsFault.NONE, new Denial.ByHash(150, "ab", false), LINES)
                .unsigned("plain.test", LINES);
        String many = net.ask("mx.a.test", RecordType.TLSA).text();
        assertTrue(many.contains("150 iterations") && many.contains("RFC 9276"), many);
        net.zone("a.test", net.key, DnsFault.NONE, new Denial.ByHash(0, "ab", true), LINES);
        String open = net.ask("x.wild.a.test", RecordType.A).text();
        assertTrue(open.startsWith("127.0.0.3; not proven: ") && open.contains("opt-out"), open);
        net.zone("a.test", ZoneKey.generate(DNSSEC.Algorithm.RSASHA1, net.time), DnsFault.NONE,
                SignedInternet.BY_NAME, LINES);
        for (String name : List.of("mx.a.test", "nobody.a.test")) {
            String old = net.ask(name, RecordType.A).text();
            assertTrue(old.contains("RSA with SHA-1") && old.contains("RFC 9905"), old);
        }
        assertEquals("127.0.0.2", net.ask("mx.plain.test", RecordType.A).text());
    }

    @Test
    void iterationsThatTheZoneDidNotSignCountForNothing() {
        net.signed("a.test", LINES).forge((query, honest) -> {
            if (SignedInternet.asks(query, "_25._tcp.mx.a.test", Type.TLSA)) {
                honest.removeAllRecords(Section.ANSWER);
                honest.addRecord(SignedInternet.records(".",
                        "0123456789abcdefghijklmnopqrstuv.a.test. 60 IN NSEC3 1 0 200 - "
                                + "0123456789abcdefghijklmnopqrstuu A RRSIG")
                        .getFirst(), Section.AUTHORITY);
            }
            return Optional.of(honest);
        });
        assertEquals("Failed Bogus", net.seen("_25._tcp.mx.a.test", RecordType.TLSA));
    }

    /// The signer's clock against ours.
    @ParameterizedTest
    @CsvSource({"-3600, Found Secure", "0, Found Secure", "240, Found Secure", "300, Found Secure",
            "301, Failed Bogus", "3600, Failed Bogus"})
    void aClockThatIsALittleBehindIsNoReason(long ahead, String expected) {
        // Signatures of the lab begin an hour before they are made.
        var theirs = new SimTime(net.time.instant().plusSeconds(ahead + 3600), 1);
        var key = new ZoneKey(net.key.pair(), theirs);
        net.zone("a.test", key, DnsFault.NONE, SignedInternet.BY_NAME, LINES);
        assertEquals(expected, net.seen("mx.a.test", RecordType.A));
        if (expected.startsWith("Failed"))
            assertTrue(failed("mx.a.test", RecordType.A).why().contains("EDE 8"), "not yet valid");
    }

    @ParameterizedTest
    @CsvSource({"-1, Found Secure", "300, Found Secure", "301, Failed Bogus"})
    void aSignatureThatEndedThisMomentIsNoReasonEither(long ago, String expected) {
        // Signatures of the lab last 365 days.
        var theirs = new SimTime(net.time.instant().minusSeconds(ago).minus(Duration.ofDays(365)), 1);
        net.zone("a.test", new ZoneKey(net.key.pair(), theirs), DnsFault.NONE, SignedInternet.BY_NAME, LINES);
        assertEquals(expected, net.seen("mx.a.test", RecordType.A));
        // RFC 4035 §5.3.3: it is kept no longer for that.
        var reading = net.lookup().checked(new Question(Domain.of("mx.a.test"), RecordType.A));
        assertEquals(ago < 0 ? 1 : 0, reading.ttl().toSeconds());
    }

    @ParameterizedTest
    @CsvSource({"EXPIRED_SIGNATURES, EDE 7", "FUTURE_SIGNATURES, EDE 8", "STRAY_KEY, EDE 9", "NO_SIGNATURES, EDE 10",
            "BOGUS_ADDRESS, EDE 6"})
    void theReasonIsTheSameEachTimeItIsAskedFor(DnsFault fault, String why) {
        net.zone("a.test", net.key, fault, SignedInternet.BY_NAME, LINES);
        String first = failed("mx.a.test", RecordType.A).why();
        assertTrue(first.contains(why), first);
        assertTrue(first.contains("a.test"), first);
        for (int again = 0; again < 3; again++)
            assertEquals(first, failed("mx.a.test", RecordType.A).why());
    }

    @Test
    void keysThatWereChangedAreAskedForAnew() {
        net.signed("a.test", LINES);
        assertEquals("Found Secure", net.seen("mx.a.test", RecordType.A));
        var served = new AtomicReference<>(net.key);
        var next = ZoneKey.generate(DNSSEC.Algorithm.ECDSAP256SHA256, net.time);
        // From now on another key signs everything of the zone, and the zone above vouches for it.
        net.forge((query, honest) -> {
            var name = query.getQuestion().getName();
            var zone = SignedInternet.name("a.test");
            if (!name.subdomain(zone) || served.get() == net.key) return Optional.of(honest);
            var set = new org.xbill.DNS.RRset();
            if (query.getQuestion().getType() == Type.DS) set.addRR(next.vouchFor(zone));
            else if (query.getQuestion().getType() == Type.DNSKEY) set.addRR(next.keyOf(zone));
            else
                honest.getSectionRRsets(Section.ANSWER).getFirst().rrs(false).forEach(set::addRR);
            honest.removeAllRecords(Section.ANSWER);
            set.rrs(false).forEach(record -> honest.addRecord(record, Section.ANSWER));
            boolean above = query.getQuestion().getType() == Type.DS;
            honest.addRecord((above ? net.key : next).sign(set, above ? SignedInternet.name("test") : zone),
                    Section.ANSWER);
            return Optional.of(honest);
        });
        served.set(next);
        assertEquals("Found Secure", net.seen("mx.a.test", RecordType.A));
    }

    @Test
    void recordsThatCannotBeReadAreToldAsThat() {
        net.signed("a.test", LINES).forge((query, honest) -> {
            if (SignedInternet.asks(query, "mx.a.test", Type.A)) {
                honest.removeAllRecords(Section.ANSWER);
                honest.addRecord(new Torn(SignedInternet.name("mx.a.test")), Section.ANSWER);
            }
            return Optional.of(honest);
        });
        var failed = failed("mx.a.test", RecordType.A);
        assertEquals(Answer.Kind.ServFail, failed.kind(), failed.why());
        assertTrue(failed.why().contains("cannot be read"), failed.why());
        var unchecked = (Answer.Failed) net.lookup()
                .unchecked(new Question(Domain.of("mx.a.test"), RecordType.A)).answer();
        assertEquals(failed, unchecked);
    }

    @Test
    void signaturesWhoseRecordsAreMissingAreNoRecords() {
        net.signed("a.test", LINES + "alias CNAME mx\n");
        var question = new Question(Domain.of("alias.a.test"), RecordType.A);
        for (int rcode : new int[]{Rcode.NOERROR, Rcode.NXDOMAIN, Rcode.SERVFAIL}) {
            net.forge((query, honest) -> {
                if (!SignedInternet.asks(query, "alias.a.test", Type.A)) return Optional.of(honest);
                honest.getHeader().setRcode(rcode);
                for (Record record : List.copyOf(honest.getSection(Section.ANSWER)))
                    if (record.getType() != Type.RRSIG) honest.removeRecord(record, Section.ANSWER);
                return Optional.of(honest);
            });
            assertTrue(net.seen("alias.a.test", RecordType.A).startsWith("Failed"));
            assertEquals(rcode == Rcode.SERVFAIL, net.lookup().unchecked(question).answer() instanceof Answer.Failed);
        }
    }

    /// An address of three octets.
    private static final class Torn extends Record {
        private static final long serialVersionUID = 1;

        Torn(org.xbill.DNS.Name owner) { super(owner, Type.A, DClass.IN, 60); }

        @Override
        protected void rrFromWire(org.xbill.DNS.DNSInput in) { throw new UnsupportedOperationException(); }

        @Override
        protected void rdataFromString(org.xbill.DNS.Tokenizer text, org.xbill.DNS.Name origin) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected String rrToString() { return "torn"; }

        @Override
        protected void rrToWire(org.xbill.DNS.DNSOutput out, org.xbill.DNS.Compression names, boolean canonical) {
            out.writeByteArray(new byte[]{127, 0, 0});
        }
    }

    @Test
    void aNameWhoseServersAreSilentIsNotOurFault() {
        net.waits(Patience.SHORT).zone("a.test", net.key, DnsFault.SILENT, SignedInternet.BY_NAME, LINES);
        assertEquals(Answer.Kind.Timeout, failed("mx.a.test", RecordType.A).kind());
    }

    /// A resolver that loses its network still answers what it remembers, and fails at the keys that it must fetch.
    @ParameterizedTest
    @CsvSource({"DS, false, Failed Indeterminate", "DNSKEY, false, Failed Indeterminate", "DS, true, Failed NoServer",
            "DNSKEY, true, Failed NoServer"})
    void keysThatCannotBeHadAreTheFaultOfTheZoneOnlyWhileOthersAreAnswered(String type, boolean outage,
            String expected) {
        net.signed("a.test", LINES).forge((query, honest) -> {
            boolean lost = SignedInternet.asks(query, "a.test", Type.value(type))
                    || outage && SignedInternet.asks(query, ".", Type.NS);
            if (lost) honest.removeAllRecords(Section.ANSWER);
            if (lost) honest.getHeader().setRcode(Rcode.SERVFAIL);
            return Optional.of(honest);
        });
        var lookup = new OutageLookup(net.lookup(), net.servers(), net.time);
        Answer answer = lookup.checked(new Question(Domain.of("mx.a.test"), RecordType.A)).answer();
        assertEquals(expected, answer.getClass().getSimpleName() + " " + answer.statusWord());
        assertTrue(((Answer.Failed) answer).why().contains("a.test. " + type + " cannot be had"), answer.text());
    }

    /// RFC 5155 §6: what lies in the gaps of opt-out are delegations of unsigned zones, and nothing is wrong with them.
    @Test
    void anUnsignedZoneInAGapOfOptOutIsUnsignedAndNotSignedInVain() {
        net.zone("test", net.key, DnsFault.NONE, new Denial.ByHash(0, "", true), "").unsigned("plain.test", LINES);
        assertEquals("Found Insecure", net.seen("mx.plain.test", RecordType.A));
        assertEquals("127.0.0.2", net.ask("mx.plain.test", RecordType.A).text());
    }

    @Test
    void aProofThatTakesTooLongIsOurs() {
        net.waits(Duration.ofSeconds(30)).signed("a.test", LINES).forge((query, honest) -> {
            net.time.advance(Duration.ofSeconds(151));
            return Optional.of(honest);
        });
        var failed = failed("mx.a.test", RecordType.A);
        assertEquals(Answer.Kind.Local, failed.kind(), failed.why());
        assertTrue(failed.why().contains("no proof within 300 s"), failed.why());
    }

    /// RFC 8020 §2 is broken by servers that deny a name which has only names below it.
    @Test
    void aNameThatIsDeniedThoughOnlyItsRecordsAreAbsentHasNone() {
        for (Denial denial : List.of(SignedInternet.BY_NAME, new Denial.ByHash(0, "", false))) {
            net.zone("a.test", net.key, DnsFault.NONE, denial, LINES).forge((query, honest) -> {
                if (query.getQuestion().getName().equals(SignedInternet.name("_tcp.mx.a.test")))
                    honest.getHeader().setRcode(Rcode.NXDOMAIN);
                return Optional.of(honest);
            });
            assertEquals("NoData Secure", net.seen("_tcp.mx.a.test", RecordType.A));
            assertEquals("Found Secure", net.seen("_25._tcp.mx.a.test", RecordType.TLSA));
        }
    }
}
