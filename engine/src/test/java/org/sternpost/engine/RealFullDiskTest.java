package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;

/// A whole engine on a real disk that fills up to the last octet while it delivers.
class RealFullDiskTest {

    private static final String DOMAIN = "plain-no-tls.test";
    private static final int MESSAGES = 400;
    private static final int UNDER_WAY = 20;
    private static final Duration LOOK = Duration.ofMillis(500);

    @TempDir
    Path directory;

    @Test
    void nobodyGetsMailTwiceAndAllArrivesOnceThereIsRoom() throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        Assumptions.assumeTrue(mounted(disk), "it mounts a small disk, which takes root and the right to mount");
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")))) {
            Path home = Files.createDirectories(disk.resolve("home"));
            fill(home.resolve("data"));
            Path filler = disk.resolve("filler");
            try (LabEngine engine = LabEngine.on(lab, home)) {
                assertTrue(lab.awaitCount(DOMAIN, UNDER_WAY, Patience.AMPLE));
                takeAll(filler);
                long end = System.nanoTime() + Patience.AMPLE.toNanos();
                while (!engine.management().engine().status().trouble().contains("nothing is sent")) {
                    assertTrue(System.nanoTime() < end, "sending is not held");
                    lab.awaitCount(DOMAIN, MESSAGES, LOOK);
                }
                // Sessions that had sent something when the disk filled up keep it; nobody begins.
                lab.awaitCount(DOMAIN, MESSAGES, LOOK);
                long held = lab.count(DOMAIN);
                lab.awaitCount(DOMAIN, MESSAGES, LOOK.multipliedBy(4));
                assertEquals(held, lab.count(DOMAIN), "sent into a full disk");
                Files.delete(filler);
                assertTrue(lab.awaitCount(DOMAIN, MESSAGES, Patience.AMPLE), lab.count(DOMAIN) + " arrived");
                while (engine.management().engine().status().queuedMessages() > 0) {
                    assertTrue(System.nanoTime() < end, "not settled");
                    lab.awaitCount(DOMAIN, MESSAGES + 1, LOOK);
                }
                System.out.println("real full disk: " + held + " of " + MESSAGES + " had been sent when it filled up, "
                        + lab.count(DOMAIN) + " arrived in all");
                assertEquals(MESSAGES, lab.count(DOMAIN), "some were sent twice");
            }
        } finally {
            run("umount", "--lazy", disk.toString());
        }
    }

    private static boolean mounted(Path disk) throws Exception {
        return System.getProperty("user.name").equals("root")
                && run("mount", "-t", "tmpfs", "-o", "size=160m", "sternpost-test", disk.toString());
    }

    private static boolean run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
        } catch (IOException notThere) {
            return false;
        }
    }

    private static void fill(Path data) throws IOException {
        try (var store = SqliteDatabase.open(data,
                Stream.concat(Queue.SCHEMA.stream(), Connectors.SCHEMA.stream()).toList())) {
            var queue = Queue.recover(store, new SystemTime());
            for (int i = 0; i < MESSAGES; i++)
                Doors.of(queue, Duration.ofDays(2), new SystemTime()).put("127.0.0.1",
                        new Envelope(ReversePath.of("s@lab.test"),
                                List.of(new Recipient(Address.of("u" + i + "@" + DOMAIN), Set.of(), "")),
                                MailParameters.NONE),
                        "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    /// Writes until the disk takes no octet more.
    private static void takeAll(Path filler) throws IOException {
        try (OutputStream out = Files.newOutputStream(filler)) {
            for (int size = 1 << 20; size > 0; size /= 2)
                takeAll(out, new byte[size]);
        }
    }

    private static void takeAll(OutputStream out, byte[] octets) {
        try {
            while (true)
                out.write(octets);
        } catch (IOException full) {
            // As wanted.
        }
    }
}
