package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sternpost.engine.time.SystemTime;

/// A script that cannot work is refused before it has changed anything; one that may work runs.
class ScriptCheckTest {

    @TempDir
    Path directory;

    private final StandIn engine = new StandIn();

    private Ran run(String script) throws IOException {
        Path file = Files.writeString(directory.resolve("some-script.groovy"), script);
        return Ran.of(new StandInHost(engine), new SystemTime(), List.of("-File", file.toString()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            24.hours.frobnicate()                                      | Duration has no method frobnicate
            24.hours % 3                                               | Duration has no method
            Duration d = 3.hours; d.plus('x')                          | Duration has no method plus that takes (String)
            0.5.percent.of(3)                                          | Percent has no method of
            24.hourz                                                   | Integer has no property hourz
            2.days.aggo                                                | Duration has no property aggo
            getOutboundConector() | there is no cmdlet or method getOutboundConector; did you mean getOutboundConnector?
            if (false) nosuch(1)                                       | there is no cmdlet or method nosuch
            [1].each { nosuch(it) }                                    | there is no cmdlet or method nosuch
            def f() { nosuch() }                                       | there is no cmdlet or method nosuch
            getOutboundConnector().single().nam | OutboundConnector has no property nam; did you mean: Name
            getOutboundConnector()[0].nam                              | OutboundConnector has no property nam
            getOutboundConnector().first().name.frob()                 | String has no method frob
            getOutboundConnector().each { it.nam }                     | OutboundConnector has no property nam
            getOutboundConnector().find { it.enabled }.nam             | OutboundConnector has no property nam
            getOutboundConnector().findAll { it.enabled }.each { it.nam }| OutboundConnector has no property nam
            getOutboundConnector()*.nam                                | OutboundConnector has no property nam
            getOutboundConnector().nam                                 | OutboundConnector has no property nam
            getOutboundConnector().frob()                              | OutboundConnector has no property frob
            for (c in getOutboundConnector()) println c.nam            | OutboundConnector has no property nam
            getTlsReadiness().single().details.each { it.domaine }     | Domain has no property domaine
            "${getOutboundConnector().single().nam}"                   | OutboundConnector has no property nam
            println unheardOf                                          | there is no property or variable unheardOf
            dryRun { getOutboundConnector().single().nam }             | OutboundConnector has no property nam
            waitUntil(5) { true } | waitUntil takes (Duration, Closure), not (Integer, Closure)
            Duration d = 5                                             | Integer is no Duration
            getOutboundConnector(identty: 'x')                         | did you mean: identity
            setOutboundConnector('banks', tlsValidation: 'Enabeld')    | 'Enabeld' is no TlsValidation
            startTlsRollout(connector: 'banks', to: 'Enabled', hold: 5)| add a unit
            startTlsRollout(connector: 'banks')                        | Start-TlsRollout needs to
            getOutboundConnector('a', 'b')                             | takes 1 value(s) without a name
            """)
    void whatCannotWorkIsRefusedBeforeTheFirstEffect(String line, String says) throws IOException {
        Ran ran = run("setOutboundConnector('banks', tlsValidation: 'Disabled')\n" + line + "\n");
        assertTrue(ran.err().contains(says) && ran.err().contains("line 2"), ran.err());
        assertEquals(2, ran.exit(), ran.err());
        assertEquals(0, engine.commits.get(), "something was done before");
    }

    /// What an administrator writes without thinking of types.
    @ParameterizedTest
    @MethodSource("scriptsThatMayWork")
    void whatMayWorkRuns(String script) throws IOException {
        Ran ran = run(script);
        assertEquals(0, ran.exit(), script + "\n" + ran.err());
        assertEquals(0, engine.commits.get());
    }

    /// Each line is a script.
    static List<String> scriptsThatMayWork() throws IOException {
        try (var lines = ScriptCheckTest.class.getResourceAsStream("scripts-that-may-work.txt")) {
            return new String(lines.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    @Test
    void theErrorSaysWhereAndOnlyOnce() throws IOException {
        Ran ran = run("def x = 1\nprintln 24.hourz\n");
        assertEquals("sternpost: error[SCRIPT_SYNTAX]: Integer has no property hourz (line 2:12)\n", ran.err());
    }
}
