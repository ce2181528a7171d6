package org.sternpost.engine.dnssec;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Answer.Status;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.dns.Rdata;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Whatever a forger puts together of true and false records, a signed host's TLSA record is seen as it is or not at
/// all: never absent, never insecure, never another.
class DowngradeFuzzTest {

    private static final String HOST = "_25._tcp.mx.a.test";
    private static final String DATA = "ab".repeat(32);
    private static SignedInternet net;
    private static List<Record> pool;
    private static FuzzedDataProvider script;

    private static void start() throws IOException {
        net = new SignedInternet().signed("a.test", "mx A 127.0.0.2\n_25._tcp.mx TLSA 3 1 1 " + DATA + "\n"
                + "_25._tcp.other TLSA 3 1 1 " + "cd".repeat(32)
                + "\nalias CNAME mx\nold DNAME new\n*.w TXT x\n* CNAME @\n")
                .signed("b.test", "mx A 127.0.0.3\n").unsigned("plain.test", "mx A 127.0.0.4\n");
        net.forge(
                (query, honest) -> SignedInternet.asks(query, HOST, Type.TLSA) ? forged(honest) : Optional.of(honest));
        pool = pool();
    }

    @AfterAll
    static void stop() throws IOException { if (net != null) net.close(); }

    @FuzzTest
    void noForgeryIsBelieved(FuzzedDataProvider data) throws IOException {
        if (net == null) start();
        script = data;
        Answer answer = net.ask(HOST, RecordType.TLSA);
        assertTrue(switch (answer) {
            case Answer.Failed _ -> true;
            case Answer.Found found -> found.status() == Status.Secure && found.records().size() == 1
                    && found.records().getFirst() instanceof Rdata.Association(int usage, _, _, byte[] octets)
                    && usage == 3 && java.util.HexFormat.of().formatHex(octets).equals(DATA);
            case Answer.NoData _,Answer.NoSuchName _ -> false;
        }, answer::toString);
    }

    /// Records that are true somewhere, and some that are not, to be put anywhere.
    private static List<Record> pool() {
        var records = new ArrayList<Record>();
        for (String zone : List.of("a.test", "b.test", "test", ".")) {
            String at = zone.equals(".") ? "" : zone + ".";
            String soa = (at.isEmpty() ? "." : at) + " 60 IN SOA ns.test. ns.test. 1 3600 600 86400 30";
            signed(records, zone, soa);
        }
        signed(records, "a.test", "_25._tcp.other.a.test. 60 IN TLSA 3 1 1 " + "cd".repeat(32));
        signed(records, "a.test", "alias.a.test. 60 IN CNAME mx.a.test.");
        signed(records, "a.test", "old.a.test. 60 IN DNAME new.a.test.");
        for (String wildcard : List.of("CNAME a.test.", "CNAME mx.plain.test.", "DNAME plain.test.",
                "TLSA 3 1 1 " + "ee".repeat(32), "NSEC alias.a.test. CNAME RRSIG NSEC", "NS ns.test.")) {
            signed(records, "a.test", "*.a.test. 60 IN " + wildcard);
            made(records, HOST + ".");
            made(records, "mx.a.test.");
        }
        signed(records, "a.test", "mx.a.test. 60 IN NSEC _25._tcp.mx.a.test. A RRSIG NSEC");
        signed(records, "a.test", HOST + ". 60 IN NSEC _25._tcp.other.a.test. TLSA RRSIG NSEC");
        signed(records, "a.test", "a.test. 60 IN NSEC *.a.test. NS SOA RRSIG NSEC DNSKEY");
        signed(records, "b.test", "b.test. 60 IN NSEC mx.b.test. NS SOA RRSIG NSEC DNSKEY");
        signed(records, "b.test", "mx.b.test. 60 IN NSEC b.test. A RRSIG NSEC");
        signed(records, "test", "a.test. 60 IN NSEC b.test. NS DS RRSIG NSEC");
        signed(records, "test", "b.test. 60 IN NSEC plain.test. NS DS RRSIG NSEC");
        signed(records, "test", "plain.test. 60 IN NSEC test. NS RRSIG NSEC");
        for (String line : List.of(HOST + ". 60 IN TLSA 3 1 1 " + "ee".repeat(32),
                HOST + ". 60 IN CNAME mx.plain.test.",
                "plain.test. 60 IN SOA ns.test. ns.test. 1 3600 600 86400 30", "mx.plain.test. 60 IN NS ns.test.",
                "_25._tcp.mx.plain.test. 60 IN TLSA 3 1 1 " + "ee".repeat(32), "mx.a.test. 60 IN DNAME plain.test.",
                "a.test. 60 IN NS ns.test.", "mx.plain.test. 60 IN CNAME mx.a.test.",
                "plain.test. 60 IN NSEC \\000.plain.test. A RRSIG NSEC", "test. 60 IN DNAME plain.test."))
            records.addAll(SignedInternet.records(".", line));
        return records;
    }

    private static void signed(List<Record> records, String zone, String line) {
        var set = new RRset(SignedInternet.records(".", line).getFirst());
        records.add(set.first());
        records.add(net.key.sign(set, SignedInternet.name(zone)));
    }

    /// The wildcard's records that were added last, as made for a name.
    private static void made(List<Record> records, String owner) {
        List<Record> last = records.stream().filter(record -> record.getName().isWild()).toList();
        for (Record record : last.subList(last.size() - 2, last.size()))
            records.add(Record.newRecord(Name.fromConstantString(owner), record.getType(), record.getDClass(),
                    record.getTTL(), record.rdataToWireCanonical()));
    }

    private static Optional<Message> forged(Message honest) {
        var all = new ArrayList<>(pool);
        all.addAll(honest.getSection(Section.ANSWER));
        if (script.consumeBoolean()) {
            honest.removeAllRecords(Section.ANSWER);
            honest.removeAllRecords(Section.AUTHORITY);
        }
        if (script.consumeBoolean()) honest.getHeader().setRcode(script.consumeInt(0, 5));
        for (int flag : new int[]{Flags.AA, Flags.AD, Flags.CD, Flags.RA})
            if (script.consumeBoolean()) honest.getHeader().setFlag(flag);
        if (script.consumeBoolean()) honest.removeAllRecords(Section.ADDITIONAL);
        for (int i = script.consumeInt(0, 12); i > 0; i--) {
            Record record = all.get(script.consumeInt(0, all.size() - 1));
            honest.addRecord(script.consumeBoolean() ? record : bent(record, all), script.consumeInt(1, 3));
        }
        return Optional.of(honest);
    }

    /// The record under another owner, or its signature in another's name.
    private static Record bent(Record record, List<Record> all) {
        Name name = all.get(script.consumeInt(0, all.size() - 1)).getName();
        if (record instanceof RRSIGRecord sig && script.consumeBoolean())
            return new RRSIGRecord(script.consumeBoolean() ? name : sig.getName(), sig.getDClass(), sig.getTTL(),
                    sig.getTypeCovered(), sig.getAlgorithm(), sig.getOrigTTL(), sig.getExpire(), sig.getTimeSigned(),
                    sig.getFootprint(), all.get(script.consumeInt(0, all.size() - 1)).getName(), sig.getSignature());
        byte[] data = record.rdataToWireCanonical();
        // RFC 4034 §3.1: the labels of a signature are its fourth octet.
        if (record instanceof RRSIGRecord && script.consumeBoolean()) data[3] = (byte) script.consumeInt(0, 9);
        if (record instanceof NSECRecord && script.consumeBoolean()) name = new Name(name, name.labels() > 1 ? 1 : 0);
        return Record.newRecord(script.consumeBoolean() ? name : record.getName(), record.getType(),
                record.getDClass(), record.getTTL(), data);
    }
}
