package org.sternpost.engine.tlsrpt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.dns.Vectors;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.engine.tlsrpt.ReportReader.Reading;
import org.sternpost.engine.tlsrpt.TlsRptReport.PolicyType;
import org.sternpost.engine.tlsrpt.TlsRptReport.ResultType;

class ReportReaderTest {

    private static final TlsRptReport REPORT = new TlsRptReport("Company-X", Instant.parse("2016-04-01T00:00:00Z"),
            Instant.parse("2016-04-01T23:59:59Z"), "sts-reporting@company-x.example", "5065427c@company-x.example",
            List.of(new TlsRptReport.PolicyResult(new TlsRptReport.Policy(PolicyType.STS,
                    List.of("version: STSv1", "mode: testing", "mx: *.mail.company-y.example", "max_age: 86400"),
                    "company-y.example", List.of("*.mail.company-y.example")), 5326, 303,
                    List.of(new TlsRptReport.FailureDetail(ResultType.CERTIFICATE_EXPIRED, "2001:db8:abcd:12::1",
                            "mx1.mail.company-y.example", "", "203.0.113.56", 303, "",
                            "seit gestern \u2013 \"alt\"")))));

    @Test
    void whatIsWrittenIsReadBackPlainAndPacked() {
        assertEquals(new Reading.Read(REPORT), ReportReader.read(ReportWriter.json(REPORT)));
        assertEquals(new Reading.Read(REPORT), ReportReader.read(ReportWriter.gzip(REPORT)));
    }

    @Test
    void whatCannotBeSeenIsEscapedAndNotLost() {
        String odd = "a\u0000\u001b[31m\u007f\u009b\u061c\u200b\u202eb\ufeff\u2028c";
        var report = new TlsRptReport("X", REPORT.start(), REPORT.end(), "a@x.example", "1@x.example",
                List.of(new TlsRptReport.PolicyResult(new TlsRptReport.Policy(PolicyType.STS, List.of(odd), "y.example",
                        List.of("mx.y.example")), 1, 1,
                        List.of(new TlsRptReport.FailureDetail(
                                ResultType.CERTIFICATE_EXPIRED, "192.0.2.1", "mx.y.example", "", "203.0.113.56", 1, "",
                                odd)))));
        String text = new String(ReportWriter.json(report), StandardCharsets.UTF_8);
        assertFalse(VisibleText.hasHidden(text), VisibleText.of(text));
        assertEquals(new Reading.Read(report), ReportReader.read(ReportWriter.json(report)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "report-id":"5065427c@company-x.example" | "report-id":7                    | no string
            :5326                                    | :-1                              | negative
            :5326                                    | :5326.0                          | no whole number
            :5326                                    | :99999999999999999999            | no I-JSON
            2016-04-01T00:00:00Z                     | 2016-04-01T00:00:00              | RFC 3339
            2016-04-01T00:00:00Z                     | 2016-02-30T00:00:00Z             | RFC 3339
            certificate-expired                      | certificate-old                  | does not know
            "sts"                                    | "dane"                           | does not know
            "policy-domain"                          | "domain"                         | is missing
            "contact-info"                           | "report-id":"x","contact-info"   | no I-JSON
            """)
    void brokenMemberIsRefused(String from, String to, String why) {
        String text = new String(ReportWriter.json(REPORT), StandardCharsets.UTF_8);
        String broken = text.replace(from, to);
        if (broken.equals(text)) throw new IllegalArgumentException("'" + from + "' is not in the report");
        var refused = assertInstanceOf(Reading.Refused.class,
                ReportReader.read(broken.getBytes(StandardCharsets.UTF_8)));
        assertEquals(true, refused.why().contains(why), refused.why());
    }

    @Test
    void moreThanOneDocumentDeepNestingAndBombsAreRefused() throws IOException {
        String text = new String(ReportWriter.json(REPORT), StandardCharsets.UTF_8);
        for (String broken : List.of(text + "{}", "[".repeat(5_000), "{\"x\":" + "[".repeat(5_000), "null", ""))
            assertInstanceOf(Reading.Refused.class, ReportReader.read(broken.getBytes(StandardCharsets.UTF_8)));
        var bomb = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bomb)) {
            for (int i = 0; i < 1_000; i++)
                gzip.write(" ".repeat(16 * 1024).getBytes(StandardCharsets.US_ASCII));
        }
        assertEquals(new Reading.Refused("more than 8388608 octets"), ReportReader.read(bomb.toByteArray()));
    }

    @Test
    void reportsOfTheVectorsAreReadOrRefused() throws Exception {
        Vectors.run("tlsrpt/reports.json", "reports", one -> {
            ReportReader.Reading reading = ReportReader
                    .read(report(one.folder().resolve("tlsrpt").resolve(one.text("file"))));
            boolean valid = reading instanceof Reading.Read;
            if (!one.fields().get("valid").equals(valid)) return reading.toString();
            return reading instanceof Reading.Read(var report)
                    && !ReportReader.read(ReportWriter.json(report)).equals(reading) ? "written and read again" : "";
        });
    }

    /// The octets of a report, out of its mail when it is in one.
    private static byte[] report(Path file) throws IOException {
        byte[] octets = Files.readAllBytes(file);
        if (!file.toString().endsWith(".eml")) return octets;
        String mail = new String(octets, StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
        var part = Pattern.compile("(?si)Content-Type:\\s*application/tlsrpt.*?\\n\\n(.*?)\\n--").matcher(mail);
        if (!part.find()) throw new IllegalArgumentException(file + " has no report");
        return part.group().toLowerCase().contains("base64")
                ? Base64.getMimeDecoder().decode(part.group(1))
                : part.group(1).getBytes(StandardCharsets.ISO_8859_1);
    }
}
