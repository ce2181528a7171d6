package org.sternpost.cmdlets.catalogue;

import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.view.Tested;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AllCmdletsTest {

    private static final Set<Verb> CHANGING = EnumSet.of(Verb.Backup, Verb.New, Verb.Set, Verb.Remove, Verb.Start,
            Verb.Stop,
            Verb.Undo,
            Verb.Retry, Verb.Send, Verb.Suspend, Verb.Resume, Verb.Clear, Verb.Enable, Verb.Disable,
            Verb.Update, Verb.Redirect);
    private static final Set<String> SINGULAR_IN_S = Set.of("TlsReadiness", "EngineStatus", "MtaSts");

    static List<Descriptor> cmdlets() { return new AllCmdlets().all(); }

    @ParameterizedTest
    @MethodSource("cmdlets")
    void aCmdletIsFoundByItsNameAndAliasesAndByNothingLikeThem(Descriptor cmdlet) {
        assertEquals(cmdlet, new AllCmdlets().find(cmdlet.name().toUpperCase(Locale.ROOT)).orElseThrow());
        for (String alias : cmdlet.aliases())
            assertEquals(cmdlet, new AllCmdlets().find(alias).orElseThrow());
        for (String other : List.of(cmdlet.name().replace("-", ""), cmdlet.name() + "-"))
            assertTrue(new AllCmdlets().find(other).isEmpty(), other);
    }

    /// So that the shell's exit code can tell it.
    @ParameterizedTest
    @MethodSource("cmdlets")
    void whatTestsAnswersWhetherItIsSo(Descriptor cmdlet) {
        boolean tested = cmdlet.view().map(Tested.class::isAssignableFrom).orElse(false);
        assertEquals(cmdlet.verb() == Verb.Test, tested, cmdlet.name());
    }

    @ParameterizedTest
    @MethodSource("cmdlets")
    void nounsAreSingularAndVerbsSayWhetherTheyChange(Descriptor cmdlet) {
        assertTrue(!cmdlet.noun().endsWith("s") || SINGULAR_IN_S.contains(cmdlet.noun()), cmdlet.noun());
        // Clear-Host changes what a window shows, and no engine.
        // Export-Message and Export-DeliveryReport write what the engine keeps, Export-Csv what the shell has.
        boolean says = CHANGING.contains(cmdlet.verb()) && !cmdlet.noun().equals("Host")
                || Set.of("Export-Message", "Export-DeliveryReport").contains(cmdlet.name());
        assertEquals(says, cmdlet.changes());
        assertEquals(cmdlet.runsInShell(), cmdlet.view().isEmpty());
    }

    @Test
    void everyCmdletInTheSourcesIsListed() throws IOException {
        Path root = Path.of(System.getProperty("sternpost.root"), "cmdlets/src/main/java");
        try (Stream<Path> files = Files.walk(root)) {
            long written = files.filter(file -> file.toString().endsWith(".java")).filter(AllCmdletsTest::isNamed)
                    .count();
            assertEquals(written, cmdlets().size());
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
        get-outboundconnector,      Get-OutboundConnector
        Validate-OutboundConnector, Test-OutboundConnector
        ft,                         Format-Table
        FL,                         Format-List
        ?,                          Where-Object
        %,                          ForEach-Object
        select,                     Select-Object
        sort,                       Sort-Object
        measure,                    Measure-Object
        group,                      Group-Object
        gcm,                        Get-Command
        help,                       Get-Help
        man,                        Get-Help
        """)
    void namesAndAliasesAreFoundInAnyCase(String said, String meant) {
        assertEquals(meant, new AllCmdlets().find(said).orElseThrow().name());
    }

    @Test
    void namesOfParametersAreThoseOfExchange() {
        Descriptor set = new AllCmdlets().find("Set-OutboundConnector").orElseThrow();
        for (String name : List.of("UseMXRecord", "SourceIPAddress", "MtaStsMode", "SmtpDaneMode", "TlsDomain"))
            assertTrue(set.parameters().stream().anyMatch(parameter -> parameter.name().equals(name)), name);
    }

    private static boolean isNamed(Path file) {
        try {
            return Files.readString(file).contains("\n@Name(");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
