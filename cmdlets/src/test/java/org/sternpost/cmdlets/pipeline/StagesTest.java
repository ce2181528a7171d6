package org.sternpost.cmdlets.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.cmdlets.catalogue.AllCmdlets;
import org.sternpost.cmdlets.CustomItem;
import org.sternpost.cmdlets.Param.Block;
import org.sternpost.cmdlets.Catalogue;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.Plain;
import org.sternpost.cmdlets.catalogue.GetCommand;
import org.sternpost.cmdlets.catalogue.GetHelp;

class StagesTest {

    /// A shell that shows records by their names and values alone.
    private static final class PlainShell implements Cmdlet.StageContext, Cmdlet.Layout {
        @Override
        public Cmdlet.Layout layout() { return this; }

        @Override
        public void clearWindow() {}

        @Override
        public Catalogue catalogue() { return new AllCmdlets(); }

        @Override
        public List<String> table(List<Item> items, List<String> properties) {
            return List.of(items.size() + " by " + properties);
        }

        @Override
        public List<String> list(List<Item> items, List<String> properties) { return table(items, properties); }

        @Override
        public List<String> tree(List<Item> items) { return table(items, List.of()); }

        @Override
        public List<String> chart(List<Item> items, String label, List<String> series, boolean ascii) {
            return List.of(items.size() + " named by " + label + " of " + series + (ascii ? " in ASCII" : ""));
        }

        @Override
        public String json(List<Item> items, boolean compact) { return "{\n}"; }

        @Override
        public List<String> csv(List<Item> items, boolean formulas) { return List.of("a", "1"); }
    }

    /// What came out of a stage.
    private static final class Heard implements Cmdlet.Sink {
        final List<Item> items = new ArrayList<>();
        final List<String> lines = new ArrayList<>();

        @Override
        public void put(Item item) { items.add(item); }

        @Override
        public void text(String line) { lines.add(line); }
    }

    private static Heard feed(Cmdlet.Stage stage, List<Item> items) {
        var heard = new Heard();
        Cmdlet.RecordProcessor flow = stage.open(new PlainShell());
        for (Item item : items)
            if (!flow.accept(item, heard)) break;
        flow.end(heard);
        return heard;
    }

    private static Item item(Object... namesAndValues) {
        var values = new LinkedHashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2)
            values.put((String) namesAndValues[i], namesAndValues[i + 1]);
        return new CustomItem("Test", values);
    }

    private static List<Item> numbers(long... numbers) {
        var items = new ArrayList<Item>();
        for (long number : numbers)
            items.add(item("N", number));
        return items;
    }

    private static String values(Heard heard, String name) {
        return String.join(" ", heard.items.stream().map(each -> ValueOrder.text(each.get(name))).toList());
    }

    private static Block block(Function<Item, Object> of) {
        return new Block() {
            @Override
            public boolean test(Item item) { return Boolean.TRUE.equals(of.apply(item)); }

            @Override
            public Object apply(Item item) { return of.apply(item); }
        };
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
        -, -, -, 1 2 3 4 5
        2, -, -, 1 2
        0, -, -, ''
        -, 2, -, 4 5
        -, -, 3, 4 5
        1, 1, -, 1 5
        1, -, 1, 2
        9, -, -, 1 2 3 4 5
        """)
    void selectPicksFromBothEnds(Integer first, Integer last, Integer skip, String expected) {
        var heard = feed(Plain.of(SelectObject.class, "first", first, "last", last, "skip", skip),
                numbers(1, 2, 3, 4, 5));
        assertEquals(expected, values(heard, "N"));
    }

    @Test
    void selectKeepsPropertiesInTheOrderAsked() {
        var heard = feed(Plain.of(SelectObject.class, "property", List.of("b", "A*")),
                List.of(item("A1", 1L, "A2", 2L, "B", 3L)));
        assertEquals(List.of("B", "A1", "A2"), heard.items.getFirst().names());
        assertThrows(IllegalArgumentException.class,
                () -> feed(Plain.of(SelectObject.class, "property", List.of("C")), numbers(1)));
    }

    @Test
    void selectUniqueAndExpand() {
        assertEquals("1 2", values(feed(Plain.of(SelectObject.class, "unique", true), numbers(1, 2, 1)), "N"));
        var expanded = feed(Plain.of(SelectObject.class, "expandProperty", "L"),
                List.of(item("L", List.of("x", numbers(7).getFirst()))));
        assertEquals("x", expanded.items.getFirst().get("Value"));
        assertEquals(7L, expanded.items.getLast().get("N"));
    }

    @Test
    void whereAndForEachRunTheirBlock() {
        assertEquals("2 3", values(feed(new WhereObject(block(i -> (Long) i.get("N") > 1)), numbers(1, 2, 3)), "N"));
        assertEquals("2 4",
                values(feed(Plain.of(ForEachObject.class, "process", block(i -> (Long) i.get("N") * 2)), numbers(1, 2)),
                        "Value"));
        assertEquals("1 2", values(feed(Plain.of(ForEachObject.class, "memberName", "N"), numbers(1, 2)), "Value"));
    }

    @Test
    void sortIsStableAndKnowsEveryKind() {
        assertEquals("1 2 10", values(feed(new SortObject(List.of("N"), false, false), numbers(10, 1, 2)), "N"));
        assertEquals("10 2 1", values(feed(new SortObject(List.of("N"), true, false), numbers(10, 1, 2)), "N"));
        assertEquals("1 2", values(feed(new SortObject(List.of("N"), false, true), numbers(2, 1, 2)), "N"));
        List<Item> texts = Stream.of("b", "A", "C").map(text -> item("T", text)).toList();
        assertEquals("A b C", values(feed(new SortObject(List.of("T"), false, false), texts), "T"));
        assertThrows(IllegalArgumentException.class,
                () -> feed(new SortObject(List.of("Nope"), false, false), numbers(1)));
    }

    @Test
    void groupCountsWithoutCase() {
        var heard = feed(new GroupObject(List.of("T")), List.of(item("T", "a"), item("T", "B"), item("T", "A")));
        assertEquals("2 1", values(heard, "Count"));
        assertEquals("a B", values(heard, "Name"));
        assertEquals(2, ((List<?>) heard.items.getFirst().get("Group")).size());
    }

    @Test
    void measureAddsUpAndCounts() {
        Item all = feed(new MeasureObject("N", true, true, true, true), numbers(1, 2, 6)).items.getFirst();
        assertEquals(List.of(3L, 9L, 3.0, 6L, 1L),
                Stream.of("Count", "Sum", "Average", "Maximum", "Minimum").map(all::get).toList());
        assertEquals(0L, feed(Plain.of(MeasureObject.class), List.of()).items.getFirst()
                .get("Count"));
        assertThrows(IllegalArgumentException.class,
                () -> feed(new MeasureObject("T", true, false, false, false), List.of(item("T", "x"))));
    }

    @Test
    void formatsHandAllRecordsToTheShellsLayout() {
        assertEquals(List.of("2 by [N]"), feed(new FormatTable(List.of("n")), numbers(1, 2)).lines);
        assertEquals(List.of("0 by []"), feed(new FormatTable(List.of("n")), List.of()).lines);
        assertEquals(List.of("2 named by N of [N] in ASCII"),
                feed(new FormatChart("n", List.of("n"), true), numbers(1, 2)).lines);
        assertEquals(List.of(), feed(new FormatChart("n", List.of("n"), false), List.of()).lines);
        assertThrows(IllegalArgumentException.class, () -> new FormatChart("n", List.of(), false));
        assertThrows(IllegalArgumentException.class,
                () -> feed(new FormatChart("x", List.of("n"), false), numbers(1)));
        assertEquals(List.of("{", "}"), feed(new ConvertToJson(false), numbers(1)).lines);
    }

    @Test
    void csvReplacesItsFileAtTheEnd(@TempDir Path directory) throws Exception {
        var file = directory.resolve("out.csv");
        feed(new ExportCsv(file, false), numbers(1));
        assertEquals("a\n1\n", Files.readString(file));
        assertThrows(java.io.UncheckedIOException.class,
                () -> feed(new ExportCsv(directory.resolve("no/out.csv"), false), numbers(1)));
    }

    @Test
    void commandsAreListedByNameVerbAndNoun() {
        assertEquals("Get-Queue Resume-Queue Retry-Queue Suspend-Queue Watch-Queue",
                values(feed(Plain.of(GetCommand.class, "noun", "queue"), List.of()), "Name"));
        assertEquals("Format-Table", values(feed(Plain.of(GetCommand.class, "name", "ft"), List.of()), "Name"));
        assertThrows(IllegalArgumentException.class,
                () -> feed(Plain.of(GetCommand.class, "name", "Get-Queu"), List.of()));
    }

    @Test
    void everyCmdletHasAHelpPage() {
        for (var cmdlet : new AllCmdlets().all()) {
            List<String> page = feed(new GetHelp(cmdlet.name(), false, true), List.of()).lines;
            assertTrue(page.containsAll(List.of("NAME", "SYNOPSIS", "SYNTAX", "EXAMPLES")), cmdlet.name());
        }
        List<String> page = feed(new GetHelp("Retry-Queue", false, false), List.of()).lines;
        assertTrue(page.contains("    Retry-Queue [[-Identity] <String>] [-Filter <String>] [-All] [-WhatIf]"),
                () -> "" + page);
    }

    @Test
    void helpFindsTopicsAndWords() {
        assertTrue(feed(new GetHelp("about_exit", false, false), List.of()).lines.getFirst().contains("EXIT"));
        assertTrue(feed(new GetHelp("about_exit", false, false), List.of()).lines.stream()
                .anyMatch(line -> line.startsWith("    9    the rollout")));
        assertEquals(8, feed(new GetHelp("rollout", false, false), List.of()).lines.stream()
                .filter(line -> line.contains("TlsRollout")).count());
        assertThrows(IllegalArgumentException.class, () -> feed(new GetHelp("xyzzy", false, false), List.of()));
        assertEquals(new AllCmdlets().all().size(), feed(Plain.of(GetHelp.class), List.of()).lines.size());
    }
}
