package org.sternpost.engine.dnssec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.lab.dns.Denial;
import org.sternpost.lab.dns.DnsFault;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/// Somebody on the way has no key, but what a zone itself signed: he lets a wildcard stand where it must not.
class WildcardForgeryTest {

    private static final String LINES = """
            @ MX 10 mx
            mx A 127.0.0.2
            _25._tcp.mx TLSA 3 1 1 %s
            sub MX 10 mx
            alias CNAME mx
            old DNAME new
            mx.new A 127.0.0.4
            """.formatted("ab".repeat(32));

    private SignedInternet net;

    @BeforeEach
    void start() throws IOException {
        net = new SignedInternet().unsigned("plain.test", "@ MX 10 mx\nmx A 127.0.0.66\n_25._tcp.mx A 127.0.0.66\n");
    }

    @AfterEach
    void stop() throws IOException { net.close(); }

    private static Denial denial(String by) {
        return switch (by) {
            case "names" -> SignedInternet.BY_NAME;
            case "hashes" -> new Denial.ByHash(0, "", false);
            default -> new Denial.ByHash(0, "aa", true);
        };
    }

    private SignedInternet zone(String by, String wildcard) {
        return net.zone("a.test", net.key, DnsFault.NONE, denial(by), LINES + "* " + wildcard + "\n");
    }

    private Message honest(String name, int type) throws IOException {
        net.lookup();
        var client = new SimpleResolver(net.servers().addresses().getFirst());
        client.setEDNS(0, 1232, ExtendedFlags.DO, List.of());
        client.setTCP(true);
        return client.send(Message.newQuery(Record.newRecord(SignedInternet.name(name), type, DClass.IN)));
    }

    /// What the zone signed for its wildcard, under a name of one's choice.
    private List<Record> made(String zone, String wildcard, Name owner) {
        var set = new RRset(SignedInternet.records(zone, "* " + wildcard + "\n").getFirst());
        var all = new ArrayList<Record>();
        all.add(set.first());
        all.add(net.key.sign(set, SignedInternet.name(zone)));
        all.replaceAll(record -> Record.newRecord(owner, record.getType(), record.getDClass(), record.getTTL(),
                record.rdataToWireCanonical()));
        return all;
    }

    /// Answers one question by the wildcard, and what follows from it; the rest honestly.
    private void forge(String asked, int type, List<Record> first, Message then) {
        net.forge((query, honest) -> {
            if (!SignedInternet.asks(query, asked, type)) return Optional.of(honest);
            honest.getHeader().setRcode(then.getRcode());
            for (int section : new int[]{Section.ANSWER, Section.AUTHORITY}) {
                honest.removeAllRecords(section);
                if (section == Section.ANSWER) first.forEach(record -> honest.addRecord(record, section));
                then.getSection(section).forEach(record -> honest.addRecord(record, section));
            }
            return Optional.of(honest);
        });
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            names,   _25._tcp.mx.a.test, TLSA,  a.test
            hashes,  _25._tcp.mx.a.test, TLSA,  a.test
            opt-out, _25._tcp.mx.a.test, TLSA,  a.test
            names,   _25._tcp.mx.a.test, TLSA,  _25._tcp.mx.plain.test
            hashes,  _25._tcp.mx.a.test, TLSA,  _25._tcp.mx.plain.test
            names,   sub.a.test,         MX,    a.test
            hashes,  sub.a.test,         MX,    a.test
            names,   sub.a.test,         MX,    plain.test
            hashes,  sub.a.test,         MX,    plain.test
            names,   mx.a.test,          A,     mx.plain.test
            hashes,  mx.a.test,          A,     mx.plain.test
            opt-out, mx.a.test,          A,     mx.plain.test
            names,   alias.a.test,       A,     mx.plain.test
            hashes,  alias.a.test,       A,     mx.plain.test
            names,   alias.a.test,       CNAME, mx.plain.test
            hashes,  alias.a.test,       CNAME, mx.plain.test
            """)
    void aWildcardAliasStandsForNoNameThatExists(String by, String name, RecordType type, String target)
            throws IOException {
        zone(by, "CNAME " + target + ".");
        Message end = type == RecordType.CNAME ? new Message() : honest(target, type.number());
        forge(name, type.number(), made("a.test", "CNAME " + target + ".", SignedInternet.name(name)), end);
        assertEquals("Failed Bogus", net.seen(name, type));
    }

    @ParameterizedTest
    @CsvSource({"names", "hashes", "opt-out"})
    void aWildcardsRecordsStandForNoNameThatExists(String by) throws IOException {
        zone(by, "TLSA 3 1 1 " + "ee".repeat(32));
        String name = "_25._tcp.mx.a.test";
        forge(name, Type.TLSA, made("a.test", "TLSA 3 1 1 " + "ee".repeat(32), SignedInternet.name(name)),
                honest("a.test", Type.TLSA));
        assertEquals("Failed Bogus", net.seen(name, RecordType.TLSA));
    }

    @ParameterizedTest
    @CsvSource({"names", "hashes"})
    void aWildcardThatRedirectsAllBelowItNeedsTheProofToo(String by) throws IOException {
        zone(by, "DNAME plain.test.");
        String name = "_25._tcp.mx.a.test";
        forge(name, Type.A, made("a.test", "DNAME plain.test.", SignedInternet.name("mx.a.test")),
                honest("_25._tcp.plain.test", Type.A));
        assertEquals("Failed Bogus", net.seen(name, RecordType.A));
    }

    @ParameterizedTest
    @CsvSource({"names", "hashes"})
    void anAliasBehindAWildcardNeedsTheProofAtEachHop(String by) throws IOException {
        // The first hop is honest: nobody.a.test does not exist. The second is not: mx.a.test does.
        zone(by, "CNAME mx");
        Message first = honest("nobody.a.test", Type.AAAA);
        var answer = new ArrayList<>(first.getSection(Section.ANSWER));
        answer.addAll(made("a.test", "CNAME mx.a.test.", SignedInternet.name("mx.a.test")));
        first.removeAllRecords(Section.ANSWER);
        forge("nobody.a.test", Type.A, answer, first);
        assertEquals("Failed Bogus", net.seen("nobody.a.test", RecordType.A));
    }

    @ParameterizedTest
    @CsvSource({"names", "hashes"})
    void aWildcardWithoutTheTypeDeniesNoNameThatExists(String by) throws IOException {
        zone(by, "TXT x");
        forge("_25._tcp.mx.a.test", Type.TLSA, List.of(), honest("nobody.a.test", Type.TLSA));
        assertEquals("Failed Bogus", net.seen("_25._tcp.mx.a.test", RecordType.TLSA));
    }

    @Test
    void aProofMadeFromAWildcardsOwnDeniesNothing() throws IOException {
        zone("names", "TXT x");
        String name = "_25._tcp.mx.a.test";
        Message end = honest("a.test", Type.TLSA);
        end.removeAllRecords(Section.AUTHORITY);
        made("a.test", "NSEC _25._tcp.mx.a.test. TXT RRSIG NSEC", SignedInternet.name(name))
                .forEach(record -> end.addRecord(record, Section.AUTHORITY));
        forge(name, Type.TLSA, List.of(), end);
        assertEquals("Failed Bogus", net.seen(name, RecordType.TLSA));
    }

    /// The zone above has the wildcard, and its alias is to hide that somebody vouches for the zone.
    @ParameterizedTest
    @CsvSource({"names, CNAME plain.test.", "hashes, CNAME plain.test.",
            "names, DS 1 13 2 00000000000000000000000000000000"
                    + "00000000000000000000000000000000",
            "names, NSEC \\000.test. NS RRSIG NSEC"})
    void aWildcardHidesNoDelegation(String by, String wildcard) throws IOException {
        net.zone("test", net.key, DnsFault.NONE, denial(by), wildcard.startsWith("NSEC") ? "" : "* " + wildcard + "\n");
        zone("names", "TXT x");
        Message end = honest("a.test", Type.DS);
        end.removeAllRecords(Section.ANSWER);
        List<Record> made = made("test", wildcard, SignedInternet.name("a.test"));
        boolean denied = wildcard.startsWith("NSEC");
        if (denied) made.forEach(record -> end.addRecord(record, Section.AUTHORITY));
        net.forge((query, honest) -> {
            if (SignedInternet.asks(query, "a.test", Type.DS)) {
                honest.removeAllRecords(Section.ANSWER);
                made.forEach(record -> honest.addRecord(record, denied ? Section.AUTHORITY : Section.ANSWER));
            }
            if (SignedInternet.asks(query, "mx.a.test", Type.A)) {
                honest.removeAllRecords(Section.ANSWER);
                honest.addRecord(SignedInternet.records(".", "mx.a.test. 60 IN A 127.0.0.66").getFirst(),
                        Section.ANSWER);
            }
            return Optional.of(honest);
        });
        assertEquals("Failed Bogus", net.seen("mx.a.test", RecordType.A));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            names,   CNAME @,              nobody.a.test, TLSA, NoData Secure
            hashes,  CNAME @,              nobody.a.test, TLSA, NoData Secure
            opt-out, CNAME @,              nobody.a.test, TLSA, NoData Insecure
            names,   CNAME mx,             nobody.a.test, A,    Found Secure
            hashes,  CNAME mx,             nobody.a.test, A,    Found Secure
            opt-out, CNAME mx,             nobody.a.test, A,    Found Insecure
            names,   CNAME mx,             x.y.a.test,    A,    Found Secure
            hashes,  CNAME mx,             x.y.a.test,    A,    Found Secure
            names,   CNAME mx.plain.test., nobody.a.test, A,    Found Insecure
            hashes,  A 127.0.0.9,          nobody.a.test, A,    Found Secure
            opt-out, A 127.0.0.9,          nobody.a.test, A,    Found Insecure
            opt-out, A 127.0.0.9,          nobody.a.test, TLSA, NoData Insecure
            opt-out, A 127.0.0.9,          mx.a.test,     A,    Found Secure
            opt-out, A 127.0.0.9,          mx.a.test,     TLSA, NoData Secure
            names,   CNAME @,              mx.old.a.test, A,    Found Secure
            """)
    void whereTheNameDoesNotExistTheWildcardStands(String by, String wildcard, String name, RecordType type,
            String expected) {
        assertEquals(expected, zone(by, wildcard).seen(name, type));
    }

    @Test
    void theRightProofOfAnotherNameIsNone() throws IOException {
        zone("names", "CNAME mx");
        Message other = honest("aaa.a.test", Type.A);
        assertEquals(Rcode.NOERROR, other.getRcode());
        other.removeAllRecords(Section.ANSWER);
        forge("mx.a.test", Type.A, made("a.test", "CNAME mx.plain.test.", SignedInternet.name("mx.a.test")), other);
        assertEquals("Failed Bogus", net.seen("mx.a.test", RecordType.A));
    }
}
