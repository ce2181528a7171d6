package org.sternpost.shell.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.RecordItem;
import org.sternpost.engine.control.view.Column;
import org.sternpost.engine.control.view.ProofView.Sign;
import org.sternpost.engine.control.view.Tree;
import org.sternpost.engine.control.view.Tree.Role;
import org.sternpost.shell.render.Printer.OutputFormat;

/// Any view whose components are marked is drawn, whatever it is about.
public class TreeLayoutTest {

    public record LeafView(@Tree(Role.Sign) Sign sign, @Tree(Role.Title) @Column(1) String name,
            @Tree(Role.Status) String word, @Tree(Role.Text) String text, @Tree(Role.Aside) String rule,
            @Tree(value = Role.Fact, label = "seen") String seen) {}

    public record RootView(@Tree(Role.Lead) String verdict, @Tree(value = Role.Lead, label = "Do") String remedy,
            @Tree(Role.Title) @Column(1) String name, @Tree(Role.Sign) Sign sign,
            @Tree(Role.Nodes) List<LeafView> first,
            @Tree(value = Role.Nodes, label = "Others") List<LeafView> others) {}

    private static final LeafView GOOD = new LeafView(Sign.Good, "one", "Secure", "All is well.", "RFC 7672 §2.2", "");
    private static final LeafView BAD = new LeafView(Sign.Bad, "two", "Bogus", "It is not.", "", "x");

    @Test
    void aTerminalShowsBoxesAndSigns() { assertEquals("""
            Mail would wait.

              Do  mend it

            ✗ root
            ├─ ✓ one  Secure
            │    All is well. (RFC 7672 §2.2)
            └─ Others
               └─ ✗ two  Bogus
                    It is not.
                    seen  x""", drawn(root(List.of(GOOD), List.of(BAD)), 80, false)); }

    @Test
    void withoutATerminalThereAreBlanksAndWords() { assertEquals("""
            Mail would wait.

            Do: mend it

            FAIL  root
              ok    one  Secure
                All is well. (RFC 7672 §2.2)
              Others
                FAIL  two  Bogus
                  It is not.
                  seen: x""", drawn(root(List.of(GOOD), List.of(BAD)), 0, false)); }

    @Test
    void coloursFollowTheSign() {
        String drawn = drawn(root(List.of(GOOD), List.of(BAD)), 80, true);
        assertTrue(drawn.contains("\u001b[32m✓\u001b[0m") && drawn.contains("\u001b[31mBogus\u001b[0m"), drawn);
        assertEquals(drawn(root(List.of(GOOD), List.of(BAD)), 80, false), drawn.replaceAll("\u001b\\[[0-9;]*m", ""));
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 41, 79, 80, 100, 140, 250})
    void everyLineFitsAndNoWordIsLost(int width) {
        String words = "The certificate of 域名 is another one, ".repeat(9) + "a".repeat(300) + " (RFC 7672 §2.2)";
        var leaf = new LeafView(Sign.Note, "a.very.long.name.".repeat(9), "Odd", words, "RFC 8461 §4.1", words);
        String drawn = drawn(root(List.of(leaf, GOOD), List.of(leaf)), width, false);
        drawn.lines().forEach(line -> assertTrue(TextWidth.of(line) <= width, TextWidth.of(line) + ": " + line));
        String bare = drawn.replaceAll("[\\s│├└─]", "");
        assertTrue(bare.contains(words.replace(" ", "")) && bare.contains("a.very.long.name.".repeat(9)), drawn);
        assertTrue(drawn.contains("RFC 7672 §2.2"), "a section stays with its RFC");
    }

    @Test
    void textOfAPeerMovesNoCursor() {
        var leaf = new LeafView(Sign.Plain, "\u001b[2Jname\r\n250 ok", "\u202e", "line\nline\u001b]0;x\u0007", "", "");
        String drawn = drawn(root(List.of(leaf), List.of()), 80, false);
        assertFalse(drawn.contains("\u001b") || drawn.contains("\u202e") || drawn.contains("\u0007"), drawn);
        assertTrue(drawn.contains("\\x1b[2Jname"), drawn);
    }

    @Test
    void onlyARecordThatComesAloneIsDrawn() {
        Item root = root(List.of(GOOD), List.of());
        assertTrue(printed(root).contains("├─") || printed(root).contains("└─"));
        assertFalse(printed(root, root).contains("└─"));
        assertFalse(TreeLayout.draws(new RecordItem(new Sheetless("x"))));
    }

    public record Sheetless(@Column(1) String name) {}

    private static Item root(List<LeafView> first, List<LeafView> others) {
        return new RecordItem(new RootView("Mail would wait.", "mend it", "root", Sign.Bad, first, others));
    }

    private static String drawn(Item item, int width, boolean coloured) {
        return String.join("\n",
                TreeLayout.lines(item, new ValueFormat(ZoneOffset.UTC), new AnsiStyle(coloured), width));
    }

    private static String printed(Item... items) {
        var lines = new ArrayList<String>();
        var printer = Printer.of(OutputFormat.Text,
                new RecordLayout(new ValueFormat(ZoneOffset.UTC), new AnsiStyle(false), 80), false,
                lines::add);
        for (Item item : items)
            printer.put(item);
        printer.end();
        return String.join("\n", lines);
    }
}
