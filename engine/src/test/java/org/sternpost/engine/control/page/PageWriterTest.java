package org.sternpost.engine.control.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The page is one file that asks nobody for anything and runs nothing, whatever stands in what it tells.
class PageWriterTest {

    private static final Pattern TAG = Pattern
            .compile("<(/?)([a-z][a-z0-9]*)((?:\\s+[a-zA-Z-]+(?:=\"[^\"<>]*\")?)*)\\s*(/?)>");
    private static final Set<String> VOID = Set.of("meta", "br");

    static Stream<DeliveryPage> pages() {
        return Stream.of(SamplePages.month(), SamplePages.hostile(), SamplePages.empty());
    }

    /// Also to be looked at: target/pages.
    @ParameterizedTest
    @MethodSource("pages")
    void everyTagIsOursAndIsClosed(DeliveryPage page) throws IOException {
        String html = PageWriter.html(page);
        Path kept = Files.createDirectories(Path.of("target", "pages"));
        Files.writeString(kept.resolve(page.days().size() + "-days.html"), html);
        var open = new ArrayDeque<String>();
        String body = html.substring("<!DOCTYPE html>\n".length()).replaceAll("(?s)(<style>).*?(</style>)", "$1$2");
        var tags = TAG.matcher(body);
        int end = 0;
        while (tags.find()) {
            assertFalse(body.substring(end, tags.start()).matches("(?s).*[<>].*"), () -> "no tag of ours behind "
                    + tags.group());
            end = tags.end();
            assertFalse(tags.group(3).matches("(?s).*\\s(on\\w+|src|href|action|style)=.*"), tags.group());
            if (tags.group(1).equals("/")) assertEquals(open.pop(), tags.group(2));
            else if (tags.group(4).isEmpty() && !VOID.contains(tags.group(2))) open.push(tags.group(2));
        }
        assertTrue(open.isEmpty(), open.toString());
        assertFalse(html.contains("<script") || html.contains("url(") || html.contains("@import"));
        assertTrue(html.contains("default-src 'none'"));
    }

    @Test
    void whatStrangersChoseIsShownAsText() {
        String html = PageWriter.html(SamplePages.hostile());
        assertTrue(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&lt;img src=x"), html);
        assertTrue(html.contains("\\u202e") && html.contains("\\x07"), html);
        assertFalse(html.contains("\u202e") || html.contains("\u0007"));
    }

    /// Whoever does not see it hears what each table and chart is, and what names a row.
    @ParameterizedTest
    @MethodSource("pages")
    void tablesAndChartsHaveNames(DeliveryPage page) {
        String html = PageWriter.html(page);
        assertEquals(html.split("<table", -1).length, html.split("<caption>[^<]", -1).length);
        assertFalse(Pattern.compile("<th(?! scope=)[ >]").matcher(html).find());
        assertEquals(html.split("role=\"img\"", -1).length, html.split("<desc id=", -1).length);
        var ids = Pattern.compile(" id=\"([^\"]+)\"").matcher(html).results().map(one -> one.group(1)).toList();
        assertEquals(new HashSet<>(ids).size(), ids.size());
        Pattern.compile("aria-labelledby=\"([^\"]+)\"").matcher(html).results().flatMap(one -> Stream.of(one.group(1)
                .split(" "))).forEach(id -> assertTrue(ids.contains(id), id));
        assertTrue(html.contains("<html lang=\"en\">") && html.contains("<title>"));
    }

    @Test
    void whatToDoNextIsWhatTheMailShowed() {
        var next = SamplePages.month().next().stream().map(DeliveryPage.Step::command).toList();
        assertEquals(List.of("New-PartnerNotice kreditbank.example -Connector banks",
                "New-PartnerNotice old-partner.example -Connector Default",
                "New-PartnerNotice town.example -Connector Default",
                "Test-TlsValidation registry.gov.example -Connector gov", "Get-MessageTrace -Status Failed",
                "Get-TlsReadiness Default", "Get-TlsReadiness banks",
                "Set-OutboundConnector supplier -TlsValidation Opportunistic -WhatIf"), next);
        assertEquals("'it''s a \"name\"; Remove-Message'", NextSteps.quoted("it's a \"name\"; Remove-Message"));
        assertEquals("'-WhatIf'", NextSteps.quoted("-WhatIf"));
    }

    @ParameterizedTest
    @CsvSource({"0, 10, 0 %", "10, 10, 100 %", "1, 100000, < 0.1 %", "99999, 100000, > 99.9 %", "1, 3, 33.3 %",
            "0, 0, –", "1, 4, 25 %"})
    void aShareIsNeverToldAsNothingOrAllThatIsNot(long part, long whole, String told) {
        assertEquals(told, Html.percent(part, whole));
    }

    @ParameterizedTest
    @CsvSource({"1, 1 ms", "840, 840 ms", "4000, 4.0 s", "17000, 17 s", "600000, 10 min", "7200000, 2.0 h",
            "172800000, 2.0 d"})
    void aSpanIsToldToTwoDigits(long millis, String told) {
        assertEquals(told, PageWriter.words(Duration.ofMillis(millis)));
    }

    /// Each line of the grid is a whole number, and no bar is higher than the chart.
    @Test
    void theScaleOfAChartIsWhole() {
        for (long most = 0; most < 20_000; most++) {
            long scale = Charts.scale(most);
            assertTrue(scale >= most && scale % 4 == 0 && scale <= Math.max(4, most * 2 + 1), most + " " + scale);
        }
    }
}
