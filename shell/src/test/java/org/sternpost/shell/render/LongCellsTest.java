package org.sternpost.shell.render;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sternpost.cmdlets.CustomItem;
import org.sternpost.cmdlets.Item;
import org.sternpost.shell.render.Printer.OutputFormat;

/// Cells wider than their column, the one that comes after the widths were fixed too.
class LongCellsTest {

    private static final String LONG = "long words ".repeat(20).strip();

    /// A file or a program gets all of each row, whatever comes when.
    @Test
    void nothingIsCutWhereThereIsNoTerminal() {
        for (int rows : List.of(1, 50))
            assertEquals(List.of("a short", "b " + LONG, LONG + " c"),
                    printed(0, rows, row("a", "short"), row("b", LONG), row(LONG, "c")).stream().skip(2)
                            .map(line -> line.replaceAll(" +", " ")).toList());
    }

    /// The last column has what the line has left; no line is wider than the terminal.
    @Test
    void aRowThatComesLaterIsCutToItsColumnAndTheLastToTheLine() {
        assertEquals(List.of("Name  State", "----  -------", "anna  Pending", "ooo…  Delivered"),
                printed(40, 1, row("anna", "Pending"), row("o".repeat(9), "Delivered")));
        assertEquals("anna  " + LONG.substring(0, 33) + "…",
                printed(40, 1, row("anna", "x"), row("anna", LONG)).getLast());
    }

    private static List<String> printed(int width, int rowsBeforeFixed, Item... items) {
        var lines = new ArrayList<String>();
        var layout = new RecordLayout(new ValueFormat(ZoneOffset.UTC), new AnsiStyle(false), width);
        Printer printer = Printer.of(OutputFormat.Text, layout, false, lines::add, rowsBeforeFixed);
        List.of(items).forEach(printer::put);
        printer.end();
        return lines;
    }

    private static Item row(String name, String state) {
        var values = new LinkedHashMap<String, Object>();
        values.put("Name", name);
        values.put("State", state);
        return new CustomItem("Row", values);
    }
}
