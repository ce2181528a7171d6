package org.sternpost.engine.tlsrpt;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Answer.Status;
import org.sternpost.engine.dns.Rdata;
import org.sternpost.engine.dns.Vectors;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.VisibleText;

class ReportingRecordTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            v=TLSRPTv1;rua=mailto:reports@example.com                  | mailto:reports@example.com
            v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt    | https://reporting.example.com/v1/tlsrpt
            v=TLSRPTv1; rua=mailto:a@b.example, https://c.example/?x=1;| mailto:a@b.example https://c.example/?x=1
            v=TLSRPTv1; x=y; rua=mailto:a@b.example                    | mailto:a@b.example
            v=TLSRPTv1; rua=mailto:a@b.example; rua=https://c.example/ | mailto:a@b.example https://c.example/
            v=TLSRPTv1; rua=mailto:a@b.example; rua=mailto:a@b.example | mailto:a@b.example
            v=TLSRPTv1; rua=a@b.example,mailto:c@d.example             | mailto:c@d.example
            v=TLSRPTv1; rua=a@b.example; x=y; rua=mailto:c@d.example   | mailto:c@d.example
            v=TLSRPTv1; rua=ftp://c.example/,mailto:a@b.example        | mailto:a@b.example
            v=TLSRPTv1; rua=mailto:a@b.example!10m                     | Invalid
            v=TLSRPTv1; rua=http://c.example/                          | Invalid
            v=TLSRPTv1; rua=mailto:a@b.example;;                       | Invalid
            v=TLSRPTv1                                                 | Invalid
            v=tlsrptv1; rua=mailto:a@b.example                         | None
            other                                                      | None
            """)
    void recordNamesItsDestinationsOrSaysWhyNot(String text, String expected) {
        assertEquals(expected, words(ReportingRecord.of(List.of(text))));
    }

    @Test
    void whatIsQuotedOfABrokenOneCanBeSeen() {
        for (String record : List.of("v=TLSRPTv1; \u202e", "v=TLSRPTv1; rua=mailto:\u009b", "v=TLSRPTv1; rua=\u202e:x",
                "v=TLSRPTv1; rua=ftp://\u200b", "v=TLSRPTv1; rua=\u200b")) {
            var broken = assertInstanceOf(ReportingRecord.Invalid.class, ReportingRecord.of(List.of(record)));
            assertFalse(VisibleText.hasHidden(broken.why()), VisibleText.of(record + " " + broken.why()));
        }
    }

    @Test
    void ofSeveralRecordsExactlyOneMayBeOne() {
        String one = "v=TLSRPTv1; rua=mailto:a@b.example";
        assertEquals("mailto:a@b.example", words(ReportingRecord.of(List.of("other", one, "v=TLSRPTv1x; y"))));
        assertEquals("Invalid", words(ReportingRecord.of(List.of(one, one))));
        assertEquals("None", words(ReportingRecord.of(List.of())));
    }

    @Test
    void endlessRecordIsInvalidAtOnce() {
        assertEquals("Invalid", words(ReportingRecord.of(List.of("v=TLSRPTv1; " + "a=b ".repeat(15_000)))));
        assertEquals("Invalid", words(ReportingRecord.of(List.of("v=TLSRPTv1; " + "a=b ".repeat(2_000) + "\u00e9"))));
    }

    @Test
    void endlessExtensionIsReadLikeAShortOne() {
        assertEquals("mailto:a@b.example", words(ReportingRecord.of(List.of("v=TLSRPTv1; rua=mailto:a@b.example; x="
                + "a ".repeat(4_000) + "a ;"))));
    }

    @Test
    void moreDestinationsThanAreServedAreCounted() {
        for (int count : List.of(20, 21, 50)) {
            String rua = IntStream.range(0, count).mapToObj(i -> "mailto:a" + i + "@b.example").collect(joining(","));
            var found = (ReportingRecord.Found) ReportingRecord.of(List.of("v=TLSRPTv1; rua=" + rua));
            assertEquals(20, found.rua().size());
            assertEquals(count - 20, found.leftOut());
        }
    }

    @Test
    void mailtoUriGivesItsMailbox() {
        assertEquals("Optional[a+b@c.example]", MailtoAddress.of(URI.create("mailto:a+b@c.example?subject=x")) + "");
        assertEquals("Optional[\"a,b\"@c.example]", MailtoAddress.of(URI.create("mailto:a%2Cb@c.example")) + "");
        assertEquals(Optional.empty(), MailtoAddress.of(URI.create("mailto:a@c.example,b@c.example")));
        assertEquals(Optional.empty(), MailtoAddress.of(URI.create("mailto:a%0D%0Ab@c.example")));
    }

    @Test
    void recordsOfTheVectorsNameTheirDestinations() throws Exception {
        Vectors.run("tlsrpt/txt.json", one -> {
            List<String> texts = one.list("txt_rrs").stream().map(set -> String.join("",
                    Vectors.list(set).stream().map(String::valueOf).toList())).toList();
            var name = Domain.of("_smtp._tls.example.org");
            Answer answer = one.fields().containsKey("rcode") && one.text("rcode").equals("SERVFAIL")
                    ? new Answer.Failed(Answer.Kind.ServFail, "by the test")
                    : texts.isEmpty()
                            ? new Answer.NoSuchName(Status.Insecure, name)
                            : new Answer.Found(texts.stream().<Rdata>map(Rdata.Text::new).toList(), Status.Insecure,
                                    name);
            var expected = one.map("expected");
            String wanted = expected.containsKey("temporary_error")
                    ? "ask again"
                    : expected.get("rua") instanceof List<?> uris
                            ? String.join(" ", uris.stream().map(String::valueOf).toList())
                            : "no policy";
            String seen = ReportingRecord.of(answer)
                    .map(record -> words(record).replaceAll("^(None|Invalid)$", "no policy")).orElse("ask again");
            return seen.equals(wanted) ? "" : seen;
        });
    }

    private static String words(ReportingRecord record) {
        return switch (record) {
            case ReportingRecord.Found(var rua, _) -> String.join(" ", rua.stream().map(URI::toString).toList());
            case ReportingRecord.None() -> "None";
            case ReportingRecord.Invalid _ -> "Invalid";
        };
    }
}
