package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `staged-rollout.groovy` and the tour to their ends, each a process beside an engine's, with mail flowing.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
class StagedRolloutTest {

    private static final List<String> GOOD = List.of("dane-ok.test", "dane-ta.test", "sts-enforce-ok.test");
    private static final String FAULTY = "dane-mismatch.test";
    private static final String FICKLE = "dane-no-starttls.test"; // its fault is no record, so no cache knows it

    private LabGateway gateway;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception { gateway = new LabGateway(directory, text -> text); }

    @AfterAll
    void stop() throws Exception { gateway.close(); }

    @Test
    void itCompletesConnectorAfterConnector() throws Exception {
        gateway.connector("first", GOOD);
        gateway.send("first", GOOD);
        try (Child script = script("first"); Flow _ = new Flow(GOOD)) {
            assertEquals(0, script.exit(), script.output());
            assertTrue(script.output().contains("is Finished: every share held: 3 domains proven"), script.output());
        }
        assertEquals("Enabled", gateway.command("(Get-OutboundConnector first).TlsValidation").strip());
        try (Child again = script("first")) {
            assertEquals(0, again.exit(), again.output());
            assertTrue(again.output().contains("first: already Enabled"), again.output());
        }
        gateway.remove("first");
    }

    @Test
    void itRefusesAConnectorThatIsNotReadyAndSaysWhatStandsInItsWay() throws Exception {
        gateway.connector("unready", List.of(GOOD.getFirst(), FAULTY));
        gateway.send("unready", List.of(GOOD.getFirst(), FAULTY));
        try (Child script = script("unready", "-Notices", "-Contact", "mail-ops@example.com")) {
            assertEquals(3, script.exit(), script.output());
            assertTrue(script.output().contains("unready is not ready: 1 of 2 messages would have failed (50.0 %; "
                    + "the limit is 1.0 %): " + FAULTY),
                    script.output());
            assertTrue(script.output().contains("unready: " + FAULTY + ": "), script.output());
            assertTrue(script.output().contains("unready: letter N-"), script.output());
            assertTrue(script.output().contains("1 of 1 connectors are not Enabled"), script.output());
        }
        assertEquals(FAULTY, gateway.command("(Get-PartnerNotice).Domain").strip());
        assertEquals("", gateway.command("Get-TlsRollout | Where-Object { $_.Connector -eq 'unready' }"));
        gateway.remove("unready");
    }

    /// The one with more mail goes first; the next goes on all the same, and who asks again hears the same.
    @Test
    void itLeavesTheConnectorThatWentBackAndGoesOnWithTheNext() throws Exception {
        gateway.lab().mend(FICKLE);
        var domains = List.of(GOOD.getFirst(), FICKLE);
        var others = GOOD.subList(1, GOOD.size());
        gateway.connector("risky", domains);
        gateway.connector("steady", others);
        gateway.send("risky", domains);
        gateway.submit(GOOD.getFirst());
        gateway.await("(Get-TlsReadiness risky).Messages", "3");
        gateway.send("steady", others);
        try (Child script = script("steady,risky,unknown")) {
            script.await("risky: R-");
            gateway.lab().spoil(FICKLE);
            try (Flow _ = new Flow(domains); Flow _ = new Flow(others)) {
                assertEquals(9, script.exit(), script.output());
            }
            assertTrue(script.output().contains("is RolledBack: "), script.output());
            assertTrue(script.output().contains("there is no connector of that name"), script.output());
            assertTrue(script.output().contains("2 of 3 connectors are not Enabled, some went back"), script.output());
        }
        assertEquals("Opportunistic", gateway.command("(Get-OutboundConnector risky).TlsValidation").strip());
        assertEquals("Enabled", gateway.command("(Get-OutboundConnector steady).TlsValidation").strip());
        try (Child again = script("risky")) {
            assertEquals(9, again.exit(), again.output());
            assertTrue(again.output().contains("RolledBack"), again.output());
        }
        gateway.remove("risky");
        gateway.remove("steady");
    }

    @Test
    void itFollowsConnectorsThatGetOtherNames() throws Exception {
        gateway.connector("moving", GOOD.subList(0, 2));
        gateway.connector("later", GOOD.subList(2, 3));
        gateway.send("moving", GOOD.subList(0, 2));
        gateway.send("later", GOOD.subList(2, 3));
        try (Child script = script("moving,later")) {
            script.await("moving: R-");
            gateway.command("Set-OutboundConnector moving -Name moved");
            gateway.command("Set-OutboundConnector later -Name latest");
            try (Flow _ = new Flow(GOOD)) {
                assertEquals(0, script.exit(), script.output());
            }
            assertTrue(script.output().contains("moved: R-") && script.output().contains("latest: R-"),
                    script.output());
        }
        for (String name : List.of("moved", "latest")) {
            assertEquals("Enabled", gateway.command("(Get-OutboundConnector " + name + ").TlsValidation").strip());
            gateway.remove(name);
        }
    }

    @Test
    void itGoesOnAfterCtrlC() throws Exception {
        goesOnAfter("stopped", script -> {
            script.interrupt();
            assertEquals(130, script.exit(), script.output());
        });
    }

    @Test
    void itGoesOnAfterItWasKilled() throws Exception { goesOnAfter("killed", Child::kill); }

    @Test
    void itGoesOnAfterTheEngineWasKilled() throws Exception {
        goesOnAfter("bereft", script -> {
            gateway.killEngine();
            gateway.startEngine();
        });
    }

    @Test
    void theTourEndsAsItSays() throws Exception {
        try (Child tour = Child.start(gateway.root(), "-File",
                gateway.root().resolve("scripts/tour.groovy").toString())) {
            assertEquals(0, tour.exit(), tour.output());
            assertTrue(tour.output().contains("R-1 is RolledBack: "), tour.output());
            assertTrue(tour.output().contains("watchful is Opportunistic, as before"), tour.output());
            assertTrue(tour.output().contains("R-2 is Finished: every share held: "), tour.output());
            assertTrue(tour.output().contains("banks is now Enabled"), tour.output());
        }
    }

    private interface Blow {
        void on(Child script) throws Exception;
    }

    /// No mail flows before the blow, so the rollout waits in its first stage; afterwards it completes.
    private void goesOnAfter(String connector, Blow blow) throws Exception {
        gateway.connector(connector, GOOD);
        gateway.send(connector, GOOD);
        try (Child script = script(connector)) {
            script.await(connector + ": R-");
            blow.on(script);
            try (Flow _ = new Flow(GOOD); Child again = script(connector)) {
                assertEquals(0, again.exit(), again.output());
                assertTrue(again.output().contains("is Finished: every share held: 3 domains proven")
                        || again.output().contains("already Enabled"), again.output());
            }
        }
        String rollouts = gateway
                .command("(Get-TlsRollout | Where-Object { $_.Connector -eq '" + connector + "' }).Status");
        assertEquals("Finished", rollouts.strip(), "one rollout, and it finished");
        gateway.remove(connector);
    }

    private Child script(String connectors, String... more) throws IOException {
        var words = new ArrayList<>(List.of("-File",
                gateway.root().resolve("scripts/staged-rollout.groovy").toString(), "-Connectors", connectors,
                "-Shares", "50,100", "-Hold", "1s", "-MinMessages", "6", "-MaxFailureRate", "1", "-Look", "100ms"));
        words.addAll(List.of(more));
        return gateway.shell(words.toArray(String[]::new));
    }

    /// Mail to some domains, a round each time the first of them has received the last one.
    private final class Flow implements AutoCloseable {
        private final Thread thread;
        private volatile boolean stopping;

        Flow(List<String> domains) { thread = Thread.ofVirtual().start(() -> flow(domains)); }

        private void flow(List<String> domains) {
            try {
                while (!stopping) {
                    long before = gateway.lab().count(domains.getFirst());
                    for (String domain : new ArrayList<>(domains))
                        gateway.submit(domain);
                    gateway.lab().awaitCount(domains.getFirst(), before + 1, LabGateway.PATIENCE);
                }
            } catch (IOException broken) {
                throw new java.io.UncheckedIOException(broken);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            stopping = true;
            try {
                thread.join(LabGateway.PATIENCE);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
