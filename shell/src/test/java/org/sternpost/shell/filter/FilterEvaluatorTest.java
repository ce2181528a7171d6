package org.sternpost.shell.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.shell.filter.FilterEvaluator.FilterResult;
import org.sternpost.shell.filter.FilterReader.FilterParseResult;
import org.sternpost.shell.line.Script.Argument;
import org.sternpost.shell.line.LineParser;
import org.sternpost.shell.line.ParseResult;
import org.sternpost.shell.line.Script.PipelineElement;
import org.sternpost.shell.line.Script.Statement;

class FilterEvaluatorTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final ZoneId ZONE = ZoneOffset.UTC;
    private static final Fields RECORD = new Row("Message", Map.ofEntries(Map.entry("Status", Status.RETRY),
            Map.entry("Size", 10L << 20), Map.entry("Attempts", 3), Map.entry("Rate", 0.005),
            Map.entry("Price", new BigDecimal("1.50")), Map.entry("Received", NOW.minus(Duration.ofHours(3))),
            Map.entry("Age", Duration.ofMinutes(90)), Map.entry("Sender", "Alice@Example.org"), Map.entry("Held", true),
            Map.entry("RecipientDomains", List.of("a.gov", "b.example")), Map.entry("Labels", Map.of("team", "blue")),
            Map.entry("None", List.of()),
            Map.entry("Hops", List.of(new Row("Hop", Map.of("Code", 250L)), new Row("Hop", Map.of("Code", 451L)))),
            Map.entry("Next", new Row("Host", Map.of("Name", "mx1", "Port", 25L)))), List.of("Subject"));

    private enum Status { ACTIVE, RETRY, FROZEN }

    /// A record of a given type; `absent` names properties without a value.
    private record Row(String typeName, Map<String, Object> values, List<String> absent) implements Fields {
        Row(String typeName, Map<String, Object> values) { this(typeName, values, List.of()); }

        @Override
        public List<String> names() {
            return java.util.stream.Stream.concat(new TreeMap<>(values).keySet().stream(), absent.stream()).toList();
        }

        @Override
        public Optional<Object> get(String name) {
            return values.entrySet().stream().filter(entry -> entry.getKey().equalsIgnoreCase(name)).findFirst()
                    .map(Map.Entry::getValue);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '¦', quoteCharacter = '\u0001', textBlock = """
        $_.Status -eq Retry                                   ¦ true
        $_.status -EQ 'retry'                                 ¦ true
        $_.Status -ne Retry                                   ¦ false
        $_.Status -in Active, Frozen                          ¦ false
        $_.Status -in ('Active', 'Retry')                     ¦ true
        $_.Status -notin @('Active')                          ¦ true
        $_.Status -gt Active                                  ¦ true
        $_.Size -gt 10MB                                      ¦ false
        $_.Size -ge 10MB                                      ¦ true
        $_.Size -lt 1_000_000_000                             ¦ true
        10KB -lt $_.Size                                      ¦ true
        $_.Attempts -eq 3                                     ¦ true
        $_.Attempts -gt -5                                    ¦ true
        $_.Rate -ge 0.5%                                      ¦ true
        $_.Rate -gt 0.005                                     ¦ false
        $_.Price -eq 1.5                                      ¦ true
        $_.Received -lt -2h                                   ¦ true
        $_.Received -lt -4h                                   ¦ false
        $_.Received -ge today                                 ¦ true
        $_.Received -gt '2026-11-23 08:59'                    ¦ true
        $_.Age -gt 1h                                         ¦ true
        $_.Age -eq 1h30m                                      ¦ true
        $_.Sender -eq alice@example.org                       ¦ true
        $_.Sender -ceq alice@example.org                      ¦ false
        $_.Sender -like *@example.org                         ¦ true
        $_.Sender -clike '*@example.org'                      ¦ false
        $_.Sender -like '[a-c]l?ce*'                          ¦ true
        $_.Sender -notlike '*.gov'                            ¦ true
        $_.Sender -match '^al.*ORG$'                          ¦ true
        $_.Sender -cmatch '^al'                               ¦ false
        $_.Sender -notmatch 'bob'                             ¦ true
        $_.Sender -gt 'aaa'                                   ¦ true
        $_.Held                                               ¦ true
        -not $_.Held                                          ¦ false
        !$_.Held                                              ¦ false
        $_.Held -eq $true                                     ¦ true
        $_.Held -eq false                                     ¦ false
        $_.Subject -eq $null                                  ¦ true
        $_.Subject -ne $null                                  ¦ false
        $_.Subject -like '*'                                  ¦ false
        $_.Subject -ne 'x'                                    ¦ true
        $_.Subject                                            ¦ false
        $_.RecipientDomains -like '*.gov'                     ¦ true
        $_.RecipientDomains -eq B.example                     ¦ true
        $_.RecipientDomains -ne a.gov                         ¦ false
        $_.RecipientDomains -notlike '*.gov'                  ¦ false
        $_.RecipientDomains -contains a.gov                   ¦ true
        $_.RecipientDomains -ccontains A.gov                  ¦ false
        $_.RecipientDomains -notcontains c.gov                ¦ true
        a.gov -in $_.RecipientDomains                         ¦ true
        $_.RecipientDomains.count -eq 2                       ¦ true
        $_.RecipientDomains[-1] -eq b.example                 ¦ true
        $_.RecipientDomains[5] -eq $null                      ¦ true
        $_.None                                               ¦ false
        $_.None -eq a                                         ¦ false
        $_.Labels.Team -eq blue                               ¦ true
        $_.Labels.x -eq $null                                 ¦ true
        $_.Hops.code -gt 400                                  ¦ true
        $_.Next.Port -eq 25                                   ¦ true
        $_.Size -gt $limit                                    ¦ true
        $_.Status -in $wanted                                 ¦ true
        $_.Sender -eq "$from"                                 ¦ true
        $_.Size -gt $_.Attempts                               ¦ true
        ('a', 'b') -contains 'B'                              ¦ true
        $_.Held -and ($_.Size -gt 1 -or $_.x -eq 1)           ¦ true
        $_.Size -gt 1GB -and $_.x -eq 1 -or $_.Held           ¦ true
        -not ($_.Held -and $_.Size -gt 1GB)                   ¦ true
        $_.Held -and -not $_.Subject                          ¦ true
        """)
    void recordIsKept(String text, boolean kept) {
        assertEquals(kept ? new FilterResult.Kept() : new FilterResult.Dropped(), evaluator(text).test(RECORD), text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '¦', quoteCharacter = '\u0001', textBlock = """
        $_.Staus -eq Retry            ¦ PROPERTY_UNKNOWN  ¦ did you mean: Status
        $_.Next.Prt -eq 5             ¦ PROPERTY_UNKNOWN  ¦ did you mean: Port
        $_.Zzz -eq 5                  ¦ PROPERTY_UNKNOWN  ¦ Message has: Age, Attempts
        $_.Size.x -eq 5               ¦ PROPERTY_UNKNOWN  ¦ Groovy
        $_.Status -eq Rety            ¦ FILTER_TYPE       ¦ did you mean: RETRY
        $_.Size -gt 25M               ¦ FILTER_TYPE       ¦ 25MB
        $_.Age -gt 5                  ¦ FILTER_TYPE       ¦ add a unit
        $_.Received -lt 11/12/2026    ¦ FILTER_TYPE       ¦ year-month-day
        $_.Held -eq yes               ¦ FILTER_TYPE       ¦ $true
        $_.Size -gt $_.Age            ¦ FILTER_TYPE       ¦
        $_.Received -gt $_.Age        ¦ FILTER_TYPE       ¦
        $_.Size -eq $true             ¦ FILTER_TYPE       ¦
        $_.Next -eq x                 ¦ FILTER_TYPE       ¦
        $_.Next -like x               ¦ FILTER_TYPE       ¦ properties
        $_.Size -eq (1, 2)            ¦ FILTER_TYPE       ¦ -in
        $_.Size -gt (1, 2)            ¦ FILTER_TYPE       ¦
        $_.Size -gt $nothing          ¦ VARIABLE_UNKNOWN  ¦ 'nothing'
        """)
    void senselessQuestionFails(String text, String code, @Nullable String hint) {
        var error = assertInstanceOf(FilterResult.Failed.class, evaluator(text).test(RECORD), text).error();
        assertEquals(code, error.code(), error.message());
        assertEquals(true, error.hint().contains(hint == null ? "" : hint), error.hint());
    }

    @Test
    void incomparableTypesAreNamed() {
        var error = assertInstanceOf(FilterResult.Failed.class, evaluator("$_.Received -gt $_.Age").test(RECORD))
                .error();
        assertEquals("a moment cannot be compared with a duration", error.message());
    }

    @Test
    void regularExpressionCannotRunAway() {
        var row = new Row("Row", Map.of("Text", "a".repeat(40) + "b"));
        var error = assertInstanceOf(FilterResult.Failed.class, evaluator("$_.Text -match '^((a|a)+)+\\1z$'").test(row))
                .error();
        assertEquals("FILTER_REGEX", error.code());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '¦', quoteCharacter = '\u0001', textBlock = """
        Where-Object Status -eq Retry               ¦ true
        Where-Object Size -gt 5MB                   ¦ true
        Where-Object Status -in Active,Retry        ¦ true
        Where-Object Size -lt:$limit                ¦ false
        Where-Object Held                           ¦ true
        Where-Object Next.Port -eq '25'             ¦ true
        Where-Object RecipientDomains -like *.gov   ¦ true
        """)
    void blockFreeFormMeansTheSame(String line, boolean kept) {
        var filter = assertInstanceOf(FilterParseResult.IsFilter.class, words(line), line).filter();
        assertEquals(kept ? new FilterResult.Kept() : new FilterResult.Dropped(), evaluator(filter).test(RECORD));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '¦', quoteCharacter = '\u0001', textBlock = """
        Where-Object Status Retry           ¦ FILTER_SYNTAX
        Where-Object Status -equals Retry   ¦ FILTER_OPERATOR
        Where-Object Status -eq             ¦ FILTER_SYNTAX
        Where-Object 'a b' -eq 5            ¦ FILTER_SYNTAX
        Where-Object Status -eq (Get-X)     ¦ FILTER_SYNTAX
        Where-Object Status -eq "a$b"       ¦ FILTER_SYNTAX
        Where-Object -eq 5                  ¦ FILTER_SYNTAX
        Where-Object @x                     ¦ FILTER_SYNTAX
        Where-Object Status -match '('      ¦ FILTER_REGEX
        """)
    void brokenBlockFreeFormIsRefused(String line, String code) {
        assertEquals(code, assertInstanceOf(FilterParseResult.Refused.class, words(line), line).error().code());
    }

    private static FilterParseResult words(String line) {
        var script = assertInstanceOf(ParseResult.Parsed.class, LineParser.parse(line)).script();
        var pipeline = assertInstanceOf(Statement.Pipeline.class, script.statements().getFirst());
        List<Argument> words = assertInstanceOf(PipelineElement.Command.class, pipeline.elements().getFirst())
                .arguments();
        return FilterReader.words(words, pipeline.span());
    }

    private static FilterEvaluator evaluator(String text) {
        return evaluator(
                assertInstanceOf(FilterParseResult.IsFilter.class, FilterReader.block("Where-Object", text, 0), text)
                        .filter());
    }

    private static FilterEvaluator evaluator(Filter filter) {
        var variables = Map.<String, Object>of("limit", "5MB", "wanted", List.of("Frozen", "Retry"), "from",
                "alice@example.org");
        return new FilterEvaluator(filter, InstantSource.fixed(NOW), ZONE,
                name -> Optional.ofNullable(variables.get(name)));
    }
}
