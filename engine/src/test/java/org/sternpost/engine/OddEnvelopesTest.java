package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.smtp.Dialogue;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;

/// Envelopes that real senders have and grammars do not, from a client's session to the next hop's: nobody but the host
/// of the mailbox judges its local part (RFC 5321 §2.3.11).
class OddEnvelopesTest {

    /// As a host that forwards mail rewrites a sender (SRS), and as customer records hand them out: 79 octets.
    private static final String REWRITTEN = "SRS0=Ab1c=7Q=a-very-long-domain-of-somebody.example=bounce+customer-"
            + "0123456789a";

    @TempDir
    Path directory;

    @Test
    void localPartsOfAnyLengthAndShapeReachTheHostAsTheyCame() throws Exception {
        assertEquals(79, REWRITTEN.length());
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"))) {
            try (var client = new Socket("127.0.0.1", engine.engine().listeners().getFirst().getPort())) {
                var dialogue = new Dialogue(client);
                assertTrue(dialogue.reply().startsWith("220"));
                dialogue.say(List.of("EHLO c.example", "MAIL FROM:<" + REWRITTEN + "@lab.test>",
                        "RCPT TO:<a..b@dane-ok.test>", "RCPT TO:<" + REWRITTEN + "@dane-ok.test>", "DATA",
                        "Subject: x\r\n\r\nhello\r\n.", "QUIT"));
            }
            assertTrue(lab.awaitCount("dane-ok.test", 2, Patience.AMPLE), "it did not arrive");
            var received = lab.received("dane-ok.test");
            assertEquals(List.of(REWRITTEN + "@lab.test", REWRITTEN + "@lab.test"),
                    received.stream().map(one -> one.sender()).toList());
            assertEquals(List.of(REWRITTEN + "@dane-ok.test", "a..b@dane-ok.test"),
                    received.stream().map(one -> one.recipient()).sorted().toList());
        }
    }

    /// A session has the same limit; mail written at the prompt must not come round it.
    @Test
    void aHeaderTooLargeIsRefusedAtThePromptToo() throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"))) {
            var no = assertThrows(ManagementException.class,
                    () -> engine.send("dane-ok.test", Map.of("X-Long", "words ".repeat(50_000).strip()), false));
            assertTrue(String.valueOf(no.getMessage()).contains("262144 octets"), no.getMessage());
            engine.send("dane-ok.test", Map.of("X-Long", "words ".repeat(40_000).strip()), false);
            assertTrue(lab.awaitCount("dane-ok.test", 1, Patience.AMPLE), "it did not arrive");
        }
    }
}
