package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
}
