package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomains;
import org.sternpost.lab.LabSettings;

/// From a file to a mailbox.
class PickupLabTest {

    private static final String DOMAIN = "dane-ok.test";

    @TempDir
    Path directory;

    @Test
    void aFileArrivesAsItWasWrittenAndABadOneIsTold() throws Exception {
        Path pickup = Files.createDirectories(directory.resolve("engine/pickup"));
        var table = List.of(LabDomains.find(LabDomains.HOME).orElseThrow(), LabDomains.find(DOMAIN).orElseThrow());
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), table);
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"),
                        text -> text + "\npickup: { directory: pickup }\n")) {
            engine.setMode("Default", TlsValidation.Disabled);
            String body = ".dot\n..two\nGr\u00fc\u00dfe\n" + "x".repeat(500) + "\n\n.\n\n";
            drop(pickup, "bad.eml", "To: user@" + DOMAIN + "\n\nx\n");
            drop(pickup, "good.eml", "From: admin@" + LabDomains.HOME + "\nTo: user@" + DOMAIN + "\nBcc: hidden@"
                    + DOMAIN + "\nSubject: from a file\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
                    + "Content-Transfer-Encoding: 8bit\n\n" + body);
            assertTrue(lab.awaitCount(DOMAIN, 1, Patience.AMPLE));
            String arrived = Files.readString(lab.received(DOMAIN).getFirst().message(), StandardCharsets.UTF_8);
            assertEquals(body.replace("\n", "\r\n"), arrived.substring(arrived.indexOf("\r\n\r\n") + 4));
            assertTrue(!arrived.contains("hidden"), arrived);
            assertTrue(arrived.contains("\r\nSubject: from a file\r\n"), arrived);
            Patience.until("the bad one is told", () -> trouble(engine)
                    .contains("1 file in " + pickup + " is set aside: beside each .bad a .bad.txt says why"));
            try (var rows = engine.management().traces().search(TraceQuery.newest(10))) {
                assertEquals(List.of("pickup", "pickup"), rows.map(row -> row.fromIp()).toList());
            }
            assertTrue(Files.readString(pickup.resolve("bad.bad.txt")).startsWith("it has no From\n"));
        }
    }

    /// As the page says it is done.
    @Test
    void theExampleOfThePageSendsMail() throws Exception {
        String page = Files.readString(Path.of(System.getProperty("sternpost.root", "..")).resolve("docs/pickup.md"));
        var example = Pattern.compile("(?ms)^```shell\n(cat > .*?)^```").matcher(page);
        assertTrue(example.find());
        Files.createDirectories(directory.resolve("engine/pickup"));
        var table = List.of(LabDomains.find(LabDomains.HOME).orElseThrow(), LabDomains.find(DOMAIN).orElseThrow());
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), table);
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"),
                        text -> text + "\npickup: { directory: pickup }\n")) {
            engine.setMode("Default", TlsValidation.Disabled);
            assertEquals(0, new ProcessBuilder("sh", "-e", "-c", example.group(1))
                    .directory(directory.resolve("engine").toFile()).start().waitFor());
            assertTrue(lab.awaitCount(DOMAIN, 1, Patience.AMPLE));
            String arrived = Files.readString(lab.received(DOMAIN).getFirst().message());
            assertTrue(arrived.contains("\r\nSubject: Your order\r\n"), arrived);
            assertTrue(arrived.endsWith("\r\n\r\nIt is on its way.\r\n"), arrived);
        }
    }

    private static String trouble(LabEngine engine) {
        try {
            return engine.management().engine().status().trouble();
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    /// As an application should: under another name first.
    private static void drop(Path pickup, String name, String text) throws Exception {
        Path written = Files.writeString(pickup.resolve(name + ".new"), text);
        Files.move(written, pickup.resolve(name));
    }
}
