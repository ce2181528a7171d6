package org.sternpost.engine.dnssec;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.mail.Domain;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Whatever keys and digests a zone publishes, and its parent vouches for: nothing is thrown, and beside a good one all
/// else is without effect.
class OddKeysFuzzTest {

    private static final Name ZONE = SignedInternet.name("a.test");
    private static SignedInternet net;
    private static RRset keys;
    private static RRset vouching;

    private static void start() throws IOException {
        net = new SignedInternet().signed("a.test", "mx A 127.0.0.2\n");
        net.forge((query, honest) -> {
            boolean key = SignedInternet.asks(query, "a.test", Type.DNSKEY);
            if (key || SignedInternet.asks(query, "a.test", Type.DS)) {
                RRset set = key ? keys : vouching;
                honest.removeAllRecords(Section.ANSWER);
                set.rrs(false).forEach(record -> honest.addRecord(record, Section.ANSWER));
                honest.addRecord(net.key.sign(set, key ? ZONE : SignedInternet.name("test")), Section.ANSWER);
            }
            return Optional.of(honest);
        });
        net.lookup();
    }

    @AfterAll
    static void stop() throws IOException { if (net != null) net.close(); }

    @FuzzTest
    void oneGoodPathProves(FuzzedDataProvider data) throws IOException {
        if (net == null) start();
        boolean good = data.consumeBoolean();
        var published = new ArrayList<Record>();
        var digests = new ArrayList<Record>();
        for (int i = data.consumeInt(0, 6); i > 0; i--) {
            var key = new DNSKEYRecord(ZONE, DClass.IN, 60, data.consumeInt(0, 65_535), data.consumeInt(0, 5),
                    data.consumeInt(0, 255), data.consumeBytes(data.consumeInt(0, 80)));
            published.add(key);
            // A digest of type 0 is of no known length.
            int digest = data.consumeInt(5, 255);
            if (data.consumeBoolean())
                digests.add(new DSRecord(ZONE, DClass.IN, 60, data.consumeInt(0, 65_535), data.consumeInt(0, 255),
                        2, data.consumeBoolean() ? new byte[32] : digestOf(key)));
            else
                digests.add(Record.newRecord(ZONE, Type.DS, DClass.IN, 60,
                        new byte[]{0, 1, (byte) key.getAlgorithm(), (byte) digest, 7}));
        }
        published.add(data.consumeInt(0, published.size()), net.key.keyOf(ZONE));
        if (good || digests.isEmpty())
            digests.add(data.consumeInt(0, digests.size()), net.key.vouchFor(ZONE));
        keys = new RRset();
        published.forEach(keys::addRR);
        vouching = new RRset();
        digests.forEach(vouching::addRR);
        var lookup = new LocalValidation(net.servers(),
                new ZoneTrustAnchors(net.key.trustAnchor() + "\n"), net.time);
        Answer answer = lookup.checked(new Question(
                Domain.of("mx.a.test"), RecordType.A)).answer();
        String status = answer.statusWord();
        boolean better = digests.contains(net.key.vouchFor(ZONE));
        assertTrue(better ? status.equals("Secure") : !status.equals("Secure"), answer::toString);
        assertTrue(!(answer instanceof Answer.Failed failed) || failed.kind() == Answer.Kind.Bogus, answer::toString);
    }

    private static byte[] digestOf(DNSKEYRecord key) {
        try {
            return new DSRecord(ZONE, DClass.IN, 60, 2, key).getDigest();
        } catch (RuntimeException tooShort) {
            return new byte[32];
        }
    }
}
