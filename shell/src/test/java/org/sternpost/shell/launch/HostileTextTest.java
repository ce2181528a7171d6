package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.RecordItem;
import org.sternpost.cmdlets.wire.Json;
import org.sternpost.cmdlets.wire.RecordJson;
import org.sternpost.engine.control.view.MessageTraceDetailView;
import org.sternpost.engine.control.view.MessageView;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.shell.item.ItemJson;
import org.sternpost.shell.render.Printer.OutputFormat;
import org.sternpost.shell.render.AnsiStyle;
import org.sternpost.shell.render.Printer;
import org.sternpost.shell.render.RecordLayout;
import org.sternpost.shell.render.ValueFormat;

/// Whatever strangers write into addresses, subjects, replies and names: no output carries what cannot be seen.
class HostileTextTest {

    private static final long SEED = Long.getLong("hostile.seed", 17);
    private static final int ROUNDS = 300;
    private static final int[] HOSTILE = {0, 7, 8, '\n', '\r', '\t', 0x1b, 0x7f, 0x85, 0x90, 0x9b, 0x9d, 0xad, 0x34f,
            0x61c, 0x200b, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0x3164,
            0xfe0f, 0xfeff, 0xfff9, 0xe0001, 0xe0041, 0xd83d, 0xdc00, '"', '\\', ',', '\'', '=', 'a', 'é', '日',
            0x1f389};

    private final Random random = new Random(SEED);
    private final RecordLayout layout = new RecordLayout(new ValueFormat(ZoneOffset.UTC), new AnsiStyle(false), 100);

    @Test
    void noOutputCarriesWhatCannotBeSeen() {
        for (int i = 0; i < ROUNDS; i++) {
            var records = List.<Record>of(message(), message(), detail());
            List<Item> items = records.stream().map(record -> (Item) new RecordItem(record)).toList();
            for (OutputFormat format : OutputFormat.values())
                for (boolean list : new boolean[]{false, true}) {
                    var lines = new ArrayList<String>();
                    Printer printer = Printer.of(format, layout, list, lines::add);
                    items.forEach(printer::put);
                    printer.end();
                    assertVisible(format.toString(), lines, format == OutputFormat.Csv);
                }
            assertVisible("list", layout.list(items, List.of()), false);
            assertVisible("tree", layout.tree(items), false);
            assertVisible("table", layout.table(items.subList(0, 2), List.of()), false);
            assertVisible("csv", layout.csv(items, true), true);
            assertVisible("json", layout.json(items, false).lines().toList(), false);
            for (Record record : records)
                assertVisible("wire", List.of(Json.write(RecordJson.write(record))), false);
        }
    }

    @Test
    void jsonEscapesAndLosesNothing() {
        for (int i = 0; i < ROUNDS; i++) {
            String text = pairs(hostile());
            assertEquals(text, Json.read(ItemJson.quoted(text)), () -> "seed " + SEED);
            assertEquals(text, Json.read(Json.write(text)), () -> "seed " + SEED);
        }
    }

    /// A line of the log is one event: nobody forges another by what he says.
    @Test
    void theLogIsALineAnEventAndItsTracesAreIndented() {
        for (int i = 0; i < ROUNDS; i++) {
            var event = new LogRecord(Level.WARNING, "host=" + hostile().replace("{", "") + " subject={0}");
            event.setParameters(new Object[]{hostile()});
            event.setThrown(new IllegalStateException(hostile()));
            var lines = new LogLineFormatter().format(event).lines().toList();
            assertVisible("log", lines, false);
            assertTrue(lines.stream().skip(1).allMatch(line -> line.startsWith("  ")), lines.toString());
        }
    }

    /// Every way of Groovy's to print.
    @Test
    void whatAScriptPrintsIsShownSoToo(@TempDir Path directory) throws Exception {
        Path script = Files.writeString(directory.resolve("odd.groovy"), """
                println 'a\\u202eb'
                print 'c\\u009b2J'
                printf '%s|%s', 'd\\u061c', 'e\\u001b[2J'
                printf '%s|%s', ['f\\u200b', 'g']
                printf 'h\\u007f%s', 'i'
                [1].each { printf('%s', 'j\\u2066') }
                """);
        try (Child shell = Child.start(Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath(), "-File",
                script.toString())) {
            assertEquals(0, shell.exit(), shell.output());
            assertEquals("a\\u202eb c\\x9b2J d\\u061c|e\\x1b[2J f\\u200b|g h\\x7fi j\\u2066",
                    shell.output().strip().replace("\n", " "));
        }
    }

    private static void assertVisible(String output, List<String> lines, boolean csv) {
        for (String line : lines)
            line.codePoints().filter(c -> VisibleText.isHidden(c) && !(csv && (c == '\n' || c == '\t')))
                    .findFirst().ifPresent(c -> {
                        throw new AssertionError(output + " carries U+" + Integer.toHexString(c) + ", seed " + SEED
                                + ": " + VisibleText.of(line));
                    });
    }

    private MessageView message() {
        return new MessageView(hostile(), hostile(), hostile(), List.of(hostile(), hostile()), hostile(), 7,
                Instant.EPOCH, Instant.EPOCH, 1, hostile(), hostile(), List.of(hostile()), hostile());
    }

    private MessageTraceDetailView detail() {
        return new MessageTraceDetailView(Instant.EPOCH, "SEND", hostile(), hostile(), hostile(), hostile(), "id",
                Map.of("host", hostile(), hostile(), "value"));
    }

    private String hostile() {
        var text = new StringBuilder();
        for (int n = 1 + random.nextInt(9); n > 0; n--)
            text.appendCodePoint(HOSTILE[random.nextInt(HOSTILE.length)]);
        return text.toString();
    }

    /// Halves of characters are no text that a JSON reader must take.
    private static String pairs(String text) {
        return text.codePoints().filter(c -> c < 0xd800 || c > 0xdfff)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }
}
