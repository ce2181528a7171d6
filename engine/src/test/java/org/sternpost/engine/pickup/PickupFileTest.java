package org.sternpost.engine.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.time.SimTime;

/// A file that somebody writes to still, once between the reading of its header and that of its body.
class PickupFileTest {

    private static final String BODY = ("x".repeat(62) + "\n").repeat(4_000); // behind what one block has; in memory
    private static final String WAITS = "it cannot be read now: the file changed while it was read";

    @TempDir
    Path home;

    private final ArrayList<QueueId> taken = new ArrayList<>();
    private Path file;
    private Runnable between = () -> {};

    @BeforeEach
    void drop() throws IOException { file = home.resolve("a.eml"); }

    private Pickup read(String text) throws IOException {
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH)); // as of one that was there for a while
        MessageSink door = (id, client, envelope, header, content) -> {
            taken.add(id);
            return new MessageSink.Answer.Accepted(id);
        };
        var time = new SimTime();
        // Nothing else is asked between the two.
        var reader = new PickupFile(new PickupTerms(home, PickupTerms.HEADER_OCTETS, PickupTerms.RECIPIENTS,
                PickupTerms.MESSAGES_A_MINUTE, "relay.example.org", 4 << 20), door, () -> {
                    between.run();
                    return time.instant();
                });
        return reader.handIn(file, new QueueId("01J9ZK3M5T00000A"));
    }

    private void write(long at, int octet) {
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at);
            open.write(octet);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Test
    void ofAShortFileThatGrowsWhileItIsReadNothingIsAccepted() throws IOException {
        between = () -> write(Dropbox.HEAD.length() + 1 + BODY.length(), 'y');
        assertEquals(new Pickup.Later(WAITS), read(Dropbox.HEAD + "\n" + BODY));
        assertEquals(0, taken.size());
    }

    @Test
    void ofAShortFileThatIsWrittenOverWhileItIsReadNothingIsAccepted() throws IOException {
        between = () -> write(Dropbox.HEAD.length() + 200_000L, 'y');
        assertEquals(new Pickup.Later(WAITS), read(Dropbox.HEAD + "\n" + BODY));
        assertEquals(0, taken.size());
    }

    @Test
    void aHeaderThatIsWrittenStillIsNotBad() throws IOException {
        between = () -> write(0, 'X');
        assertEquals(new Pickup.Later(WAITS), read("To: bob@example.net\n\n" + BODY)); // nobody sends it, so far
    }

    @Test
    void oneThatStaysAsItIsIsAccepted() throws IOException {
        assertInstanceOf(Pickup.Taken.class, read(Dropbox.HEAD + "\n" + BODY));
        assertEquals(1, taken.size());
    }
}
