package org.sternpost.engine.tlsrpt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.dkim.DkimKey;
import org.sternpost.engine.dkim.DkimSigner;
import org.sternpost.engine.dkim.DkimVerifier;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.Notify;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.tlsrpt.ReportReader.Reading;
import org.sternpost.engine.tlsrpt.TlsRptReport.PolicyType;
import org.sternpost.engine.tlsrpt.TlsRptReport.Submitter;

class ReportMailTest {

    private static final Instant NOW = Instant.parse("2026-11-24T02:03:04Z");
    private static final Domain DOMAIN = new Domain("example.org");
    private static final Domain SUBMITTER = new Domain("mail.company-x.example");
    private static final Submitter REPORTER = new Submitter("Company-X",
            Address.of("tls@mail.company-x.example"),
            Address.of("tls@mail.company-x.example"));
    private static final DkimKey KEY = DkimKey.generate(DkimKey.Algorithm.ED25519);
    private static final TlsRptReport REPORT = new TlsRptReport("Company-X", Instant.parse("2026-11-23T00:00:00Z"),
            Instant.parse("2026-11-23T23:59:59Z"), "tls@mail.company-x.example",
            "2026-11-23.example.org@mail.company-x.example",
            List.of(new TlsRptReport.PolicyResult(new TlsRptReport.Policy(PolicyType.NO_POLICY_FOUND, List.of(),
                    "example.org", List.of()), 7, 0, List.of())));

    private static final Address TO = Address.of("tlsrpt@example.org");

    @Test
    void mailHasTheFieldsOfTheRfcAndTheReportWithin() throws Exception {
        byte[] mail = content(new Domain("company-x.example"));
        String text = new String(mail, StandardCharsets.ISO_8859_1);
        String header = text.substring(0, text.indexOf("\r\n\r\n")).replaceAll("\r\n[ \t]+", " ");
        for (String field : List.of("Date: Tue, 24 Nov 2026 02:03:04 +0000", "From: tls@mail.company-x.example",
                "To: tlsrpt@example.org", "Message-ID: <2026-11-23.example.org@mail.company-x.example>",
                "Subject: Report Domain: example.org Submitter: mail.company-x.example"
                        + " Report-ID: <2026-11-23.example.org@mail.company-x.example>",
                "TLS-Report-Domain: example.org", "TLS-Report-Submitter: mail.company-x.example", "TLS-Required: No",
                "MIME-Version: 1.0"))
            assertTrue(header.lines().anyMatch(field::equals), field + "\n" + header);
        assertTrue(header.contains("Content-Type: multipart/report; report-type=\"tlsrpt\"; boundary="));
        assertTrue(text.contains("Content-Type: application/tlsrpt+gzip\r\n"));
        assertTrue(text.contains("filename=\"mail.company-x.example!example.org!1795392000!1795478399.json.gz\""));
        String attached = text.substring(text.indexOf("\r\n\r\n", text.indexOf("filename=")) + 4,
                text.lastIndexOf("\r\n--"));
        assertEquals(new Reading.Read(REPORT), ReportReader.read(Base64.getMimeDecoder().decode(attached)));
        assertTrue(text.replace("\r\n", "").chars().allMatch(c -> c >= ' ' && c < 0x7f || c == '\t'));
        assertEquals("pass", DkimVerifier.verify(mail, KEY.dnsText()));
    }

    @Test
    void nobodyHearsOfAReportThatCannotBeDelivered() {
        Envelope mail = mail(SUBMITTER).envelope(TO);
        assertEquals(new ReversePath.Null(), mail.sender());
        assertEquals(Set.of(Notify.Never), mail.recipients().getFirst().notifyOn());
    }

    @Test
    void signatureOfAnotherDomainIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> mail(new Domain("x.example")));
        assertThrows(IllegalArgumentException.class, () -> mail(new Domain("y-x.example")));
    }

    @Test
    void postHasTypeAndBody() {
        HttpsPost.Report post = HttpsPost.Report.of(REPORT, URI.create("https://example.org/tlsrpt"));
        assertEquals("application/tlsrpt+gzip", post.contentType());
        assertEquals(new Reading.Read(REPORT), ReportReader.read(post.body()));
        assertTrue(HttpsPost.Report.isAccepted(201));
        assertTrue(!HttpsPost.Report.isAccepted(302));
    }

    @Test
    void reportsSpreadEvenlyOverTheHoursAfterMidnight() {
        LocalDate day = LocalDate.of(2026, 11, 23);
        Instant midnight = Instant.parse("2026-11-24T00:00:00Z");
        int early = 0;
        for (int i = 0; i < 1_000; i++) {
            var domain = new Domain("d" + i + ".example");
            Instant due = ReportOfDay.due(SUBMITTER, domain, day);
            assertEquals(due, ReportOfDay.due(SUBMITTER, domain, day));
            assertTrue(due.isAfter(midnight) && due.isBefore(midnight.plus(Duration.ofHours(4))), due.toString());
            if (due.isBefore(midnight.plus(Duration.ofMinutes(125)))) early++;
        }
        assertTrue(early > 400 && early < 600, early + " of 1000 in the first half");
    }

    private static ReportMail mail(Domain signs) { return new ReportMail(REPORTER, new DkimSigner(signs, "s1", KEY)); }

    private static byte[] content(Domain signs) { return mail(signs).content(REPORT, DOMAIN, TO, NOW); }
}
