package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.cmdlets.CustomItem;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.cmdlets.catalogue.AllCmdlets;
import org.sternpost.shell.render.AnsiStyle;
import org.sternpost.shell.render.Printer.OutputFormat;
import org.sternpost.shell.render.Printer;
import org.sternpost.shell.render.RecordLayout;
import org.sternpost.shell.render.ValueFormat;

/// What other programs are given, read back by readers that others wrote: the `json` and `csv` of Python.
class OutputReadersTest extends WithExampleEngine {

    /// Reads each NAME.Json, NAME.JsonArray and NAME.Csv strictly and compares what they say.
    private static final String COMPARE = """
            import csv, json, pathlib, sys

            def once(pairs):
                names = [name for name, _ in pairs]
                assert len(names) == len(set(names)), names
                return dict(pairs)

            def never(word):
                raise ValueError(word)

            def read(text):
                return json.loads(text, object_pairs_hook=once, parse_constant=never)

            seen = 0
            for path in sorted(pathlib.Path(sys.argv[1]).glob("*.Json")):
                lines = [read(line) for line in path.read_text(encoding="utf-8").split("\\n") if line]
                array = read(path.with_suffix(".JsonArray").read_text(encoding="utf-8"))
                assert array == lines, path
                with open(path.with_suffix(".Csv"), encoding="utf-8", newline="") as table:
                    rows = list(csv.reader(table, strict=True))
                assert len(rows) == (len(lines) + 1 if lines else 0), (path, len(rows), len(lines))
                for row, record in zip(rows[1:], lines):
                    assert len(row) == len(rows[0]) == len(record), (path, row)
                    for name, cell, value in zip(rows[0], row, record.values()):
                        if isinstance(value, str):
                            assert cell == value, (path, name, cell, value)
                    seen += 1
            print(seen)
            """;
    private static final List<String> ASKED = List.of("Get-MessageTraceDetail 01J9ZK3M5T00000A",
            "Test-TlsValidation tax.gov.example", "Test-OutboundConnector gov -Domain tax.gov.example",
            "Resolve-MailRoute tax.gov.example", "Get-Queue | Group-Object Status",
            "Get-MessageTrace | Measure-Object SizeBytes", "Get-MessageTrace -RecipientAddress nobody@nowhere.example");
    private static final List<String> ODD = List.of("", " ", "a,b", "a;b", "\"", "say \"x\"", "two\nlines", "it's",
            "back\\slash", "日本 é \ud83c\udf89", "null", "true", "-5", "'quoted'", " lead and trail ", "\u00a0", "a\tb",
            "{}");

    @TempDir
    Path directory;

    @Test
    void whatAQuestionAnswers() throws Exception {
        var texts = new ArrayList<>(ASKED);
        new AllCmdlets().all().stream().filter(OutputReadersTest::asksForAll).map(Descriptor::name).forEach(texts::add);
        for (int i = 0; i < texts.size(); i++)
            for (OutputFormat format : formats())
                Files.writeString(directory.resolve(i + "." + format), printed(format, texts.get(i)));
        assertEquals(true, Integer.parseInt(readBack()) > texts.size(), "most questions have answers");
    }

    @Test
    void whateverTextsHold() throws Exception {
        var layout = new RecordLayout(new ValueFormat(ZoneOffset.UTC), new AnsiStyle(false), 0);
        for (OutputFormat format : formats()) {
            var lines = new ArrayList<String>();
            Printer printer = Printer.of(format, layout, false, lines::add);
            for (String odd : ODD)
                printer.put(record(odd));
            printer.end();
            Files.writeString(directory.resolve("odd." + format), String.join("\n", lines) + "\n");
        }
        assertEquals(ODD.size(), Integer.parseInt(readBack()));
    }

    private static List<OutputFormat> formats() {
        return List.of(OutputFormat.Json, OutputFormat.JsonArray, OutputFormat.Csv);
    }

    private static boolean asksForAll(Descriptor cmdlet) {
        return cmdlet.verb() == Verb.Get && !cmdlet.runsInShell()
                && cmdlet.parameters().stream().noneMatch(Descriptor.Parameter::mandatory);
    }

    private static Item record(String text) {
        var values = new LinkedHashMap<String, Object>();
        values.put("Name", "n");
        values.put("Text", text);
        values.put("Last", text);
        return new CustomItem("Odd", values);
    }

    private static String printed(OutputFormat format, String text) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        engine.run(text, out, err, "-OutputFormat", format.name());
        assertEquals("", err.toString(StandardCharsets.UTF_8), text);
        return out.toString(StandardCharsets.UTF_8);
    }

    private String readBack() throws Exception {
        Process python;
        try {
            python = new ProcessBuilder("python3", "-c", COMPARE, directory.toString()).redirectErrorStream(true)
                    .start();
        } catch (IOException none) {
            return abort("python3 is not here, so no reader of strangers reads them");
        }
        String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, python.waitFor(), said);
        return said;
    }
}
