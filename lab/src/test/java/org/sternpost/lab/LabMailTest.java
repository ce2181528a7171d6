package org.sternpost.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.dns.TlsaSpec;
import org.sternpost.lab.mx.MxFault;
import org.sternpost.lab.mx.Talk;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.Type;

class LabMailTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    static Path directory;
    static Lab lab;

    @BeforeAll
    static void startLab() throws IOException { lab = Lab.start(LabSettings.anyPorts(directory)); }

    @AfterAll
    static void stopLab() throws IOException { lab.close(); }

    /// Dials the host by the address DNS gives.
    static Talk dial(Lab at, String host) throws IOException {
        var answer = LabDnsTest.ask(new SimpleResolver(at.dnsServer()), host, Type.A);
        var address = answer.getSection(Section.ANSWER).stream().filter(ARecord.class::isInstance)
                .map(record -> ((ARecord) record).getAddress()).findFirst().orElse(InetAddress.getLoopbackAddress());
        return new Talk(address, at.smtpPort());
    }

    static Talk dial(String host) throws IOException { return dial(lab, host); }

    @Test
    void mailIsKeptAsItCameAndCounted() throws Exception {
        var before = lab.count("plain.test");
        try (var talk = dial("mx.plain.test")) {
            talk.hello();
            var reply = talk.send("a@lab.test", "Bob@Plain.test", "Subject: x\r\n\r\n..dot\r\n.\nbare");
            assertTrue(reply.startsWith("250"), reply);
            talk.startTls("mx.plain.test");
            talk.say("EHLO client.test");
            assertTrue(talk.send("", "bob@plain.test", "Subject: y\r\n").startsWith("250"));
            assertTrue(talk.say("QUIT").startsWith("221"));
        }
        assertEquals(before + 2, lab.count("plain.test"));
        assertTrue(lab.awaitCount("plain.test", before + 2, Duration.ZERO));
        assertFalse(lab.awaitCount("plain.test", before + 3, Duration.ofMillis(20)));
        var mail = lab.received("PLAIN.test");
        var clear = mail.get(mail.size() - 2);
        assertEquals("Bob@Plain.test", clear.recipient());
        assertFalse(clear.encrypted());
        assertEquals("Subject: x\r\n\r\n.dot\r\n\nbare\r\n", Files.readString(clear.message()));
        var secret = mail.getLast();
        assertEquals("TLSv1.3", secret.tls().orElse(""));
        assertEquals("", secret.sender());
        assertEquals("mx.plain.test", secret.host());
    }

    @Test
    void commandsMayBePipelined() throws Exception {
        try (var talk = dial("mx.plain.test")) {
            assertTrue(talk.hello().contains("PIPELINING"));
            talk.write(
                    "MAIL FROM:<a@lab.test> SIZE=9\r\nRCPT TO:<a@plain.test>\r\n"
                            + "RCPT TO:<\"x>y\"@plain.test>\r\nDATA\r\n");
            for (var code : List.of("250", "250", "250", "354")) {
                assertTrue(talk.reply().startsWith(code));
            }
            assertEquals(0, lab.received("plain.test").stream().filter(m -> m.parameters().equals("SIZE=9")).count());
            talk.write("a\r\n.\r\nMAIL FROM:<a@lab.test>\r\nRSET\r\nQUIT\r\n");
            for (var code : List.of("250", "250", "250", "221")) {
                assertTrue(talk.reply().startsWith(code));
            }
            assertEquals(2, lab.received("plain.test").stream().filter(m -> m.parameters().equals("SIZE=9")).count());
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            mx.plain.test,               plain.test,             250
            mx.plain.test,               dane-ok.test,           550 5.7.1
            mx.tempfail-always.test,     tempfail-always.test,   451 4.3.0
            mx.user-unknown.test,        user-unknown.test,      550 5.1.1
            mx.drops-after-data.test,    drops-after-data.test,  ''
            no-mx-implicit.test,         no-mx-implicit.test,    250
            mx.xn--bcher-kva.test,       bücher.test,            250
            mx-shared.unsigned-provider.test, sts-shared-a.test, 250
            mx-shared.unsigned-provider.test, sts-shared-b.test, 250
            mail.dane-cname-host.test,   dane-cname-host.test,   250
            """)
    void hostAnswersAsTheTableSays(String host, String domain, String expected) throws Exception {
        var before = lab.count(domain);
        try (var talk = dial(host)) {
            talk.hello();
            var reply = talk.send("a@lab.test", "bob@" + domain, "hello");
            assertTrue(expected.isEmpty() ? reply.isEmpty() : reply.startsWith(expected), reply);
        }
        assertEquals(before + (expected.equals("250") ? 1 : 0), lab.count(domain));
    }

    @Test
    void greylistTurnsAwayTheFirstAttemptOfEachPairOnly() throws Exception {
        try (var talk = dial("mx.tempfail-first.test")) {
            talk.hello();
            assertTrue(talk.send("a@lab.test", "x@tempfail-first.test", "hello").startsWith("451"));
            talk.say("RSET");
            assertTrue(talk.send("a@lab.test", "x@tempfail-first.test", "hello").startsWith("250"));
            assertTrue(talk.send("a@lab.test", "y@tempfail-first.test", "hello").startsWith("451"));
        }
    }

    @Test
    void startTlsIsMissingRefusedOrBrokenWhereTheTableSays() throws Exception {
        try (var missing = dial("mx.dane-no-starttls.test");
                var refused = dial("mx.dane-starttls-refused.test");
                var broken = dial("mx.plain-starttls-broken.test")) {
            assertFalse(missing.hello().contains("STARTTLS"));
            assertTrue(missing.say("STARTTLS").startsWith("503"));
            assertTrue(refused.hello().contains("STARTTLS"));
            assertTrue(refused.say("STARTTLS").startsWith("554"));
            broken.hello();
            assertThrows(IOException.class, () -> broken.startTls("mx.plain-starttls-broken.test"));
        }
    }

    @Test
    void commandsAfterStartTlsAreAnInjection() throws Exception {
        try (var talk = dial("mx.plain.test")) {
            talk.hello();
            talk.write("STARTTLS\r\nNOOP\r\n");
            assertTrue(talk.reply().startsWith("421"));
        }
    }

    @Test
    void hostThatHangsSaysNothing() throws Exception {
        try (var talk = dial("mx.hangs.test")) {
            talk.patience(150);
            assertThrows(SocketTimeoutException.class, () -> talk.say("EHLO client.test"));
        }
    }

    @Test
    void requireTlsIsOfferedWithinTlsByHostsThatPublishAPolicy() throws Exception {
        try (var dane = dial("mx.dane-ok.test"); var plain = dial("mx.plain.test")) {
            assertFalse(dane.hello().contains("REQUIRETLS"));
            dane.startTls("mx.dane-ok.test");
            assertTrue(dane.say("EHLO client.test").contains("REQUIRETLS"));
            plain.hello();
            plain.startTls("mx.plain.test");
            assertFalse(plain.say("EHLO client.test").contains("REQUIRETLS"));
        }
    }

    @Test
    void requireTlsIsOfferedOrNotWhereTheTableSaysSo() throws Exception {
        try (var silent = dial("mx.requiretls-missing.test"); var willing = dial("mx.requiretls-pkix.test")) {
            silent.hello();
            silent.startTls("mx.requiretls-missing.test");
            assertFalse(silent.say("EHLO client.test").contains("REQUIRETLS"));
            willing.hello();
            willing.startTls("mx.requiretls-pkix.test");
            assertTrue(willing.say("EHLO client.test").contains("REQUIRETLS"));
        }
    }

    @Test
    void requireTlsIsRefusedWhereItIsNotOffered() throws Exception {
        try (var talk = dial("mx.dane-ok.test"); var silent = dial("mx.requiretls-missing.test")) {
            talk.hello();
            assertTrue(talk.say("MAIL FROM:<a@b.test> SIZE=1 REQUIRETLS").startsWith("555"));
            talk.startTls("mx.dane-ok.test");
            talk.say("EHLO client.test");
            assertTrue(talk.say("MAIL FROM:<a@b.test> SIZE=1 REQUIRETLS").startsWith("250"));
            silent.hello();
            silent.startTls("mx.requiretls-missing.test");
            silent.say("EHLO client.test");
            assertTrue(silent.say("MAIL FROM:<a@b.test> requiretls").startsWith("555"));
            assertTrue(silent.say("MAIL FROM:<requiretls@b.test>").startsWith("250"));
        }
    }

    static List<LabHost> hostsWithTlsa() {
        return LabDomains.ALL.stream().flatMap(domain -> domain.hosts().stream())
                .filter(host -> !host.tlsa().isEmpty() && host.fault() == MxFault.NONE).toList();
    }

    @ParameterizedTest
    @MethodSource("hostsWithTlsa")
    void tlsaRecordsAreAsTrueAsTheTableSays(LabHost host) throws Exception {
        var resolver = new SimpleResolver(lab.dnsServer());
        var answer = LabDnsTest.ask(resolver, "_25._tcp." + host.tlsaName(), Type.TLSA);
        if (answer.getSection(Section.ANSWER).isEmpty()) {
            return; // SERVFAIL, as LabDnsTest has seen.
        }
        List<X509Certificate> chain;
        try (var talk = dial(host.mxName())) {
            talk.hello();
            chain = talk.startTls(host.mxName());
        }
        var published = new ArrayList<String>();
        for (var tlsa : answer.getSection(Section.ANSWER).stream().filter(TLSARecord.class::isInstance)
                .map(TLSARecord.class::cast).toList()) {
            var matches = matches(tlsa, chain);
            published.add(tlsa.getCertificateUsage() + " " + tlsa.getSelector() + " " + tlsa.getMatchingType() + " "
                    + matches);
        }
        var expected = host.tlsa().stream().map(spec -> spec.usage() + " " + spec.selector() + " "
                + spec.matchingType() + " " + (spec.matches() && isSent(host, spec))).sorted().toList();
        assertEquals(expected, published.stream().sorted().toList());
    }

    /// An authority that the host does not send has no digest to compare.
    private static boolean isSent(LabHost host, TlsaSpec spec) {
        return host.certificate() != CertificateKind.PRIVATE_ALONE || spec.usage() != 2 || spec.matchingType() == 0;
    }

    /// RFC 6698 §2.1, written once more.
    private static boolean matches(TLSARecord tlsa, List<X509Certificate> chain) throws GeneralSecurityException {
        if (tlsa.getMatchingType() == 0 && tlsa.getSelector() == 1) {
            return Arrays.equals(chain.getLast().getPublicKey().getEncoded(), tlsa.getCertificateAssociationData());
        }
        if (tlsa.getMatchingType() == 0) {
            assertEquals(1, chain.size());
            var anchor = java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(
                    new java.io.ByteArrayInputStream(tlsa.getCertificateAssociationData()));
            chain.getFirst().verify(anchor.getPublicKey());
            return true;
        }
        var subject = tlsa.getCertificateUsage() % 2 == 1 ? chain.getFirst() : chain.getLast();
        var content = tlsa.getSelector() == 0 ? subject.getEncoded() : subject.getPublicKey().getEncoded();
        var digest = MessageDigest.getInstance(tlsa.getMatchingType() == 1 ? "SHA-256" : "SHA-512").digest(content);
        assertEquals(digest.length, tlsa.getCertificateAssociationData().length);
        return Arrays.equals(digest, tlsa.getCertificateAssociationData());
    }

    @Test
    void mendedDomainMatchesAndSpoiltOneDoesNot(@TempDir Path other) throws Exception {
        try (var second = Lab.start(LabSettings.anyPorts(other))) {
            assertFalse(digestOf(second, "dane-mismatch.test"));
            second.mend("dane-mismatch.test");
            assertTrue(digestOf(second, "dane-mismatch.test"));
            second.spoil("dane-mismatch.test");
            assertFalse(digestOf(second, "dane-mismatch.test"));
            second.mend("bogus-mx.test");
            var resolver = LabDnsTest.validating(second, PATIENCE);
            assertTrue(LabDnsTest.secure(LabDnsTest.ask(resolver, "bogus-mx.test", Type.MX)));
            second.mend("tempfail-always.test");
            try (var talk = dial(second, "mx.tempfail-always.test")) {
                talk.hello();
                assertTrue(talk.send("", "x@tempfail-always.test", "hello").startsWith("250"));
            }
            assertThrows(IllegalArgumentException.class, () -> second.mend("elsewhere.test"));
        }
    }

    private static boolean digestOf(Lab at, String domain) throws Exception {
        var host = "mx." + domain;
        var answer = LabDnsTest.ask(new SimpleResolver(at.dnsServer()), "_25._tcp." + host, Type.TLSA);
        try (var talk = dial(at, host)) {
            talk.hello();
            return matches((TLSARecord) answer.getSection(Section.ANSWER).getFirst(), talk.startTls(host));
        }
    }

    @Test
    void labPlaysATableOfYourOwn(@TempDir Path other) throws Exception {
        var row = LabDomain.of("mine.test", LabDomain.Signing.SIGNED, "mine").host(CertificateKind.TRUSTED);
        try (var own = Lab.start(LabSettings.anyPorts(other), List.of(row));
                var talk = new Talk(own.host("mx.mine.test").getAddress(), own.smtpPort())) {
            var resolver = LabDnsTest.validating(own, PATIENCE);
            assertTrue(LabDnsTest.secure(LabDnsTest.ask(resolver, "mx.mine.test", Type.A)));
            talk.hello();
            assertTrue(talk.send("", "x@mine.test", "hello").startsWith("250"));
            own.replace(LabDomain.of("mine.test", LabDomain.Signing.SIGNED, "mine").host(MxFault.TEMPFAIL_ALWAYS,
                    CertificateKind.TRUSTED));
            try (var next = new Talk(own.host("mx.mine.test").getAddress(), own.smtpPort())) {
                next.hello();
                assertTrue(next.send("", "x@mine.test", "hello").startsWith("451"));
            }
            assertThrows(IllegalArgumentException.class, () -> own.host("mx.elsewhere.test"));
        }
    }

    @Test
    void restartedLabKeepsItsMailItsKeysAndItsAuthority(@TempDir Path other) throws Exception {
        byte[] authority;
        String anchors;
        try (var first = Lab.start(LabSettings.anyPorts(other)); var talk = dial(first, "mx.plain.test")) {
            talk.hello();
            talk.send("a@lab.test", "bob@plain.test", "hello");
            authority = Files.readAllBytes(first.caCertificate());
            anchors = Files.readString(first.trustAnchors());
        }
        try (var second = Lab.start(LabSettings.anyPorts(other)); var talk = dial(second, "mx.plain.test")) {
            assertEquals(1, second.count("plain.test"));
            assertArrayEquals(authority, Files.readAllBytes(second.caCertificate()));
            assertEquals(anchors, Files.readString(second.trustAnchors()));
            talk.hello();
            talk.send("a@lab.test", "bob@plain.test", "hello");
            assertEquals(2, second.countAll());
            second.reset();
            assertEquals(0, second.countAll());
        }
        try (var third = Lab.start(LabSettings.anyPorts(other))) {
            assertEquals(0, third.countAll());
        }
    }
}
