package org.sternpost.engine.smtp.server;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.smtp.server.Admission.SessionMemory;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.store.OwnerOnly;
import org.sternpost.engine.store.Store;

/// Holds one message while it arrives: its head in memory, what does not fit in a temporary file.
public final class IncomingBuffer extends OutputStream {

    private static final int MEMORY_OCTETS_MAX = Header.OCTETS_MAX; // so the whole header is at hand
    static final int FIRST_OCTETS = 8 << 10; // most messages are small
    private static final int FILE_BUFFER_OCTETS = 16 << 10;
    private static final int CHECK_OCTETS = 1 << 20;
    private static final String PREFIX = "incoming";
    private static final String SUFFIX = ".tmp";
    private static final System.Logger LOG = System.getLogger(IncomingBuffer.class.getName());

    private final Path directory;
    private final SessionMemory.Share memory;
    private final Writing writing;
    private byte[] head = new byte[FIRST_OCTETS];
    private int headLength;
    private long size;
    private @Nullable Path file;
    private @Nullable OutputStream rest;
    private boolean memoryFull;
    private long unchecked; // octets since the last look at the disk

    /// @param memory of which [#FIRST_OCTETS] are taken already
    IncomingBuffer(Path directory, SessionMemory.Share memory) { this(directory, memory, Files::newOutputStream); }

    /// The same on a disk of a test's own.
    IncomingBuffer(Path directory, SessionMemory.Share memory, Writing writing) {
        this.directory = directory;
        this.memory = memory;
        this.writing = writing;
    }

    /// Opens a file to write to.
    interface Writing {
        OutputStream to(Path file) throws IOException;
    }

    /// Makes the directory and removes what an engine that was killed left in it: none of that was acknowledged.
    ///
    /// To be called by the one engine that has the data directory, before it listens.
    public static void sweep(Path directory) throws IOException {
        try (var files = Files.newDirectoryStream(OwnerOnly.directory(directory))) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.startsWith(PREFIX) && name.endsWith(SUFFIX) && Files.isRegularFile(file))
                    Files.deleteIfExists(file);
                else
                    LOG.log(System.Logger.Level.WARNING,
                            "event=stray-file what=\"{0} is no message on its way in and was "
                                    + "left as it is; remove it if nobody needs it\"",
                            file);
            }
        }
    }

    @Override
    public void write(int octet) throws IOException { write(new byte[]{(byte) octet}, 0, 1); }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        int here = Math.min(length, MEMORY_OCTETS_MAX - headLength);
        if (headLength + here > head.length) grow(headLength + here);
        System.arraycopy(octets, offset, head, headLength, here);
        headLength += here;
        size += length;
        if (here == length) return;
        rest().write(octets, offset + here, length - here);
        unchecked += length - here;
        if (unchecked >= CHECK_OCTETS) requireRoom();
    }

    /// True if what failed to be kept failed for want of memory, not of disk.
    boolean memoryFull() { return memoryFull; }

    /// Octets that are in memory.
    int inMemory() { return headLength; }

    Header header() { return Header.ofBeginning(head, headLength, size == headLength); }

    /// The message with our own field in front.
    Content content(byte[] prefix) throws IOException {
        if (rest != null) rest.flush();
        return new Content() {
            @Override
            public long size() { return prefix.length + size; }

            @Override
            public InputStream open() throws IOException {
                var memory = new SequenceInputStream(new ByteArrayInputStream(prefix),
                        new ByteArrayInputStream(head, 0, headLength));
                return file == null ? memory : new SequenceInputStream(memory, Files.newInputStream(file));
            }
        };
    }

    @Override
    public void close() throws IOException {
        try {
            if (rest != null) rest.close();
        } catch (IOException full) {
            // What did not get into the file was refused before; whoever hears of it has the reply.
            LOG.log(System.Logger.Level.DEBUG, "event=incoming-not-closed file={0} why={1}", file, full.getMessage());
        } finally {
            if (file != null) Files.deleteIfExists(file);
        }
    }

    private void grow(int least) throws IOException {
        int before = head.length;
        int wanted = Math.min(MEMORY_OCTETS_MAX, Math.max(least, 2 * before));
        take(wanted);
        head = Arrays.copyOf(head, wanted);
        memory.give(before);
    }

    /// A message that cannot be kept whole is not kept at all: what it held is for others at once.
    private void take(int octets) throws IOException {
        if (memory.take(octets)) return;
        memoryFull = true;
        memory.give(head.length);
        head = new byte[0];
        headLength = 0;
        throw new IOException("the memory of all sessions is taken");
    }

    /// Messages on their way in take no room that accepted ones need.
    private void requireRoom() throws IOException {
        unchecked = 0;
        if (directory.toFile().getUsableSpace() < Store.FREE_OCTETS_MIN)
            throw new IOException("the disk is nearly full");
    }

    private OutputStream rest() throws IOException {
        OutputStream open = rest;
        if (open != null) return open;
        take(FILE_BUFFER_OCTETS);
        Path fresh = Files.createTempFile(OwnerOnly.directory(directory), PREFIX, SUFFIX);
        file = fresh;
        requireRoom();
        open = new BufferedOutputStream(writing.to(fresh), FILE_BUFFER_OCTETS);
        rest = open;
        return open;
    }
}
