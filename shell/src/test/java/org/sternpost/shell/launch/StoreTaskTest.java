package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.Engine;
import org.sternpost.engine.config.Settings;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.QueuedMessage;
import org.sternpost.engine.queue.RecordHeader;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.store.journal.Preamble;
import org.sternpost.engine.store.journal.RecordFrame;
import org.sternpost.engine.time.SystemTime;

/// `sternpost store` tells what it found, and its exit code says whether that is all.
class StoreTaskTest {

    private static final long NONCE = 42;

    private Path file;
    private Path data;

    @BeforeEach
    void settings(@TempDir Path directory) throws Exception {
        file = Files.writeString(directory.resolve("sternpost.yaml"), "hostName: relay.example.test\n");
        data = Settings.load(file).dataDirectory();
        SqliteDatabase.open(data, Engine.SCHEMA).close();
    }

    @Test
    void aStoreThatIsWholeIsSaidToBeAndIsNotSalvaged() throws Exception {
        Ran ran = store("check");
        assertEquals(0, ran.exit(), ran + "");
        assertTrue(ran.out().contains("Nothing is damaged"), ran.out());
        ran = store("salvage");
        assertEquals(1, ran.exit(), ran + "");
        assertTrue(ran.err().contains("nothing was changed"), ran.err());
        assertFalse(Files.exists(data.resolve("kept")));
    }

    @Test
    void aDatabaseThatIsGoneIsMadeAnewOfTheMailInItsSegments() throws Exception {
        Files.delete(data.resolve("sternpost.db"));
        segment(0);
        Ran ran = store("check");
        assertEquals(1, ran.exit(), ran + "");
        assertTrue(ran.out().contains("sternpost.db is missing") && ran.out().contains("store salvage"), ran.out());
        ran = store("salvage", "-WhatIf");
        assertTrue(ran.out().contains("What if: 1 messages would be owed again"), ran.out());
        assertTrue(Files.notExists(data.resolve("sternpost.db")));
        ran = store("salvage");
        assertEquals(3, ran.exit(), ran + "");
        assertTrue(ran.out().contains("lost: connector: the old database is missing"), ran.out());
        assertTrue(ran.out().contains("1 messages are owed again, all suspended"), ran.out());
        ran = store("check");
        assertEquals(0, ran.exit(), ran + "");
        assertTrue(ran.out().contains("1 messages are owed"), ran.out());
    }

    @Test
    void whatCannotBeReadIsSaidAndTheExitCodeTells() throws Exception {
        Files.delete(data.resolve("sternpost.db"));
        segment(5);
        Ran ran = store("salvage");
        assertEquals(3, ran.exit(), ran + "");
        assertTrue(ran.out().contains("1 stretches (5 octets) are no record"), ran.out());
    }

    @Test
    void aStoreInUseIsLeftAlone() throws Exception {
        try (var _ = SqliteDatabase.open(data, Engine.SCHEMA)) {
            for (String act : List.of("check", "salvage")) {
                Ran ran = store(act);
                assertEquals(1, ran.exit(), ran + "");
                assertTrue(ran.err().contains("Get-EngineStatus"), ran.err());
            }
        }
    }

    @Test
    void whereNoDirectoryIsNothingIsMade() {
        Path none = file.resolveSibling("none.yaml");
        try {
            Files.writeString(none, "hostName: relay.example.test\ndataDirectory: nowhere\n");
        } catch (java.io.IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
        file = none;
        for (String act : List.of("check", "salvage"))
            assertEquals(1, store(act).exit());
        assertTrue(Files.notExists(none.resolveSibling("nowhere")));
    }

    @Test
    void itSaysWhatItDoes() {
        for (String help : List.of("-Help", "--help")) {
            Ran ran = store("salvage", help);
            assertEquals(0, ran.exit(), ran + "");
            assertTrue(ran.out().contains("store salvage [-WhatIf]"), ran.out());
        }
    }

    @Test
    void whereNoMailIsNothingIsSalvaged() throws Exception {
        Files.delete(data.resolve("sternpost.db"));
        Ran ran = store("salvage");
        assertEquals(1, ran.exit(), ran + "");
        assertFalse(Files.exists(data.resolve("sternpost.db")));
    }

    /// @param noise octets behind the record that are none
    private void segment(int noise) throws Exception {
        byte[] content = "Subject: x\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII);
        var message = new QueuedMessage(new QueueId("0123456789ABCDEF"), Instant.EPOCH, Instant.EPOCH.plusSeconds(60),
                new ReversePath.Null(), MailParameters.NONE,
                new QueuedMessage.About("127.0.0.1", "", "x", content.length));
        byte[] header = RecordHeader.octets(new MessageRow(message, List.of(new QueuedRecipient(0,
                Recipient.of(Address.of("u@example.org")), QueuedRecipient.Route.of("gone"),
                QueuedRecipient.State.Waiting, 0, Instant.EPOCH))));
        var crc = new CRC32C();
        crc.update(content);
        var frame = new RecordFrame(RecordFrame.Kind.Accepted, 1, header.length, content.length);
        var all = new ByteArrayOutputStream();
        all.writeBytes(new Preamble(NONCE).octets());
        all.writeBytes(RecordFrame.before(RecordFrame.Kind.Accepted, 1, NONCE, header, content.length));
        all.writeBytes(content);
        all.writeBytes(frame.behind(crc.getValue()));
        all.writeBytes("noise".repeat(noise).substring(0, noise).getBytes(StandardCharsets.US_ASCII));
        Files.write(Files.createDirectories(data.resolve("bodies")).resolve("0000000000000001.seg"),
                all.toByteArray());
    }

    private Ran store(String... words) {
        var argv = new ArrayList<>(List.of("-Settings", file.toString(), "store"));
        argv.addAll(List.of(words));
        return Ran.of(new NoEngine(), new SystemTime(), argv);
    }
}
