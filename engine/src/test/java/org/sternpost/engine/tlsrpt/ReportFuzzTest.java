package org.sternpost.engine.tlsrpt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.tlsrpt.ReportReader.Reading;

/// Any octets as a report, or as the record that asks for one.
class ReportFuzzTest {

    @FuzzTest
    void aReportIsReadOrRefused(byte[] octets) {
        switch (ReportReader.read(octets)) {
            case Reading.Read(var report) -> {
                assertTrue(report.policies().stream().allMatch(p -> p.successes() >= 0 && p.failures() >= 0));
                // What we write of it is read again, alike from then on.
                byte[] written = ReportWriter.json(report);
                var again = (Reading.Read) ReportReader.read(written);
                assertEquals(new String(written, StandardCharsets.UTF_8),
                        new String(ReportWriter.json(again.report()), StandardCharsets.UTF_8));
                assertEquals(again, ReportReader.read(ReportWriter.gzip(report)));
            }
            case Reading.Refused(var why) -> assertTrue(!why.isBlank());
        }
    }

    @FuzzTest
    void aReportingRecordIsReadOrRefused(byte[] octets) {
        String text = new String(octets, StandardCharsets.ISO_8859_1);
        switch (ReportingRecord.of(List.of(text))) {
            case ReportingRecord.Found(var rua, _) -> {
                assertTrue(rua.size() <= ReportingRecord.DESTINATIONS_MAX && text.startsWith("v=TLSRPTv1"), text);
                assertTrue(rua.stream().map(uri -> uri.getScheme().toLowerCase(Locale.ROOT))
                        .allMatch(scheme -> scheme.equals("mailto") || scheme.equals("https")), rua::toString);
                // RFC 8460 §3: two of them are none.
                assertTrue(ReportingRecord.of(List.of(text, text)) instanceof ReportingRecord.Invalid);
            }
            case ReportingRecord.Invalid(var why) -> assertTrue(
                    why.chars().noneMatch(Character::isISOControl), why);
            case ReportingRecord.None() -> assertTrue(!text.matches("(?s)v=TLSRPTv1[ \\t]*;.*"));
        }
        // A failure is no proof that nobody wants reports.
        for (Answer.Kind kind : Answer.Kind.values())
            assertEquals(Optional.empty(), ReportingRecord.of(new Answer.Failed(kind, text)));
    }
}
