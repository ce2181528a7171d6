package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.smtp.Dialogue;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabSettings;
import org.sternpost.lab.ca.CertificateKind;

/// Mail is taken whatever those who send it have to compute.
class IntakeShareTest {

    @TempDir
    Path directory;

    /// Many new destinations at once are as many handshakes and proofs, and none of them gives its carrier away
    /// meanwhile.
    @Test
    void mailIsTakenWhileTheCarriersOfAllVirtualThreadsCompute() throws Exception {
        var domain = LabDomain.of("good.test", LabDomain.Signing.UNSIGNED, "takes mail")
                .host(CertificateKind.SELF_SIGNED);
        try (var lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), List.of(domain));
                var engine = LabEngine.on(lab, directory.resolve("engine"))) {
            int port = engine.engine().listeners().getFirst().getPort();
            assertTrue(sent(port).startsWith("250"));
            engine.awaitSettlements(1, Patience.AMPLE);
            var over = new AtomicBoolean();
            var busy = new ArrayList<Thread>();
            try {
                for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++)
                    busy.add(Thread.ofVirtual().start(() -> {
                        while (!over.get())
                            Thread.onSpinWait();
                    }));
                for (int i = 0; i < 3; i++)
                    assertTrue(sent(port).startsWith("250"));
            } finally {
                over.set(true);
            }
            for (Thread thread : busy)
                thread.join();
            engine.awaitSettlements(4, Patience.AMPLE);
            assertEquals(4, lab.count("good.test"));
        }
    }

    private static String sent(int port) throws IOException {
        try (var client = new Socket("127.0.0.1", port)) {
            var dialogue = new Dialogue(client);
            String last = dialogue.reply();
            for (String line : List.of("EHLO client.test", "MAIL FROM:<a@lab.test>", "RCPT TO:<b@good.test>", "DATA",
                    "Subject: x\r\n\r\nhello\r\n."))
                last = dialogue.say(line);
            return last;
        }
    }
}
