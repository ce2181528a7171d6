package org.sternpost.engine.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.filter.FilterSql.Known;
import org.sternpost.engine.filter.FilterType.Kind;
import org.sternpost.engine.filter.FilterType.Property;

/// Filters as people and strangers write them.
class FilterTest {

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    private record Thing(String name, String status, List<String> to, long count, long size, @Nullable Instant next) {}

    private static final FilterType<Thing> THINGS = new FilterType<>("thing", List.of(
            Property.of(Kind.Text, Thing::name, "Name", "Identity"),
            Property.word(List.of("Ready", "Retry", "Suspended"), Thing::status, "Status"),
            Property.of(Kind.Text, Thing::to, "Recipients"), Property.of(Kind.Number, Thing::count, "MessageCount"),
            Property.of(Kind.Size, Thing::size, "Size"), Property.of(Kind.Time, Thing::next, "NextRetryTime"),
            Property.of(Kind.Text, _ -> "", "LastError")));
    private static final FilterSql SQL = new FilterSql(Map.of("Name", new Known.Column("m.name"), "Size",
            new Known.Column("m.size"), "NextRetryTime", new Known.Column("m.next"), "Recipients",
            new Known.Elements("SELECT 1 FROM r WHERE 1", "r.to"), "LastError",
            new Known.Filled("m.error <> ''"), "Status", new Known.Words(Map.of("suspended", "m.aside = 1"))), NOW);

    private static final Thing THING = new Thing("gov/Tax.example", "Retry", List.of("a@x.example", "b@y.example"), 12,
            20_480, NOW.minus(Duration.ofHours(1)));

    private static OpathFilter read(String text) {
        try {
            return OpathReader.read(text, THINGS);
        } catch (FilterException bad) {
            throw new AssertionError(bad.getMessage() + "; " + bad.hint(), bad);
        }
    }

    private static boolean holds(String text) { return new FilterJudge<>(THINGS, read(text), NOW).holds(THING); }

    private static FilterException refused(String text) {
        var refused = assertThrows(FilterException.class, () -> OpathReader.read(text, THINGS), text);
        assertFalse(refused.hint().isEmpty(), text + " is refused without a remedy");
        assertTrue(refused.at() >= 0 && refused.at() <= text.length(), text);
        return refused;
    }

    @ParameterizedTest
    @ValueSource(strings = {"Status -eq 'Retry' -and MessageCount -gt 10", "status -EQ retry",
            "$_.Status -eq \"Retry\"",
            "Name -like '*tax*'", "Identity -eq 'GOV/TAX.example'", "Name -like 'gov/???.example'",
            "Recipients -eq 'B@y.example'", "Recipients -notlike '*@z.example'", "Size -eq 20KB", "Size -lt '1 MB'",
            "MessageCount -ne 11", "NextRetryTime -lt -30m", "NextRetryTime -gt '2026-11-28 10:00'",
            "NextRetryTime -ge 2026-11-28T12:00:00+01:00", "NextRetryTime -ne $null", "Name -gt 'a'",
            "-not (Status -eq 'Ready')", "!(Status -eq 'Ready') -and !(Status -eq Suspended)", "! ! Status -eq Retry",
            "Status -eq Ready -or Status -eq Retry -and MessageCount -eq 12",
            "(Status -eq Ready -or Status -eq Retry) -and MessageCount -eq 12", "Name -ne 'it''s'"})
    void whatIsSoHolds(String text) { assertTrue(holds(text), text); }

    @ParameterizedTest
    @ValueSource(strings = {"Status -ne Retry", "MessageCount -le 11", "Recipients -ne 'a@x.example'",
            "Recipients -notlike '*@x.example'", "Size -gt 20KB", "NextRetryTime -gt now", "NextRetryTime -eq $null",
            "Name -eq $null", "Name -like 'tax'", "Status -eq Retry -and MessageCount -lt 12",
            "Status -eq Retry -and (MessageCount -lt 12 -or Size -eq 1)"})
    void whatIsNotSoDoesNotHold(String text) { assertFalse(holds(text), text); }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            Stauts -eq 'Retry'              | 0  | did you mean Status?
            Colour -eq 'red'                | 0  | a thing has: Name, Status
            Status -eq 'Rety'               | 11 | did you mean Retry?
            Status -eq $true                | 11 | one of Ready, Retry, Suspended
            Status -gt 'Ready'              | 7  | -eq, -ne, -like
            MessageCount -gt 'many'         | 17 | 10
            MessageCount -gt 99999999999999999999 | 17 | 10
            MessageCount -like '1*'         | 13 | -eq, -gt, -lt
            MessageCount -gt $null          | 17 | -eq $null
            Size -gt 10XB                   | 9  | 10KB
            Size -gt 9999999999TB           | 9  | 10KB
            NextRetryTime -lt 11/12/2026    | 18 | different days in different countries
            NextRetryTime -lt -2y           | 18 | -2h
            Name -match 'a+'                | 5  | Where-Object has -match
            Name -eqq 'a'                   | 5  | did you mean -eq?
            Name == 'a'                     | 5  | write -eq
            Name -eq $who                   | 9  | double quotes
            Name -eq                        | 8  | Property -op 'value'
            Name                            | 4  | Property -op 'value'
            'Name' -eq 'a'                  | 0  | Property -op 'value'
            Name -eq 'a' Size -gt 1         | 13 | -and or -or
            (Name -eq 'a'                   | 13 | add )
            Name -eq 'a')                   | 12 | -and or -or
            Name -eq 'a                     | 9  | end it with '
            Name -eq 'a' -and               | 17 | Property -op 'value'
            Name -eq 'a'; Remove-Message    | 12 | joined by
            """)
    void whatCannotBeMeantIsRefusedWithItsPlaceAndARemedy(String text, int at, String hint) {
        var refused = refused(text);
        assertEquals(at, refused.at(), refused.getMessage());
        assertTrue(refused.hint().contains(hint), refused.hint());
    }

    @Test
    void whatIsTooLongTooDeepOrEmptyIsRefused() {
        refused("");
        refused("   ");
        refused("(".repeat(OpathReader.DEPTH_MAX + 1) + "Size -gt 1" + ")".repeat(OpathReader.DEPTH_MAX + 1));
        assertTrue(holds("(".repeat(OpathReader.DEPTH_MAX) + "Size -gt 1" + ")".repeat(OpathReader.DEPTH_MAX)));
        refused("Size -gt 1" + " -and Size -gt 1".repeat(OpathReader.TESTS_MAX));
        refused("(".repeat(OpathReader.CHARACTERS_MAX));
        refused("x".repeat(OpathReader.CHARACTERS_MAX + 1));
        assertTrue(holds("!".repeat(4_000) + "Size -gt 1"), "an even number of times");
    }

    /// A pattern of many stars must not take time beyond measure: it is looked at from star to star.
    @Test
    void aHostilePatternEnds() {
        assertFalse(FilterJudge.like("*a".repeat(1_000) + "b", "a".repeat(4_000)));
        assertTrue(FilterJudge.like("*", ""));
        assertFalse(FilterJudge.like("?", ""));
    }

    /// Pieces of filters, put together at random: read or refused, and never anything else.
    @Test
    void noTextBreaksTheReader() {
        var random = new Random(11);
        var pieces = List.of("Status", "Size", "Name", "NextRetryTime", "-eq", "-like", "-gt", "-and", "-or", "-not",
                "!", "(", ")", "'Retry'", "\"", "'", "10KB", "-2h", "$null", "$_.", ";", "{", "*",
                "\0", "é", "\ud83d");
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (int j = random.nextInt(8); j >= 0; j--)
                text.append(pieces.get(random.nextInt(pieces.size()))).append(random.nextInt(4) > 0 ? " " : "");
            try {
                new FilterJudge<>(THINGS, OpathReader.read(text.toString(), THINGS), NOW).holds(THING);
                read++;
            } catch (FilterException refused) {
                assertFalse(refused.hint().isEmpty(), text.toString());
            }
        }
        assertTrue(read > 0, "some of them are filters");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            Size -gt 10KB                          | m.size > ?                                      | true
            Name -eq 'A'                           | lower(m.name) = ?                               | true
            Name -notlike 'a*'                     | lower(m.name) NOT LIKE ? ESCAPE '!'             | true
            Size -gt 1 -and Name -eq 'a'           | (m.size > ? AND lower(m.name) = ?)              | true
            Size -gt 1 -and Status -eq Retry       | (m.size > ?)                                    | false
            Size -gt 1 -or Status -eq Retry        | 1 = 1                                           | false
            Size -gt 1 -or Name -eq 'a'            | (m.size > ? OR lower(m.name) = ?)               | true
            -not (Size -gt 1)                      | NOT (m.size > ?)                                | true
            -not (Size -gt 1 -and Status -eq Retry) | 1 = 1                                          | false
            Name -like 'a?'                        | 1 = 1                                           | false
            Name -eq 'é'                           | 1 = 1                                           | false
            Name -eq $null                         | 1 = 1                                           | false
            NextRetryTime -lt -1h                  | m.next < ?                                      | true
            Recipients -eq 'A@x'                   | EXISTS (SELECT 1 FROM r WHERE 1 AND lower(r.to) = ?) | true
            Recipients -notlike 'a*' | NOT (EXISTS (SELECT 1 FROM r WHERE 1 AND lower(r.to) LIKE ? ESCAPE '!')) | true
            Recipients -ne 'é@x'                   | 1 = 1                                           | false
            Recipients -eq $null                   | 1 = 1                                           | false
            Status -eq 'Suspended' -and Size -gt 1 | (m.aside = 1 AND m.size > ?)                    | false
            Status -ne 'Suspended'                 | 1 = 1                                           | false
            -not (Status -eq 'Suspended')          | 1 = 1                                           | false
            LastError -like '4*'                   | m.error <> ''                                   | false
            LastError -like '**'                   | 1 = 1                                           | false
            LastError -eq ''                       | 1 = 1                                           | false
            LastError -ne 'x'                      | 1 = 1                                           | false
            """)
    void tablesAreAskedWhatTheyKnow(String text, String sql, boolean exact) {
        var condition = SQL.of(read(text));
        assertEquals(sql, condition.sql());
        assertEquals(exact, condition.exact());
    }

    @Test
    void lettersThatPatternsOfTablesKnowAreMeantLiterally() {
        assertEquals(List.of("10!%!_!!%"), SQL.of(read("Name -like '10%_!*'")).values());
        assertTrue(FilterJudge.fold("\u212a").equals("\u212a"), "no other letter becomes an ASCII one");
        assertEquals("ü", FilterJudge.fold("Ü"));
    }
}
