package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.lab.LabDomains;

/// `nightly-report.groovy` to its end, a process beside an engine's.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
class NightlyReportTest {

    private static final String DAY = "2026-11-28";

    private LabGateway gateway;
    private Path reports;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        gateway = new LabGateway(directory, text -> text);
        reports = Files.createDirectory(directory.resolve("reports"));
    }

    @AfterAll
    void stop() throws Exception { gateway.close(); }

    @Test
    void thePageIsKeptAndSentOverTheListener() throws Exception {
        for (int round = 1; round <= 2; round++) {
            try (Child script = script("-Directory", reports.toString(), "-To", "security@" + LabDomains.HOME, "-From",
                    "relay@lab.test", "-Smtp", "127.0.0.1:" + gateway.port(), "-Day", DAY, "-Days", "7")) {
                assertEquals(0, script.exit(), script.output());
            }
            assertTrue(gateway.lab().awaitCount(LabDomains.HOME, round, LabGateway.PATIENCE), "the mail came");
        }
        Path page = reports.resolve("delivery-" + DAY + ".html");
        assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(page));
        String html = Files.readString(page);
        assertTrue(html.contains("2026-11-22 00:00 to 2026-11-29 00:00 UTC"), html);
        String sent = Files.readString(gateway.lab().received(LabDomains.HOME).getLast().message(),
                StandardCharsets.UTF_8);
        assertTrue(decoded(sent, "text/plain").contains("No mail was attempted"), sent);
        String body = decoded(sent, "text/html");
        assertTrue(body.startsWith("<!DOCTYPE html>") && body.contains("2026-11-22 00:00"), body);
        try (var left = Files.list(reports)) {
            assertEquals(List.of(page), left.toList());
        }
    }

    private static String decoded(String message, String type) {
        int part = message.indexOf("Content-Type: " + type + "; charset=utf-8");
        assertTrue(part > 0, message);
        int begin = message.indexOf("\r\n\r\n", part);
        return new String(Base64.getMimeDecoder().decode(message.substring(begin, message.indexOf("\r\n--", begin))),
                StandardCharsets.UTF_8);
    }

    @Test
    void whatIsMissingOrWrongIsSaid() throws Exception {
        refused("give -Directory, -To, or both");
        refused("-To needs -From", "-To", "a@lab.test");
        refused("write it as 2026-11-28", "-Directory", reports.toString(), "-Day", "28.11.2026");
        refused("is no directory", "-Directory", reports.resolve("none").toString());
        refused("the listener 127.0.0.1:1 does not take the mail", "-To", "a@" + LabDomains.HOME, "-From",
                "relay@lab.test", "-Smtp", "127.0.0.1:1");
    }

    private void refused(String why, String... arguments) throws Exception {
        try (Child script = script(arguments)) {
            assertEquals(1, script.exit(), script.output());
            assertTrue(script.output().contains(why), script.output());
        }
    }

    private Child script(String... arguments) throws IOException {
        var all = new ArrayList<>(List.of("-File", gateway.root().resolve("scripts/nightly-report.groovy").toString()));
        all.addAll(List.of(arguments));
        return gateway.shell(all.toArray(String[]::new));
    }
}
