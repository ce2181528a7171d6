package org.sternpost.cmdlets.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.catalogue.AllCmdlets;

/// The table of `docs/queue.md` says what becomes of each parameter of Exchange's queue cmdlets, and is right.
class ExchangeParametersTest {

    private static final List<String> CMDLETS = List.of("Get-Queue", "Get-QueueDigest", "Suspend-Queue", "Resume-Queue",
            "Retry-Queue", "Get-Message", "Suspend-Message", "Resume-Message", "Remove-Message", "Export-Message",
            "Redirect-Message");

    /// A row of the table.
    record Row(String cmdlet, String parameter, String here) {}

    static Stream<Row> rows() throws IOException {
        Path page = Path.of(System.getProperty("sternpost.root", ".."), "docs/queue.md");
        return Files.readAllLines(page).stream().map(line -> line.split("\\|")).filter(cells -> cells.length >= 4
                && CMDLETS.contains(cells[1].strip()))
                .map(cells -> new Row(cells[1].strip(), cells[2].strip(), cells[3].strip()));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aParameterIsWhatTheTableSays(Row row) {
        Descriptor cmdlet = new AllCmdlets().find(row.cmdlet()).orElseThrow();
        boolean there = cmdlet.parameters().stream().anyMatch(one -> one.name().equals(row.parameter()));
        var refusal = ExchangeHabits.refusal(row.cmdlet(), row.parameter());
        assertEquals(row.here().equals("works"), there);
        assertEquals(row.here().equals("refused"), refusal.isPresent());
        refusal.ifPresent(why -> assertFalse(why.reason().isEmpty() || why.remedy().isEmpty()));
        switch (row.here()) {
            case "works", "refused", "not ours" -> {
            }
            case "common" -> assertTrue(row.parameter().equals("Timeout") || cmdlet.changes());
            default -> throw new AssertionError(row + " is neither");
        }
    }

    @Test
    void eachIsToldOnceAndNoCmdletIsLeftOut() throws IOException {
        var seen = new HashSet<String>();
        rows().forEach(row -> assertTrue(seen.add(row.cmdlet() + " " + row.parameter()), row.toString()));
        for (String cmdlet : CMDLETS) {
            assertTrue(seen.stream().anyMatch(one -> one.startsWith(cmdlet + " ")), cmdlet);
            for (Descriptor.Parameter own : new AllCmdlets().find(cmdlet).orElseThrow().parameters())
                assertTrue(ExchangeHabits.refusal(cmdlet, own.name()).isEmpty(), cmdlet + " has " + own.name());
        }
    }
}
