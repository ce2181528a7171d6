package org.sternpost.engine.pickup;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.store.Content;

/// Reads one file that nobody exchanges for another any more, and hands it in.
final class PickupFile {

    /// Who hands it in, as trace and log show it.
    static final String CLIENT = "pickup";

    /// What is in memory is written to the disk by others for many at once, and their disk is not that of the file.
    private static final int MEMORY_OCTETS_MAX = 1 << 20;
    private static final int BLOCK_OCTETS = 16 << 10;
    private static final String CHANGED = "the file changed while it was read";

    private final PickupTerms terms;
    private final MessageSink door;
    private final InstantSource time;

    PickupFile(PickupTerms terms, MessageSink door, InstantSource time) {
        this.terms = terms;
        this.door = door;
        this.time = time;
    }

    /// @param id the message's, if it becomes one
    Pickup handIn(Path file, QueueId id) {
        try {
            long octets = Files.size(file);
            // A header may become shorter, a body never does.
            if (octets > terms.messageOctetsMax() + terms.headerOctetsMax()) return tooLarge(octets);
            return read(file, id);
        } catch (PickupText.NoTextException bad) {
            return new Pickup.Bad(bad.getMessage() + "; a message is text",
                    "write text in ASCII or UTF-8, lines ending with LF or CRLF, and files in base64");
        } catch (AccessDeniedException denied) {
            return new Pickup.Bad("the engine may not read it: it runs as " + System.getProperty("user.name"),
                    "let whoever writes it give that user, or its group, the right to read it");
        } catch (IOException broken) {
            return new Pickup.Later("it cannot be read now: " + PickupPlace.said(broken));
        }
    }

    private Pickup read(Path file, QueueId id) throws IOException {
        Optional<PickupPlace.Facts> before = PickupPlace.facts(file);
        try (var text = new PickupText(open(file))) {
            byte[] header = PickupHeader.octets(text, terms.headerOctetsMax());
            if (header.length == 0)
                return Files.size(file) == 0
                        ? new Pickup.Bad("it is empty", "write the whole message under another name, then rename it")
                        : new Pickup.Bad("the header has more than " + terms.headerOctetsMax() + " octets, or no "
                                + "empty line behind it",
                                "put an empty line between header and text, or raise pickup.maxHeaderSize");
            return switch (PickupHeader.of(header, terms.recipientsMax(),
                    new PickupHeader.Origin(terms.hostName(), id, time.instant()))) {
                case PickupHeader.Read.Bad(var why) -> {
                    requireUnchanged(file, before);
                    yield why;
                }
                case PickupHeader.Read.Message message -> {
                    Body body = body(text, file, header.length);
                    requireUnchanged(file, before);
                    yield handIn(id, message, body);
                }
            };
        }
    }

    /// Part of what was read may be older than the rest, and all of it is in memory: nobody would see that later.
    private static void requireUnchanged(Path file, Optional<PickupPlace.Facts> before) throws IOException {
        if (!PickupPlace.facts(file).equals(before)) throw new IOException(CHANGED);
    }

    private Pickup handIn(QueueId id, PickupHeader.Read.Message message, Body body) throws IOException {
        long size = message.header().length + body.octets();
        if (size > terms.messageOctetsMax()) return tooLarge(size);
        var header = Header.of(message.header());
        if (!header.whole())
            return new Pickup.Bad("the header has more than " + Header.LIMITS, "write less into it");
        Content content = body.behind(message.header());
        MessageSink.Answer answer = door.take(id, CLIENT, message.envelope(), header, content);
        // What the door says of it then is no reason of the door's.
        if (answer instanceof MessageSink.Answer.Refused && content instanceof FileContent file) file.rethrow();
        return switch (answer) {
            case MessageSink.Answer.Accepted(var kept) -> new Pickup.Taken(kept);
            case MessageSink.Answer.Refused(var reply) when reply.severity() == Reply.Severity.Transient ->
                new Pickup.Later("it is not accepted now: " + reply);
            case MessageSink.Answer.Refused(var reply) -> new Pickup.Bad("it is refused: " + reply, "");
        };
    }

    private Pickup tooLarge(long octets) {
        return new Pickup.Bad("it has " + octets + " octets; " + terms.messageOctetsMax() + " are allowed",
                "send less at once, or raise delivery.maxMessageSize in the settings");
    }

    /// What stands behind the header.
    private sealed interface Body {
        long octets();

        Content behind(byte[] header);
    }

    private record InMemory(byte[] text) implements Body {
        @Override
        public long octets() { return text.length; }

        @Override
        public Content behind(byte[] header) {
            var whole = new byte[header.length + text.length];
            System.arraycopy(header, 0, whole, 0, header.length);
            System.arraycopy(text, 0, whole, header.length, text.length);
            return Content.of(whole);
        }
    }

    /// @param before   octets of the file's own header
    /// @param checksum of these and the body
    private record InFile(Path file, int before, long octets, long checksum) implements Body {
        @Override
        public Content behind(byte[] header) { return new FileContent(header, this); }
    }

    /// Knows why it could not be read, which whoever reads it may tell as something else.
    private static final class FileContent implements Content {

        private final byte[] header;
        private final InFile body;
        private volatile @Nullable IOException failure;

        FileContent(byte[] header, InFile body) {
            this.header = header;
            this.body = body;
        }

        void rethrow() throws IOException {
            IOException known = failure;
            if (known != null) throw known;
        }

        UnreadableException failed(IOException why) {
            failure = why;
            return new UnreadableException(why);
        }

        @Override
        public long size() { return header.length + body.octets(); }

        @Override
        public InputStream open() throws IOException {
            PickupText read;
            try {
                read = new PickupText(PickupFile.open(body.file()));
            } catch (IOException broken) {
                throw failed(broken);
            }
            var text = new Unchanged(read, body, this);
            try {
                text.skipNBytes(body.before());
            } catch (IOException | RuntimeException broken) {
                text.close();
                throw broken;
            }
            return new SequenceInputStream(new ByteArrayInputStream(header), text);
        }
    }

    private static Body body(PickupText text, Path file, int header) throws IOException {
        var memory = new ByteArrayOutputStream();
        var block = new byte[BLOCK_OCTETS];
        long octets = 0;
        for (int n = text.read(block); n >= 0; n = text.read(block)) {
            octets += n;
            if (octets <= MEMORY_OCTETS_MAX) memory.write(block, 0, n);
        }
        return octets <= MEMORY_OCTETS_MAX
                ? new InMemory(memory.toByteArray())
                : new InFile(file, header, octets, text.checksum());
    }

    /// Reads the same once more, and fails at the end where it is not: who had the file open may write to it still.
    private static final class Unchanged extends InputStream {

        private final PickupText text;
        private final long checksum;
        private final FileContent content;
        private long left;

        Unchanged(PickupText text, InFile body, FileContent content) {
            this.text = text;
            this.left = body.before() + body.octets();
            this.checksum = body.checksum();
            this.content = content;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            try {
                int n = text.read(into, offset, length);
                left -= Math.max(n, 0);
                if (n < 0 ? left > 0 : left < 0 || left == 0 && text.checksum() != checksum)
                    throw new IOException(CHANGED);
                return n;
            } catch (IOException broken) {
                throw content.failed(broken);
            }
        }

        @Override
        public void close() throws IOException { text.close(); }
    }

    private static InputStream open(Path file) throws IOException {
        return Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }
}
