package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Rollouts where several processes have a part: shells at once, a name that changes under waiting mail, an engine that
/// is killed.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
class RolloutProcessTest {

    private static final String FICKLE = "dane-no-starttls.test"; // its fault is no record, so no cache knows it
    /// `Enabled` refuses each of them, and `Opportunistic` delivers.
    private static final List<String> FAULTY = List.of("dane-mismatch.test", "dane-ta-expired.test",
            "dane-ta-name-mismatch.test", "sts-enforce-mx-mismatch.test", "sts-enforce-cert-name.test",
            "sts-enforce-cert-selfsigned.test", "sts-enforce-cert-expired.test", "sts-enforce-no-starttls.test");
    private static final int ROUNDS = 3;

    private LabGateway gateway;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        // So long that no mail is sent again by itself while a test lasts.
        gateway = new LabGateway(directory, text -> text.replaceAll("retryIntervals: .*", "retryIntervals: [1h]"));
    }

    @AfterAll
    void stop() throws Exception { gateway.close(); }

    @Test
    void twoShellsAtOnceStartOneRollout() throws Exception {
        gateway.connector("contended", List.of("dane-ok.test"));
        gateway.send("contended", List.of("dane-ok.test"));
        for (int round = 0; round < ROUNDS; round++) {
            String start = "Start-TlsRollout contended -To Enabled -Confirm:$false";
            try (Child one = gateway.shell("-Command", start); Child other = gateway.shell("-Command", start)) {
                int refused = one.exit() == 0 ? other.exit() : one.exit();
                String said = one.output() + other.output();
                assertEquals(0, one.exit() * other.exit(), said);
                assertTrue(refused != 0, said);
                assertTrue(said.contains("contended is already changed by rollout R-"), said);
            }
            String id = running("contended");
            assertEquals(1, id.lines().count(), "one is running: " + id);
            assertTrue(gateway.command("(Get-OutboundConnector contended).Rollout").contains(" by " + id), id);
            gateway.command("Stop-TlsRollout " + id + " -Reason enough -Confirm:$false");
        }
        gateway.remove("contended");
    }

    /// Mail waits under the old name and is delivered under the new one; the way back and the guard find the connector.
    @Test
    void aConnectorIsRenamedWhileItsMailWaits() throws Exception {
        gateway.lab().mend(FICKLE);
        gateway.connector("moving", List.of(FICKLE));
        gateway.send("moving", List.of(FICKLE));
        String first = started("moving", 1_000, 100); // the guard acts on a few failures where they are no chance
        gateway.lab().spoil(FICKLE);
        long before = gateway.lab().count(FICKLE);
        for (int i = 0; i < 6; i++)
            gateway.submit(FICKLE);
        String waiting = "(Get-Queue | Where-Object { $_.NextHopDomain -eq '" + FICKLE + "' })";
        gateway.await(waiting + ".MessageCount", "6");
        gateway.command("Set-OutboundConnector moving -Name moved -Confirm:$false");
        assertEquals("moved/" + FICKLE, gateway.command(waiting + ".Identity").strip());
        assertEquals("moved Running", gateway.command("(Get-TlsRollout | Where-Object { $_.Identity -eq '" + first
                + "' }) | ForEach-Object { $_.Connector + ' ' + $_.Status }").strip());
        gateway.command("Undo-TlsRollout " + first + " -Reason enough -Confirm:$false");
        assertTrue(gateway.lab().awaitCount(FICKLE, before + 6, LabGateway.PATIENCE), "what had waited is delivered");
        String second = started("moved", 3);
        gateway.command("Set-OutboundConnector moved -Name again -Confirm:$false");
        for (int i = 0; i < 4; i++)
            gateway.submit(FICKLE);
        gateway.await(status(second), "RolledBack");
        assertTrue(gateway.lab().awaitCount(FICKLE, before + 10, LabGateway.PATIENCE), "and what the guard has freed");
        assertEquals("Opportunistic", gateway.command("(Get-OutboundConnector again).TlsValidation").strip());
        gateway.remove("again");
    }

    @Test
    void mailThatAStepBackFreedGoesAlsoWhenTheEngineIsKilledThen() throws Exception {
        gateway.connector("killed", FAULTY);
        gateway.send("killed", FAULTY);
        // Seven failures are over one percent of 600.
        String id = started("killed", 600);
        long before = gateway.lab().countAll();
        for (String domain : FAULTY)
            gateway.submit(domain);
        String status = "SELECT status FROM rollout WHERE id = '" + id + "'";
        long end = System.nanoTime() + LabGateway.PATIENCE.toNanos();
        while (!gateway.stored(status).equals(List.of("RolledBack"))) {
            assertTrue(System.nanoTime() < end, "the guard does not step back");
            Thread.onSpinWait();
        }
        gateway.killEngine();
        gateway.startEngine();
        assertTrue(gateway.lab().awaitCountAll(before + FAULTY.size(), LabGateway.PATIENCE),
                "of " + FAULTY.size() + " came " + (gateway.lab().countAll() - before)
                        + "; the others wait for their interval");
        gateway.remove("killed");
    }

    /// A rollout of all domains at once, to be moved on by nothing but its failures.
    private String started(String connector, int minMessages) { return started(connector, minMessages, 1); }

    private String started(String connector, int minMessages, int maxFailureRate) {
        gateway.command("Start-TlsRollout " + connector + " -To Enabled -Shares 100 -Hold 1d -MaxFailureRate "
                + maxFailureRate + " -MinMessages " + minMessages + " -OverrideReason test -Confirm:$false");
        return running(connector);
    }

    private String running(String connector) {
        return gateway.command("(Get-TlsRollout | Where-Object { $_.Connector -eq '" + connector
                + "' -and $_.Status -eq 'Running' }).Identity").strip();
    }

    private static String status(String id) {
        return "(Get-TlsRollout | Where-Object { $_.Identity -eq '" + id + "' }).Status";
    }
}
