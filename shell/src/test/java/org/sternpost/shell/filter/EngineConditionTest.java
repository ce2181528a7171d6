package org.sternpost.shell.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.cmdlets.RecordItem;
import org.sternpost.engine.control.FilterProperty;
import org.sternpost.engine.control.QueueFilters;
import org.sternpost.engine.filter.FilterJudge;
import org.sternpost.engine.filter.FilterType;
import org.sternpost.engine.filter.OpathReader;
import org.sternpost.shell.filter.FilterEvaluator.FilterResult;
import org.sternpost.shell.filter.FilterReader.FilterParseResult;
import org.sternpost.shell.item.ItemFields;

/// What the engine is asked of a condition never leaves out what the condition takes, or complains of.
class EngineConditionTest {

    private static final Instant NOW = Instant.parse("2026-11-23T14:00:00Z");
    private static final long SEED = Long.getLong("sternpost.seed", 20_261_129);
    private static final int CONDITIONS = Integer.getInteger("sternpost.conditions", 4_000);

    private static FilterEvaluator evaluator(String condition) {
        var read = FilterReader.block("Where-Object", condition, 0);
        var filter = assertInstanceOf(FilterParseResult.IsFilter.class, read, condition).filter();
        return new FilterEvaluator(filter, InstantSource.fixed(NOW), ZoneOffset.UTC,
                name -> Optional.ofNullable(switch (name) {
                    case "who" -> "me@example.org";
                    case "many" -> 5L;
                    default -> null;
                }));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            $_.Status -eq 'retry'                              | Status -eq 'Retry'                            | true
            $_.Status -eq 'Gone'                               |                                               | false
            $_.Status -in Retry, Suspended                     | (Status -eq 'Retry' -or Status -eq 'Suspended') | true
            $_.Status -notin Retry, Active                     | (Status -ne 'Retry' -and Status -ne 'Active') | true
            $_.FromAddress -eq 'me@acme.net'                   | FromAddress -eq 'me@acme.net'                 | true
            $_.FromAddress -eq 'shop@acme.net'                 | FromAddress -like '*hop@acme.net'             | false
            $_.FromAddress -ceq 'me@acme.net'                  | FromAddress -eq 'me@acme.net'                 | false
            $_.FromAddress -cne 'me@acme.net'                  |                                               | false
            $_.FromAddress -eq 'm\u00e4e@acme.net'             |                                               | false
            $_.FromAddress -eq $who                            | FromAddress -eq 'me@example.org'              | true
            $_.Subject -like 'a[bc]*'                          |                                               | false
            $_.SizeBytes -gt 1MB                               | Size -gt 1048576                              | true
            $_.SizeBytes -gt $many                             | Size -gt 5                                    | true
            $_.SizeBytes -gt 1.5                               |                                               | false
            $_.DateReceived -lt '2026-11-23 10:00'             | DateReceived -lt '2026-11-23T10:00:00Z'       | true
            $_.DateReceived -gt -2h                            | DateReceived -gt '2026-11-23T11:00:00Z'       | false
            $_.DateReceived -lt -2h                            |                                               | false
            $_.LastError                                       | LastError -ne $null                           | true
            -not $_.RetryCount                                 | -not (RetryCount -ne 0)                       | true
            $_.Subject -eq $null                               | Subject -eq $null                             | false
            $_.Status -eq Retry -and $_.Subject -like '[a]'    | Status -eq 'Retry'                            | false
            $_.Subject -like '[a]' -and $_.Status -eq Retry    | Status -eq 'Retry'                            | false
            $_.Subject -match 'a' -and $_.Status -eq Retry     |                                               | false
            $_.Status -eq Retry -or $_.Subject -like '[a]'     |                                               | false
            -not ($_.FromAddress -eq 'shop@acme.net')          |                                               | false
            """)
    void theEngineIsAsked(String condition, String text, boolean exact) {
        var asked = evaluator(condition.replace("\\u00e4", "\u00e4")).condition(QueueFilters.properties("Message"),
                true);
        assertEquals(Optional.ofNullable(text), asked.text());
        assertEquals(exact, asked.exact());
    }

    @Test
    void aVariableIsAskedOnlyWhereNothingSetsItMeanwhile() {
        var asked = evaluator("$_.FromAddress -eq $who -and $_.Status -eq Retry");
        assertEquals(Optional.empty(), asked.condition(QueueFilters.properties("Message"), false).text());
    }

    /// Each character of the basic plane beside each letter and some signs.
    @Test
    void lettersThatAreOneToTheShellAreFoundByTheEngine() throws Exception {
        var type = new FilterType<>("text", List.of(FilterType.Property.<MessageText>of(FilterType.Kind.Text,
                MessageText::subject, "Subject")));
        for (char letter : "abcdefghijklmnopqrstuvwxyzK'%?*".toCharArray()) {
            for (String operator : List.of("-eq", "-notlike")) {
                var evaluator = evaluator("$_.Subject " + operator + " '" + (letter == '\'' ? "''" : letter) + "'");
                var asked = evaluator.condition(List.of(new FilterProperty(List.of("Subject"),
                        FilterProperty.Kind.Text, List.of())), true);
                if (asked.text().isEmpty()) continue;
                var judge = new FilterJudge<>(type, OpathReader.read(asked.text().get(), type), NOW);
                IntStream.rangeClosed(0, Character.MAX_VALUE).mapToObj(c -> new MessageText("" + (char) c))
                        .forEach(record -> held(asked, evaluator.test(new ItemFields(new RecordItem(record))),
                                judge.holds(record), () -> operator + " of " + (int) record.subject().charAt(0)));
            }
        }
    }

    /// A record of one text.
    public record MessageText(String subject) {}

    private static void held(EngineCondition asked, FilterResult said, boolean engine, Supplier<String> where) {
        if (!(said instanceof FilterResult.Dropped)) assertTrue(engine, where);
        else if (asked.exact()) assertTrue(!engine, where);
        if (asked.total()) assertTrue(!(said instanceof FilterResult.Failed), where);
    }

    @Test
    void whatAConditionTakesTheEngineTakesToo() throws Exception {
        var random = new Random(SEED);
        var messages = Stream.generate(() -> RandomConditions.message(random)).limit(60).toList();
        var queues = Stream.generate(() -> RandomConditions.queue(random)).limit(60).toList();
        int asked = check(RandomConditions.onMessages(random), QueueFilters.MESSAGES, "Message", messages)
                + check(RandomConditions.onQueues(random), QueueFilters.QUEUES, "Queue", queues);
        assertTrue(asked > CONDITIONS / 2, "the engine was asked " + asked + " times of " + CONDITIONS);
    }

    private static <R extends Record> int check(RandomConditions conditions, FilterType<R> type, String noun,
            List<R> records)
            throws Exception {
        int count = 0;
        var properties = QueueFilters.properties(noun);
        for (int i = 0; i < CONDITIONS / 2; i++) {
            String condition = conditions.next();
            var evaluator = evaluator(condition);
            var asked = evaluator.condition(properties, true);
            if (asked.text().isEmpty()) continue;
            count++;
            var judge = new FilterJudge<>(type, OpathReader.read(asked.text().get(), type), NOW);
            for (R record : records)
                held(asked, evaluator.test(new ItemFields(new RecordItem(record))), judge.holds(record),
                        () -> condition + " asked as " + asked + " of " + record + ", seed " + SEED);
        }
        return count;
    }
}
