package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The scripts that look and write, each to its end, beside an engine whose mail to one partner would fail.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
class ReviewScriptsTest {

    private static final String GOOD = "dane-ok.test";
    private static final String FAULTY = "dane-mismatch.test";

    private LabGateway gateway;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        gateway = new LabGateway(directory, text -> text);
        gateway.connector("mixed", List.of(GOOD, FAULTY));
        gateway.send("mixed", List.of(GOOD, FAULTY));
    }

    @AfterAll
    void stop() throws Exception { gateway.close(); }

    @Test
    void readinessReviewSaysWhatStandsInTheWayAndWhatToDo() throws Exception {
        String said = ends(0, "readiness-review", "-Connectors", "mixed");
        for (String text : List.of("mixed", FAULTY, "tlsa-invalid", "RECIPIENT", "Next steps"))
            assertTrue(said.contains(text), said);
        said = ends(8, "readiness-review", "-Check", "-MaxFailureRate", "1");
        assertTrue(said.contains("connectors are not ready: "), said);
        said = ends(0, "readiness-review", "-Connectors", "mixed", "-Check", "-MaxFailureRate", "60", "-Since", "1h");
        assertTrue(said.contains("staged-rollout.groovy -Connectors mixed"), said);
    }

    @Test
    void partnerNoticesWritesEachLetterOnce(@TempDir Path directory) throws Exception {
        Path letters = directory.resolve("some/letters");
        String said = ends(0, "partner-notices", "-Preview", "-Connectors", "mixed", "-Directory", "" + letters);
        assertTrue(said.contains(FAULTY) && said.contains("would be written"), said);
        assertFalse(Files.exists(letters));
        said = ends(0, "partner-notices", "-Days", "3", "-Directory", "" + letters, "-Contact", "ops@example.com");
        assertTrue(said.contains(FAULTY) && !said.contains(GOOD), said);
        var files = files(letters);
        assertEquals(2, files.size(), files::toString);
        String letter = Files.readString(files.getLast());
        assertTrue(files.getLast().toString().endsWith("-" + FAULTY + ".txt"), files::toString);
        assertTrue(letter.startsWith("Subject: ") && letter.contains("ops@example.com"), letter);
        assertTrue(Files.readString(files.getFirst()).contains("</html>"), files::toString);
        said = ends(0, "partner-notices", "-Connectors", "mixed", "-Directory", "" + letters);
        assertTrue(said.contains("not answered yet"), said);
        assertEquals(2, files(letters).size());
        said = ends(0, "readiness-review");
        assertTrue(said.contains("letters that are not answered yet: 1"), said);
        Path file = Files.createFile(directory.resolve("file"));
        said = ends(3, "partner-notices", "-Again", "0s", "-Directory", file + "/letters");
        assertTrue(said.contains("no letter: ") && said.contains("1 of 1 letters could not be written"), said);
    }

    @Test
    void exceptionReviewTellsWhichAreNeededAndRemovesWhichAreNot() throws Exception {
        except(FAULTY, "Opportunistic", "+2d");
        except(GOOD, "Opportunistic", "+60d");
        except("strict.example", "Enabled", "+60d");
        except("silent.example", "Opportunistic", "+60d");
        String said = ends(8, "exception-review", "-Connectors", "mixed");
        for (String text : List.of("NeedsRenewal", "Wait", "Stricter", "NoEvidence",
                "needed, and ending soon or ended: mixed/" + FAULTY))
            assertTrue(said.contains(text), said);
        said = ends(0, "exception-review", "-Soon", "1d", "-Passing", "0s", "-Remove");
        assertTrue(said.contains("Needed") && said.contains("mixed/" + GOOD + " is removed: "), said);
        assertEquals(List.of(FAULTY, "silent.example", "strict.example"),
                gateway.command("(Get-TlsException mixed).Domain").lines().sorted().toList());
        for (String domain : List.of(FAULTY, "silent.example", "strict.example"))
            gateway.command("Remove-TlsException mixed " + domain + " -Confirm:$false");
        assertTrue(ends(0, "exception-review").contains("there is no exception"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"staged-rollout", "readiness-review", "partner-notices", "exception-review"})
    void eachSaysWhatItDoesAndTakes(String script) throws Exception {
        String said = ends(0, script, "--help");
        assertTrue(said.contains("sternpost -File scripts/" + script + ".groovy"), said);
        assertTrue(said.contains("Exit codes: 0"), said);
        assertTrue(said.contains("  -connectors "), said);
    }

    private void except(String domain, String mode, String expires) {
        gateway.command("New-TlsException mixed " + domain + " -TlsValidation " + mode + " -Reason test -Owner ops "
                + "-Expires " + expires + " -Confirm:$false");
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.sorted().toList();
        }
    }

    /// Runs it to its end; answers what it printed.
    private String ends(int exit, String script, String... words) throws Exception {
        var all = new ArrayList<>(List.of("-File", gateway.root().resolve("scripts/" + script + ".groovy").toString()));
        all.addAll(List.of(words));
        try (Child run = gateway.shell(all.toArray(String[]::new))) {
            assertEquals(exit, run.exit(), run.output());
            return run.output();
        }
    }
}
