package org.sternpost.engine.dnssec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.dnssec.LocalValidation.Work;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.dns.DnsFault;
import org.sternpost.lab.dns.ZoneKey;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// However much a zone asks of its validator, one question stays cheap (KeyTrap, CVE-2023-50387 and CVE-2023-50868).
class BoundedWorkTest {

    private static final Duration QUICK = Patience.AMPLE;
    private static final Name ZONE = SignedInternet.name("a.test");

    private SignedInternet net;

    @BeforeEach
    void start() throws IOException { net = new SignedInternet(); }

    @AfterEach
    void stop() throws IOException { net.close(); }

    /// Other RSA keys under the same tag, which is a sum of the key's octets by twos: any order of them has it too.
    static List<DNSKEYRecord> sameTag(DNSKEYRecord key, int count) {
        var keys = new ArrayList<DNSKEYRecord>();
        for (int i = 1; i <= count; i++) {
            byte[] octets = key.getKey().clone();
            int at = 4 + 2 * i;
            for (int half = 0; half < 2; half++) {
                byte kept = octets[at + half];
                octets[at + half] = octets[at + 2 + half];
                octets[at + 2 + half] = kept;
            }
            var other = new DNSKEYRecord(ZONE, DClass.IN, 60, key.getFlags(), 3, key.getAlgorithm(), octets);
            assertEquals(key.getFootprint(), other.getFootprint());
            keys.add(other);
        }
        return keys;
    }

    private static void replace(Message reply, List<? extends Record> records) {
        reply.removeAllRecords(Section.ANSWER);
        records.forEach(record -> reply.addRecord(record, Section.ANSWER));
    }

    @Test
    void manyKeysUnderOneTagAndManySignaturesAreGivenUp() {
        var key = ZoneKey.generate(DNSSEC.Algorithm.RSASHA256, net.time);
        net.zone("a.test", key, DnsFault.NONE, SignedInternet.BY_NAME, "mx A 127.0.0.2\n");
        var all = new RRset();
        sameTag(key.keyOf(ZONE), 60).forEach(all::addRR);
        all.addRR(key.keyOf(ZONE));
        net.forge((query, honest) -> {
            if (SignedInternet.asks(query, "a.test", Type.DNSKEY)) {
                var records = new ArrayList<Record>(all.rrs(false));
                records.add(key.sign(all, ZONE));
                replace(honest, records);
            }
            if (SignedInternet.asks(query, "mx.a.test", Type.A)) {
                var records = new ArrayList<>(honest.getSection(Section.ANSWER));
                var real = (RRSIGRecord) records.removeLast();
                for (int i = 0; i < 60; i++) {
                    byte[] signature = real.getSignature().clone();
                    signature[i] ^= 1;
                    records.add(new RRSIGRecord(real.getName(), real.getDClass(), 60, real.getTypeCovered(),
                            real.getAlgorithm(), real.getOrigTTL(), real.getExpire(), real.getTimeSigned(),
                            real.getFootprint(), real.getSigner(), signature));
                }
                replace(honest, records);
            }
            return Optional.of(honest);
        });
        assertTimeout(QUICK, () -> assertEquals("Failed Bogus", net.seen("mx.a.test", RecordType.A)));
    }

    @Test
    void aLoopOfAliasesEnds() {
        net.signed("a.test", "one CNAME two\ntwo CNAME one\nself CNAME self\n");
        for (String name : List.of("one.a.test", "self.a.test"))
            assertTimeout(QUICK, () -> assertTrue(net.seen(name, RecordType.A).startsWith("Failed"), name));
    }

    @Test
    void tooManyAliasesAreAFailure() {
        var lines = new StringBuilder("last A 127.0.0.2\n");
        for (int i = 0; i < 20; i++)
            lines.append("n").append(i).append(" CNAME ").append(i == 19 ? "last" : "n" + (i + 1)).append('\n');
        net.signed("a.test", lines.toString());
        assertEquals("Found Secure", net.seen("n14.a.test", RecordType.A));
        assertTrue(net.seen("n0.a.test", RecordType.A).startsWith("Failed"));
    }

    @Test
    void aNameOfManyLabelsTakesNoMoreThanItsShareOfQueries() {
        net.signed("a.test", "x.y A 127.0.0.2\n");
        String deep = "l.".repeat(110) + "a.test";
        net.forge((query, honest) -> {
            if (SignedInternet.asks(query, deep, Type.A)) {
                // An unsigned record: whether the name lies in an unsigned zone is asked label by label.
                honest.getHeader().setRcode(0);
                honest.removeAllRecords(Section.AUTHORITY);
                replace(honest, SignedInternet.records(".", deep + ". 60 IN A 127.0.0.9"));
            } else if (query.getQuestion().getType() == Type.DS && query.getQuestion().getName().labels() > 3) {
                // Each label claims to be neither a zone nor absent, so that the search goes on.
                var name = query.getQuestion().getName();
                honest.getHeader().setRcode(0);
                honest.removeAllRecords(Section.AUTHORITY);
                var set = new RRset(SignedInternet.records(".", name + " 60 IN NSEC \\000." + name + " RRSIG NSEC")
                        .getFirst());
                honest.addRecord(set.first(), Section.AUTHORITY);
                honest.addRecord(net.key.sign(set, ZONE), Section.AUTHORITY);
            }
            return Optional.of(honest);
        });
        assertTimeout(Patience.AMPLE, () -> {
            var failed = (Answer.Failed) net.ask(deep, RecordType.A);
            assertTrue(failed.why().contains("more than " + Work.QUERIES_MAX + " queries"), failed.why());
        });
        assertTrue(net.queries.get() <= Work.QUERIES_MAX, net.queries + " queries");
    }

    @Test
    void aReplyFullOfProofsIsNotReadToItsEnd() {
        net.signed("a.test", "mx A 127.0.0.2\n");
        net.forge((query, honest) -> {
            if (SignedInternet.asks(query, "mx.a.test", Type.TLSA)) {
                honest.removeAllRecords(Section.AUTHORITY);
                for (int i = 0; i < 300; i++) {
                    var set = new RRset(SignedInternet.records(".",
                            "n" + i + ".a.test. 60 IN NSEC n" + i + "x.a.test. A RRSIG NSEC").getFirst());
                    honest.addRecord(set.first(), Section.AUTHORITY);
                    honest.addRecord(net.key.sign(set, ZONE), Section.AUTHORITY);
                }
            }
            return Optional.of(honest);
        });
        net.lookup();
        assertTimeout(Patience.AMPLE,
                () -> assertEquals("Failed Bogus", net.seen("mx.a.test", RecordType.TLSA)));
    }
}
