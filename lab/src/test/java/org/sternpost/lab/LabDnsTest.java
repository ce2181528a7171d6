package org.sternpost.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.sternpost.lab.LabDomain.Routing;
import org.sternpost.lab.LabDomain.Signing;
import org.sternpost.lab.dns.DnsFault;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;
import org.xbill.DNS.dnssec.ValidatingResolver;

class LabDnsTest {
    static final java.util.List<LabDomain> ALL = LabDomains.ALL;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration SILENCE = Duration.ofMillis(300);

    @TempDir
    static Path directory;
    static Lab lab;
    static ValidatingResolver resolver;

    @BeforeAll
    static void startLab() throws IOException {
        lab = Lab.start(LabSettings.anyPorts(directory));
        resolver = validating(lab, PATIENCE);
    }

    @AfterAll
    static void stopLab() throws IOException { lab.close(); }

    static Resolver plain(Lab lab, Duration timeout) throws IOException {
        var head = new SimpleResolver(lab.dnsServer());
        head.setTimeout(timeout);
        return head;
    }

    static ValidatingResolver validating(Lab lab, Duration timeout) throws IOException {
        var resolver = new ValidatingResolver(plain(lab, timeout));
        try (var anchors = Files.newInputStream(lab.trustAnchors())) {
            resolver.loadTrustAnchors(anchors);
        }
        resolver.setAddReasonToAdditional(true);
        return resolver;
    }

    static Message ask(Resolver resolver, String name, int type) throws IOException {
        return resolver.send(Message.newQuery(Record.newRecord(Name.fromString(name, Name.root), type, DClass.IN)));
    }

    static boolean secure(Message answer) { return answer.getHeader().getFlag(Flags.AD); }

    static String status(Message answer) {
        var rcode = Rcode.string(answer.getRcode());
        return answer.getRcode() == Rcode.SERVFAIL ? rcode : rcode + (secure(answer) ? " secure" : " insecure");
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void routeOfEachDomainIsAsSecureAsTheTableSays(LabDomain domain) throws IOException {
        if (domain.dnsFault() == DnsFault.SILENT) {
            var impatient = validating(lab, SILENCE);
            assertThrows(IOException.class, () -> ask(impatient, domain.ascii(), Type.MX));
            return;
        }
        var expected = switch (domain.dnsFault()) {
            case BOGUS_MX, EXPIRED_SIGNATURES, FUTURE_SIGNATURES, STRAY_KEY, NO_SIGNATURES, SERVFAIL_MX -> "SERVFAIL";
            // The library that judges here gives up a zone for one key it does not know, against RFC 6840 §5.2.
            case STRANGE_KEY -> "NOERROR insecure";
            case NONE, NO_DENIAL, BOGUS_ADDRESS, BOGUS_TLSA, SERVFAIL_TLSA, SERVFAIL_TXT, SHA1_ONLY, MANY_ROUNDS,
                    SILENT ->
                switch (domain.signing()) {
                    case SIGNED -> "NOERROR secure";
                    case UNSIGNED -> "NOERROR insecure";
                    case ABSENT -> "NXDOMAIN secure";
                };
        };
        var answer = ask(resolver, domain.ascii(), Type.MX);
        assertEquals(expected, status(answer), answer::toString);
        var hasMx = domain.routing() != Routing.IMPLICIT && domain.signing() != Signing.ABSENT;
        assertEquals(hasMx && answer.getRcode() == Rcode.NOERROR, !answer.getSection(Section.ANSWER).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            mx.dane-ok.test,                    A,    NOERROR secure
            _25._tcp.mx.dane-ok.test,           TLSA, NOERROR secure
            _26._tcp.mx.dane-ok.test,           TLSA, NXDOMAIN secure
            _tcp.mx.dane-ok.test,               TLSA, NOERROR secure
            mx.dane-ok.test,                    AAAA, NOERROR secure
            nobody.dane-ok.test,                A,    NXDOMAIN secure
            mx.plain-signed.test,               A,    NOERROR secure
            _25._tcp.mx.plain-signed.test,      TLSA, NXDOMAIN secure
            mx.plain.test,                      A,    NOERROR insecure
            nobody.plain.test,                  A,    NXDOMAIN insecure
            _25._tcp.mx.dane-bogus-tlsa.test,   TLSA, SERVFAIL
            _25._tcp.mx.dane-servfail-tlsa.test,TLSA, SERVFAIL
            mx.bogus-address.test,              A,    SERVFAIL
            mx.bogus-mx.test,                   A,    NOERROR secure
            _mta-sts.sts-servfail-txt.test,     TXT,  SERVFAIL
            mail.dane-cname-host.test,          A,    NOERROR secure
            mail.dane-cname-host.test,          CNAME,NOERROR secure
            _25._tcp.mx-final.signed-provider.test, TLSA, NOERROR secure
            mail.dane-cname-insecure.test,      A,    NOERROR insecure
            mail.dane-cname-insecure.test,      CNAME,NOERROR secure
            _25._tcp.mail.dane-cname-insecure.test, TLSA, NOERROR secure
            mx-half.signed-provider.test,       A,    NOERROR secure
            mx-tlsa.unsigned-provider.test,     A,    NOERROR insecure
            no-mx-implicit.test,                A,    NOERROR insecure
            xn--bcher-kva.test,                 MX,   NOERROR secure
            nowhere.example,                    MX,   NXDOMAIN secure
            test,                               NS,   NOERROR secure
            """)
    void nameIsAsSecureAsItsZone(String name, String type, String expected) throws IOException {
        var answer = ask(resolver, name, Type.value(type));
        assertEquals(expected, status(answer), answer::toString);
    }

    @Test
    void tlsaIsPublishedAtThePortInUseToo() throws IOException {
        var answer = ask(resolver, "_" + lab.smtpPort() + "._tcp.mx.dane-ok.test", Type.TLSA);
        assertEquals(1, answer.getSectionRRsets(Section.ANSWER).size());
    }

    @Test
    void signaturesComeOnlyWhenAsked() throws IOException {
        var answer = ask(plain(lab, PATIENCE), "dane-ok.test", Type.MX);
        assertEquals(1, answer.getSection(Section.ANSWER).size());
        assertFalse(secure(answer));
    }

    @Test
    void longAnswerIsCutOverUdpAndWholeOverTcp() throws IOException {
        var udp = new SimpleResolver(lab.dnsServer());
        udp.setIgnoreTruncation(true);
        udp.setEDNS(0, 512, org.xbill.DNS.ExtendedFlags.DO);
        assertTrue(ask(udp, "nobody.dane-ok.test", Type.A).getHeader().getFlag(Flags.TC));
        var tcp = new SimpleResolver(lab.dnsServer());
        tcp.setTCP(true);
        tcp.setEDNS(0, 512, org.xbill.DNS.ExtendedFlags.DO);
        var whole = ask(tcp, "nobody.dane-ok.test", Type.A);
        assertFalse(whole.getHeader().getFlag(Flags.TC));
        assertTrue(whole.getSection(Section.AUTHORITY).size() >= 4);
    }

    @Test
    void bogusRecordsAreStillToBeHadUnproven() throws IOException {
        assertEquals(1, ask(plain(lab, PATIENCE), "bogus-mx.test", Type.MX).getSection(Section.ANSWER).size());
    }

    @Test
    void manyMayAskAtOnce() throws Exception {
        var names = ALL.stream().filter(row -> row.dnsFault() == DnsFault.NONE && row.signing() == Signing.SIGNED)
                .map(LabDomain::ascii).toList();
        var fresh = plain(lab, PATIENCE);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = IntStream.range(0, 1000)
                    .mapToObj(i -> threads.submit(() -> ask(fresh, names.get(i % names.size()), Type.MX))).toList();
            for (var answer : answers) {
                assertEquals(Rcode.NOERROR, answer.get().getRcode());
            }
        }
    }
}
