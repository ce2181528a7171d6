package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.smtp.client.SmtpSession;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.FreePort;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabHost;
import org.sternpost.lab.LabSettings;
import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.mx.MxFault;
import org.sternpost.shell.run.ExitCode;

/// A message at which the running engine fails by itself, on the way to a host that takes it: other mail of the same
/// destination passes it by, it is set aside and shown, and an engine without the defect delivers it.
class PlantedDefectTest {

    private static final String GOOD = "good.test";
    private static final String POISON = "poison@lab.test";
    private static final Duration ARRIVES = Patience.AMPLE;

    private final Path root = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize();

    @Test
    void aDefectInDeliveryHoldsUpNobodyAndItsMessageIsSetAsideUntilItIsGone(@TempDir Path directory) throws Exception {
        int port = FreePort.find();
        var copy = InstalledCopy.in(directory.resolve("copy"));
        copy.plantDefect(SmtpSession.class, "send", POISON);
        var domain = LabDomain.of(GOOD, LabDomain.Signing.UNSIGNED, "takes all")
                .host(LabHost.of("mx." + GOOD, MxFault.NONE, CertificateKind.SELF_SIGNED));
        try (var lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), List.of(domain))) {
            Path settings = Files.writeString(directory.resolve("sternpost.yaml"), lab.engineSettings(directory, port)
                    .replace("retryIntervals: [10s, 20s, 1m]", "retryIntervals: [1s]"));
            try (Child engine = copy.start("umask 022", "", "-Settings", settings.toString(), "engine")) {
                engine.await("Engine of ");
                Attack.submit(port, POISON, "", "", List.of(GOOD));
                for (int i = 0; i < 5; i++)
                    Attack.submit(port, "good@lab.test", "", "", List.of(GOOD));
                assertTrue(lab.awaitCount(GOOD, 5, ARRIVES), engine.output());
                engine.await("event=poison-message");
                Attack.submit(port, "good@lab.test", "", "", List.of(GOOD));
                assertTrue(lab.awaitCount(GOOD, 6, ARRIVES), engine.output());
                String shown = ask(settings, "Get-Message | Format-List FromAddress, Status, LastError");
                assertTrue(shown.contains(POISON) && shown.contains("Suspended")
                        && shown.contains("set aside after 3 attempts"), shown);
                String trace = ask(settings, "Get-MessageTrace -SenderAddress " + POISON
                        + " | Get-MessageTraceDetail | Format-List Event");
                assertTrue(trace.contains("POISONMESSAGE"), trace);
            }
            copy.mendDefect();
            try (Child engine = copy.start("umask 022", "", "-Settings", settings.toString(), "engine")) {
                engine.await("Engine of ");
                ask(settings, "Get-Message | Resume-Message");
                assertTrue(lab.awaitCount(GOOD, 7, ARRIVES), engine.output());
            }
        }
    }

    /// Else a test that plants one would hold where nothing was planted.
    @Test
    void aDefectIsPlantedOnlyWhereThereIsAMethod(@TempDir Path directory) throws Exception {
        var copy = InstalledCopy.in(directory);
        assertThrows(IllegalArgumentException.class, () -> copy.plantDefect(SmtpSession.class, "sned", POISON));
    }

    private String ask(Path settings, String command) throws Exception {
        try (Child shell = Child.start(root, "-Settings", settings.toString(), "-Command", command)) {
            assertEquals(ExitCode.DONE, shell.exit(), shell::output);
            return shell.output();
        }
    }
}
