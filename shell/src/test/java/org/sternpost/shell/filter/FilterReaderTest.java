package org.sternpost.shell.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.shell.filter.FilterReader.FilterParseResult;

class FilterReaderTest {
    @ParameterizedTest
    @CsvSource(delimiter = '¦', quoteCharacter = '\u0001', textBlock = """
        $_.TlsValidation -eq 'Opportunistic' -and $_.RecipientDomains -like '*.gov' ¦ filter
        $_.Enabled                                                                  ¦ filter
        !$_.Enabled                                                                 ¦ filter
        ($_.A -eq 1)                                                                ¦ filter
        $_.A -eq 'x == y && z'                                                      ¦ filter
        $_.A -eq 'it''s'                                                            ¦ filter
        -not($_.A -eq 1) -and($_.B -in('a'))                                        ¦ filter
        $true                                                                       ¦ filter
        it.size > 5                                                                 ¦ groovy
        $_.Status == 'Retry' && $_.Size > 5                                         ¦ groovy
        $_.Domain.size() > 20                                                       ¦ groovy
        $_.a - $_.b > 5                                                             ¦ groovy
        true                                                                        ¦ groovy
        'a -eq b'                                                                   ¦ groovy
        $_                                                                          ¦ groovy
        [a: 1]                                                                      ¦ groovy
        def x = 5; x > it.size                                                      ¦ groovy
                                                                                    ¦ groovy
        $_.Status -eq 'Retry' && $_.Domain.size() > 20                              ¦ MIXED_BLOCK
        $_.Size -gt 5 || $_.Held                                                    ¦ MIXED_BLOCK
        $_.Status == 'a' -and $_.b                                                  ¦ MIXED_BLOCK
        it.size -gt 5 && true                                                       ¦ MIXED_BLOCK
        $_.Status -eq                                                               ¦ FILTER_SYNTAX
        $_.Status -eq Retry Later                                                   ¦ FILTER_SYNTAX
        $_.Status -eq "a $b"                                                        ¦ FILTER_SYNTAX
        $_.Status -ieq a                                                            ¦ FILTER_OPERATOR
        $_.Status -eq a -and                                                        ¦ FILTER_SYNTAX
        ($_.Status -eq a                                                            ¦ FILTER_SYNTAX
        $_.Status -match '('                                                        ¦ FILTER_REGEX
        """)
    void blockIsFilterOrGroovyOrRefused(@Nullable String text, String kind) {
        assertEquals(kind, kind(FilterReader.block("Where-Object", text == null ? " " : text, 0)));
    }

    private static String kind(FilterParseResult reading) {
        return switch (reading) {
            case FilterParseResult.IsFilter _ -> "filter";
            case FilterParseResult.IsGroovy _ -> "groovy";
            case FilterParseResult.Refused(var error) -> error.code();
        };
    }

    @ParameterizedTest
    @CsvSource(delimiter = '¦', quoteCharacter = '\u0001', textBlock = """
        $_.A -eq 'x' && $_.B.size() > 20    ¦ $_.A -eq 'x' -and ...                    ¦ $_.A == 'x' && $_.B.size() > 20
        $_.Size -gt 5 || $_.Held            ¦ $_.Size -gt 5 -or $_.Held                ¦ $_.Size > 5 || $_.Held
        $_.A == b -and $_.B -like '*.gov'   ¦ $_.A -eq b -and $_.B -like '*.gov'       ¦ $_.A == b && ...
        $_.A -eq Retry && !$_.B             ¦ $_.A -eq Retry -and !$_.B                ¦ $_.A == 'Retry' && !$_.B
        """)
    void mixtureIsShownInBothLanguages(String text, String filter, String groovy) {
        var error = assertInstanceOf(FilterParseResult.Refused.class, FilterReader.block("Where-Object", text, 0))
                .error();
        assertEquals("filter:  Where-Object { " + filter + " }\nGroovy:  Where-Object { " + groovy + " }",
                error.hint());
    }

    @Test
    void mixtureIsUnderlinedWhereTheFilterBegins() {
        var line = "Get-Queue | Where-Object { $_.Status -eq 'Retry' && $_.Domain.size() > 20 }";
        var text = line.substring(line.indexOf('{') + 1, line.length() - 1);
        var refused = FilterReader.block("Where-Object", text, line.indexOf('{') + 1);
        assertEquals("""
            Get-Queue | Where-Object { $_.Status -eq 'Retry' && $_.Domain.size() > 20 }
                                       ~~~~~~~~~~~~~
            error[MIXED_BLOCK]: a block is either a filter (-eq, -and, ...) or Groovy (==, &&, ...)
              filter:  Where-Object { $_.Status -eq 'Retry' -and ... }
              Groovy:  Where-Object { $_.Status == 'Retry' && $_.Domain.size() > 20 }""",
                assertInstanceOf(FilterParseResult.Refused.class, refused).error().terminal(line));
    }

    @Test
    void propertiesAreCheckedBeforeAnythingRuns() {
        var text = "$_.Size -gt 5 -and ($_.Held -or $_.Staus -in 'a')";
        var filter = assertInstanceOf(FilterParseResult.IsFilter.class, FilterReader.block("?", text, 0)).filter();
        var error = FilterReader.check(filter, "Message", List.of("Size", "Held", "Status")).orElseThrow();
        assertEquals("Message has no property Staus", error.message());
        assertEquals("did you mean: Status\nMessage has: Size, Held, Status", error.hint());
        assertEquals(".Staus", error.span().of(text));
        assertEquals(true, FilterReader.check(filter, "Message", List.of("size", "HELD", "staus")).isEmpty());
    }

    @Test
    void anyTextIsFilterOrGroovyOrRefused() {
        long seed = new Random().nextLong();
        System.out.println("FilterReaderTest seed " + seed);
        var random = new Random(seed);
        var pieces = List.of("$_", ".Status", " -eq ", " -and ", " -or ", " -not ", "'a'", "\"$x\"", "'", "\"", "(",
                ")", "@(", ",", "!", "==", "&&", "5", "10MB", "[0]", "[", " -like ", "*.gov", "$", "{", "}", "`",
                " -5 ",
                " -match ", "\n", "é", "->", "/", "$x", "${y}", " -ieq ");
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (int length = random.nextInt(12); length >= 0; length--) {
                text.append(pieces.get(random.nextInt(pieces.size())));
            }
            var reading = FilterReader.block("?", text.toString(), 7);
            if (reading instanceof FilterParseResult.Refused(var error)) {
                assertEquals(true, error.span().start() >= 7 && error.span().end() <= 7 + text.length(),
                        () -> text + " " + error);
            }
        }
    }
}
