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

/// Records of one kind that do not have the same properties: nothing of them is lost without a word.
class MixedRecordsTest {

    private static final RecordLayout SHEETS = new RecordLayout(new ValueFormat(ZoneOffset.UTC), new AnsiStyle(false),
            0);
    private static final List<Item> MIXED = List.of(bag("Name", "one", "Mode", "Enabled"), bag("Name", "two"),
            bag("Name", "three", "Port", "25", "Mode", "Disabled", "Note", "x"));
    private static final String FOOT = "not in the first record, so no column: Note, Port "
            + "(Format-List shows all of each)";

    /// The columns are those of the first record, as PowerShell documents it.
    @Test
    void aTableNamesWhatTheFirstRecordHasNoColumnFor() {
        var expected = List.of("Name   Mode", "-----  --------", "one    Enabled", "two", "three  Disabled", FOOT);
        assertEquals(expected, SHEETS.table(MIXED, List.of()));
        assertEquals(expected, SHEETS.table(MIXED, List.of("Name", "Mode")), "Format-Table *");
        assertEquals(expected, printed(OutputFormat.Text), "Select-Object *");
    }

    @Test
    void whoAsksForSomeIsNotToldOfOthers() {
        assertEquals(List.of("Mode", "--------", "Enabled", "", "Disabled"), SHEETS.table(MIXED, List.of("Mode")));
    }

    @Test
    void aListShowsAllOfEach() {
        assertEquals(List.of("Name : one", "Mode : Enabled", "", "Name : two", "", "Name : three", "Port : 25",
                "Mode : Disabled", "Note : x"), SHEETS.list(MIXED, List.of()));
        assertEquals(List.of("Mode : Enabled", "", "", "Mode : Disabled"), SHEETS.list(MIXED, List.of("Mode")));
    }

    @Test
    void csvHasAColumnForEach() {
        assertEquals(List.of("Name,Mode,Port,Note", "one,Enabled,,", "two,,,", "three,Disabled,25,x"),
                SHEETS.csv(MIXED, false));
        assertEquals(List.of("Name,Mode", "one,Enabled", "two,", "", "Name,Port,Mode,Note", "three,25,Disabled,x"),
                printed(OutputFormat.Csv), "as they come");
    }

    @Test
    void namesThatAStrangerWroteAreShownAsHisTextIs() {
        var odd = List.of(bag("a\u202eb", "x"));
        assertEquals("a\\u202eb", SHEETS.table(odd, List.of()).getFirst());
        assertEquals("a\\u202eb : x", SHEETS.list(odd, List.of()).getFirst());
        assertEquals("a\\u202eb", SHEETS.csv(odd, false).getFirst());
    }

    private static List<String> printed(OutputFormat format) {
        var lines = new ArrayList<String>();
        Printer printer = Printer.of(format, SHEETS, false, lines::add);
        MIXED.forEach(printer::put);
        printer.end();
        return lines;
    }

    private static Item bag(String... namesAndValues) {
        var values = new LinkedHashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2)
            values.put(namesAndValues[i], namesAndValues[i + 1]);
        return new CustomItem("Selected", values);
    }
}
