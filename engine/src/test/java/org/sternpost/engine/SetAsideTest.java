package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.control.view.MessageView;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain.Signing;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabSettings;
import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.mx.MxFault;

/// What a defect of ours has set aside is in one place, with its reason, and the engine's status speaks of it until an
/// operator has decided.
class SetAsideTest {

    @TempDir
    Path directory;

    @Test
    void itIsInThePoisonQueueAndTheStatusTellsOfItUntilItIsGone() throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), List.of(late("odd.test"),
                late("usual.test"))); LabEngine engine = LabEngine.on(lab, directory.resolve("engine"))) {
            engine.plantDefect("odd.test");
            engine.send(List.of("usual.test", "odd.test"));
            assertEquals("", trouble(engine));
            Patience.until("it is set aside", () -> !poison(engine).isEmpty());
            MessageView aside = poison(engine).getFirst();
            assertEquals(List.of("user@odd.test"), aside.recipients());
            assertTrue(aside.lastError().contains("set aside after 3 attempts that met a defect of this gateway"),
                    aside.lastError());
            assertEquals(1, poison(engine).size(), "mail that a host puts off is not set aside");
            assertTrue(
                    trouble(engine).startsWith("1 message is set aside") && trouble(engine).contains("-Queue Poison"),
                    trouble(engine));
            engine.management().queues().removeMessage(aside.identity(), false).commit().apply("test");
            assertEquals(List.of(), poison(engine));
            assertEquals("", trouble(engine));
        }
    }

    private static List<MessageView> poison(LabEngine engine) {
        try {
            return engine.management().queues().messages(null, "Poison", 10);
        } catch (Exception unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    private static String trouble(LabEngine engine) throws Exception {
        return engine.management().engine().status().trouble();
    }

    private static LabDomain late(String domain) {
        return LabDomain.of(domain, Signing.UNSIGNED, "later").host(MxFault.TEMPFAIL_ALWAYS, CertificateKind.TRUSTED);
    }
}
