package org.sternpost.engine.dnssec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.dns.Forger;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Somebody between us and the resolver wants the TLSA record of a signed host to look absent or unsigned.
class ForgedReplyTest {

    private static final String TLSA = "_25._tcp.mx.a.test";
    private static final String DATA = " 60 IN TLSA 3 1 1 " + "ab".repeat(32);

    private SignedInternet net;

    @BeforeEach
    void start() throws IOException { net = new SignedInternet()
            .signed("a.test", """
                        mx A 127.0.0.2
                        _25._tcp.mx TLSA 3 1 1 %s
                        """.formatted("ab".repeat(32)))
            .signed("b.test", """
                        mx A 127.0.0.3
                        alias CNAME mx
                        _25._tcp.mx TLSA 3 1 1 %s
                        """.formatted("cd".repeat(32)))
            .unsigned("plain.test", "mx A 127.0.0.4\n"); }

    @AfterEach
    void stop() throws IOException { net.close(); }

    /// What is seen of the TLSA record when its reply is forged; anything but a failure would be a downgrade.
    private String forged(Forger by) {
        net.forge((query, honest) -> SignedInternet.asks(query, TLSA, Type.TLSA)
                ? by.forge(query, honest)
                : Optional.of(honest));
        return net.seen(TLSA, RecordType.TLSA);
    }

    private static Message emptied(Message honest) {
        honest.removeAllRecords(Section.ANSWER);
        honest.removeAllRecords(Section.AUTHORITY);
        return honest;
    }

    private static Message with(Message message, int section, List<? extends Record> records) {
        records.forEach(record -> message.addRecord(record, section));
        return message;
    }

    private static List<Record> lines(String text) { return SignedInternet.records(".", text); }

    /// The records with a signature that is right for the key of the signed zones.
    private List<Record> signed(String signer, String text) {
        var set = new RRset();
        lines(text).forEach(set::addRR);
        var all = new java.util.ArrayList<Record>(set.rrs(false));
        all.add(net.key.sign(set, SignedInternet.name(signer)));
        return all;
    }

    @Test
    void theHonestReplyIsSecure() { assertEquals("Found Secure", forged((_, honest) -> Optional.of(honest))); }

    @Test
    void theRightRecordsUnderNxdomainProveNoAbsence() {
        assertEquals("Failed ServFail", forged((_, honest) -> {
            honest.getHeader().setRcode(Rcode.NXDOMAIN);
            return Optional.of(honest);
        }));
    }

    @Test
    void anotherNamesSignedRecordsProveNoAbsence() {
        assertEquals("Failed Bogus", forged((_, honest) -> Optional.of(with(emptied(honest), Section.ANSWER,
                signed("b.test", "_25._tcp.mx.b.test. 60 IN TLSA 3 1 1 " + "cd".repeat(32))))));
    }

    @Test
    void anUnsignedZonesRecordsInTheAnswerDoNotMakeItInsecure() {
        assertEquals("Failed Bogus", forged((_, honest) -> Optional.of(with(emptied(honest), Section.ANSWER,
                lines("_25._tcp.mx.plain.test." + DATA)))));
        assertEquals("Failed Bogus",
                forged((_, honest) -> Optional.of(with(with(emptied(honest), Section.ANSWER,
                        lines("_25._tcp.mx.plain.test." + DATA)), Section.ANSWER, lines(TLSA + "." + DATA)))));
    }

    @Test
    void anUnsignedZonesStartOfAuthorityDoesNotMakeAnAbsenceInsecure() {
        for (int rcode : new int[]{Rcode.NOERROR, Rcode.NXDOMAIN})
            assertEquals("Failed Bogus", forged((_, honest) -> {
                honest.getHeader().setRcode(rcode);
                return Optional.of(with(emptied(honest), Section.AUTHORITY,
                        lines("plain.test. 60 IN SOA ns.test. ns.test. 1 3600 600 86400 30")));
            }));
    }

    @Test
    void anUnsignedZonesRecordsInTheAuthorityDoNotMakeAGoodAnswerInsecure() {
        String seen = forged((_, honest) -> Optional.of(with(honest, Section.AUTHORITY,
                lines("plain.test. 60 IN NS ns.test."))));
        assertEquals("Found Secure", seen);
    }

    @Test
    void aSignerThatDoesNotEncloseTheNameSignsNothing() {
        for (String signer : List.of("plain.test", "b.test", "c.plain.test"))
            assertEquals("Failed Bogus", forged((_, honest) -> {
                var set = lines(TLSA + "." + DATA);
                var real = net.key.sign(new RRset(set.getFirst()), SignedInternet.name("a.test"));
                var sig = new RRSIGRecord(real.getName(), real.getDClass(), real.getTTL(), real.getTypeCovered(),
                        real.getAlgorithm(), real.getOrigTTL(), real.getExpire(), real.getTimeSigned(),
                        real.getFootprint(), SignedInternet.name(signer), real.getSignature());
                return Optional.of(with(with(emptied(honest), Section.ANSWER, set), Section.ANSWER, List.of(sig)));
            }), signer);
    }

    @Test
    void anAliasThatNobodyAskedForLeadsNowhere() {
        assertEquals("Failed Bogus", forged((query, honest) -> Optional.of(with(with(emptied(honest), Section.ANSWER,
                signed("b.test", "alias.b.test. 60 IN CNAME mx.b.test.")), Section.AUTHORITY,
                signed("b.test", "mx.b.test. 60 IN NSEC _25._tcp.mx.b.test. A RRSIG NSEC")))));
    }

    @Test
    void anEmptyReplyProvesNothingOfASignedZone() {
        for (int rcode : new int[]{Rcode.NOERROR, Rcode.NXDOMAIN})
            assertEquals("Failed Bogus", forged((_, honest) -> {
                honest.getHeader().setRcode(rcode);
                return Optional.of(emptied(honest));
            }));
    }

    @Test
    void anEmptyReplyOfAnUnsignedZoneIsAnAbsenceStill() {
        net.forge((query, honest) -> SignedInternet.asks(query, "mx.plain.test", Type.AAAA)
                ? Optional.of(emptied(honest))
                : Optional.of(honest));
        assertEquals("NoData Insecure", net.seen("mx.plain.test", RecordType.AAAA));
    }

    @Test
    void keysThatCannotBeHadDoNotMakeAnAbsenceInsecure() {
        net.waits(Patience.SHORT);
        for (int rcode : new int[]{Rcode.NOERROR, Rcode.NXDOMAIN}) {
            net.forge((query, honest) -> {
                if (query.getQuestion().getType() == Type.DNSKEY || query.getQuestion().getType() == Type.DS)
                    return Optional.empty();
                honest.getHeader().setRcode(rcode);
                return Optional.of(with(emptied(honest), Section.AUTHORITY,
                        lines("a.test. 60 IN SOA ns.test. ns.test. 1 3600 600 86400 30")));
            });
            assertEquals("Failed Timeout", net.seen(TLSA, RecordType.TLSA));
        }
    }

    @Test
    void keysThatAreRefusedDoNotMakeAnythingInsecure() {
        net.forge((query, honest) -> {
            if (query.getQuestion().getType() != Type.TLSA) {
                emptied(honest).getHeader().setRcode(Rcode.REFUSED);
                return Optional.of(honest);
            }
            return Optional.of(with(emptied(honest), Section.ANSWER, lines(TLSA + "." + DATA)));
        });
        assertEquals("Failed Indeterminate", net.seen(TLSA, RecordType.TLSA));
    }

    @Test
    void aQuestionIsNoReply() {
        assertTrue(forged((_, honest) -> {
            emptied(honest).getHeader().unsetFlag(Flags.QR);
            return Optional.of(honest);
        }).startsWith("Failed"));
    }

    @Test
    void whatTheResolverClaimsToHaveProvenCountsForNothing() {
        String seen = forged((_, honest) -> {
            emptied(honest).getHeader().setFlag(Flags.AD);
            return Optional.of(with(honest, Section.ANSWER, lines(TLSA + "." + DATA)));
        });
        assertEquals("Failed Bogus", seen);
    }

    @Test
    void theReasonIsTold() {
        forged((_, honest) -> Optional.of(emptied(honest)));
        var failed = (Answer.Failed) net.ask(TLSA, RecordType.TLSA);
        assertTrue(failed.why().contains("EDE"), failed.why());
        assertFalse(failed.why().contains("\n"), failed.why());
    }
}
