package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.smtp.Dialogue;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;

/// REQUIRETLS from a client's session to the next hop's, with a certificate from the settings file (RFC 8689 §4.1).
class SubmissionTlsTest {

    private static final String ALLOWED = "allow: [\"127.0.0.0/8\"]";

    @TempDir
    Path directory;
    private final Certificates ca = new Certificates(new SystemTime().instant());

    @Test
    void wishOfTheClientReachesTheNextHop() throws Exception {
        var shown = ca.good("relay.lab.test");
        Files.writeString(Files.createDirectories(directory.resolve("engine")).resolve("chain.pem"), shown.chainPem());
        Files.writeString(directory.resolve("engine/key.pem"), shown.keyPem());
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"), SubmissionTlsTest::withTls)) {
            engine.setMode("Default", TlsValidation.Disabled);
            int port = engine.engine().listeners().getFirst().getPort();
            try (var plain = new Socket("127.0.0.1", port)) {
                var dialogue = new Dialogue(plain);
                assertTrue(dialogue.reply().startsWith("220"));
                dialogue.say(List.of("EHLO c.example", "STARTTLS"));
                try (var tls = (SSLSocket) ca.trusting().getSocketFactory().createSocket(plain,
                        "relay.lab.test", port, true)) {
                    new Dialogue(tls).say(List.of("EHLO c.example", "MAIL FROM:<admin@lab.test> REQUIRETLS RET=FULL",
                            "RCPT TO:<user@dane-ok.test>", "RCPT TO:<user@dane-mismatch.test>", "DATA",
                            "Subject: x\r\n\r\nhello\r\n.", "QUIT"));
                }
            }
            assertTrue(lab.awaitCount("dane-ok.test", 1, Patience.AMPLE), "it did not arrive");
            assertTrue(lab.received("dane-ok.test").getFirst().parameters().contains("REQUIRETLS"));
            var traced = engine.management().traces()
                    .search(TraceQuery.newest(10))
                    .toList();
            String received = engine.management().traces().events(traced.getFirst().messageTraceId()).getFirst()
                    .detail();
            assertTrue(received.contains("with REQUIRETLS"), received);
            assertEquals(0, lab.count("dane-mismatch.test"));
        }
    }

    @Test
    void missingCertificateStopsTheStartWithItsName() throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")))) {
            var refused = assertThrows(EngineStartException.class,
                    () -> LabEngine.on(lab, directory.resolve("engine"), SubmissionTlsTest::withTls));
            assertEquals("submission.tls.certificate: " + directory.resolve("engine/chain.pem") + " does not exist",
                    refused.getMessage());
        }
    }

    private static String withTls(String settings) {
        assertTrue(settings.contains(ALLOWED), settings);
        return settings.replace(ALLOWED, ALLOWED + "\n    tls: { certificate: chain.pem, key: key.pem }");
    }
}
