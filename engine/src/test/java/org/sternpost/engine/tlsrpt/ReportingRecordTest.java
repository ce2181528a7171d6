package org.sternpost.engine.tlsrpt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportingRecordTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            v=TLSRPTv1;rua=mailto:reports@example.com                  | mailto:reports@example.com
            v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt    | https://reporting.example.com/v1/tlsrpt
            v=TLSRPTv1; rua=mailto:a@b.example, https://c.example/?x=1;| mailto:a@b.example https://c.example/?x=1
            v=TLSRPTv1; x=y; rua=mailto:a@b.example                    | mailto:a@b.example
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
    void mailtoUriGivesItsMailbox() {
        assertEquals("Optional[a+b@c.example]", MailtoAddress.of(URI.create("mailto:a+b@c.example?subject=x")) + "");
        assertEquals("Optional[\"a,b\"@c.example]", MailtoAddress.of(URI.create("mailto:a%2Cb@c.example")) + "");
        assertEquals(Optional.empty(), MailtoAddress.of(URI.create("mailto:a@c.example,b@c.example")));
        assertEquals(Optional.empty(), MailtoAddress.of(URI.create("mailto:a%0D%0Ab@c.example")));
    }

    @Test
    void allScoredCasesOfTheVectorsAgree() throws IOException {
        Optional<Path> folder = Vectors.folder();
        if (folder.isEmpty()) return;
        var wrong = new ArrayList<String>();
        int scored = 0;
        int ofTheResolver = 0;
        for (Map<String, Object> each : Vectors.cases(folder.get().resolve("txt.json"), "cases")) {
            if (!each.get("scored").equals(true)) continue;
            // A failed lookup has no records to read: the resolver's answer says so before this grammar is asked.
            if ("SERVFAIL".equals(each.get("rcode"))) {
                ofTheResolver++;
                continue;
            }
            scored++;
            List<String> texts = ((List<?>) each.get("txt_rrs")).stream().map(set -> String.join("",
                    ((List<?>) set).stream().map(String::valueOf).toList())).toList();
            Object rua = ((Map<?, ?>) each.get("expected")).get("rua");
            String expected = rua instanceof List<?> uris
                    ? String.join(" ", uris.stream().map(String::valueOf).toList())
                    : "no policy";
            String seen = words(ReportingRecord.of(texts)).replaceAll("^(None|Invalid)$", "no policy");
            if (!seen.equals(expected)) wrong.add(each.get("id") + ": " + seen + " instead of " + expected);
        }
        System.out.println("tlsrpt/txt.json: " + (scored - wrong.size()) + " of " + scored + " scored cases; "
                + ofTheResolver + " more is the resolver's to decide (SERVFAIL)");
        assertEquals(List.of(), wrong);
    }

    private static String words(ReportingRecord record) {
        return switch (record) {
            case ReportingRecord.Found(var rua) -> String.join(" ", rua.stream().map(URI::toString).toList());
            case ReportingRecord.None() -> "None";
            case ReportingRecord.Invalid _ -> "Invalid";
        };
    }
}
