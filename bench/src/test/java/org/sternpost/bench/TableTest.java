package org.sternpost.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {

    @Test
    void theSummaryIsTheMedianAndOfLostMailTheWorst() {
        var summary = Table.summary(List.of(Map.of(Column.WARM, 300.0, Column.LOST, 0.0),
                Map.of(Column.WARM, 100.0, Column.LOST, 2.0), Map.of(Column.WARM, 200.0, Column.LOST, 0.0)));
        assertEquals(200, summary.get(Column.WARM));
        assertEquals(2, summary.get(Column.LOST));
    }

    @Test
    void eachRowHasBothServersAndOursThroughTheirs() {
        var table = new Table();
        var row = Row.of("500x5@50");
        table.add(row, Sternpost.NAME, Map.of(Column.WARM, 1500.0, Column.CPU_WARM, 1.0));
        table.add(row, Postfix.NAME, Map.of(Column.WARM, 300.0, Column.CPU_WARM, 4.0));
        var lines = table.markdown(Column.Of.ROW).lines().toList();
        assertEquals(5, lines.size(), lines::toString);
        assertTrue(lines.get(2).startsWith("| 500x5@50 | Sternpost | 0 | 1,500 |"), lines.get(2));
        assertTrue(lines.get(3).startsWith("|  | Postfix | 0 | 300 |"), lines.get(3));
        // Cold is 0 for Postfix, and through 0 there is no ratio.
        assertTrue(lines.get(4).startsWith("| | ratio |  | 5.00 |"), lines.get(4));
        assertTrue(lines.get(4).contains("| 0.25 |"), lines.get(4));
    }

    @Test
    void aServerAloneHasNoRatio() {
        var table = new Table();
        table.add(Row.of("1x1@0"), Sternpost.NAME, Map.of(Column.WARM, 1.0));
        assertEquals(3, table.markdown(Column.Of.ROW).lines().count());
    }

    @Test
    void aRowIsReadAsItIsPrinted() {
        for (String text : List.of("1x1@0", "500x5@50", "1x1@50:default"))
            assertEquals(text, Row.of(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1x2@0", "0x0@0", "5x5", "5x5@0:fast", "20001x1@0", "axb@c"})
    void whatIsNoRowIsRefusedWithAnExample(String text) {
        var refused = assertThrows(IllegalArgumentException.class, () -> Row.of(text));
        assertTrue(refused.getMessage().contains("domains") || refused.getMessage().contains("500x5@50"),
                refused.getMessage());
    }

    @Test
    void optionsAreReadAndWhatIsWrongIsNamed() {
        var options = Options.of("--rows", "1x1@0,500x5@50", "--messages", "1000", "--postfix", "max_use=5", "--jfr");
        assertEquals(List.of(Row.of("1x1@0"), Row.of("500x5@50")), options.rows());
        assertEquals(1000, options.load().messages());
        assertEquals(Map.of("max_use", "5"), options.extras().postfix());
        assertEquals(3, options.repeats());
        for (String[] wrong : List.of(new String[]{"--messages", "many"}, new String[]{"--messages", "0"},
                new String[]{"--postfix", "max_use"}, new String[]{"--servers", "exim"}, new String[]{"--speed"},
                new String[]{"fast"}))
            assertThrows(IllegalArgumentException.class, () -> Options.of(wrong), () -> String.join(" ", wrong));
    }
}
