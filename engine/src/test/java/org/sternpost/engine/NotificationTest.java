package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.Management.MailDraft;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomains;
import org.sternpost.lab.LabSettings;

/// Mail that cannot be delivered comes back to its sender, and a notification is never answered by another.
class NotificationTest {

    @TempDir
    Path directory;

    @Test
    void refusedRecipientComesBackAsAReportFromTheNullPath() throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"))) {
            engine.send(List.of("user-unknown.test"));
            assertTrue(lab.awaitCount(LabDomains.HOME, 1, Patience.AMPLE), "no notification arrived");
            var notice = lab.received(LabDomains.HOME).getFirst();
            String text = Files.readString(notice.message());
            assertEquals("", notice.sender().replaceAll("[<>]", ""));
            for (String part : List.of("report-type=delivery-status", "Action: failed", "Status: 5.1.1",
                    "Final-Recipient: rfc822; user@user-unknown.test", "Auto-Submitted: auto-replied"))
                assertTrue(text.contains(part), part + " is missing in\n" + text);
            assertEquals(1, lab.count(LabDomains.HOME));
        }
    }

    @ParameterizedTest
    @CsvSource({"plain.test, Mandatory", "plain-signed.test, Mandatory", "dane-mismatch.test, Opportunistic"})
    void aNotificationIsNotLostToThePolicyOfItsOwnWay(String sender, SmtpDaneMode dane) throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"))) {
            var plans = engine.management();
            plans.connectors().create("loose",
                    fresh -> SampleConnector.serving(fresh, "user-unknown.test").withMode(TlsValidation.Disabled))
                    .commit()
                    .apply("test");
            plans.connectors().change("Default",
                    now -> now.withTls(now.tls().withModes(dane, now.tls().mtaStsMode()))
                            .withMode(TlsValidation.Enabled))
                    .commit().apply("test");
            plans.mail()
                    .send(new MailDraft(Address.of("admin@" + sender), List.of(Address.of("user@user-unknown.test")),
                            "x", "Secret.", Map.of(), false))
                    .commit().apply("test");
            assertTrue(lab.awaitCount(sender, 1, Patience.AMPLE), "no notification arrived");
            String text = Files.readString(lab.received(sender).getFirst().message());
            assertTrue(text.contains("Status: 5.1.1") && text.contains("text/rfc822-headers"), text);
            assertFalse(text.contains("Secret."), text);
        }
    }
}
