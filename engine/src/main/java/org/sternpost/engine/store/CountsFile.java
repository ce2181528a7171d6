package org.sternpost.engine.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/// The [Counts] beside the database: written over in place after each transaction, and not synced.
///
/// When the process is killed the system still has it. When the machine loses power it may be older than the database,
/// which accuses nobody; newer it never is.
final class CountsFile implements AutoCloseable {

    static final String NAME = "store.counts";

    private static final long MAGIC = 0x7374706f_73740001L; // "stpost", version 1
    private static final int OCTETS = 7 * Long.BYTES;
    private static final System.Logger LOG = System.getLogger(CountsFile.class.getName());

    private final Path path;
    private final FileChannel channel;
    private Counts latest = Counts.NONE;
    private boolean failing;
    private boolean doubted;

    private CountsFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static CountsFile open(Path directory) throws IOException {
        Path path = directory.resolve(NAME);
        return new CountsFile(path,
                FileChannel.open(OwnerOnly.file(path), StandardOpenOption.WRITE));
    }

    /// What the file of a directory says; empty if there is none or it is damaged.
    static Optional<Counts> read(Path directory) throws IOException {
        Path path = directory.resolve(NAME);
        if (!Files.isRegularFile(path) || Files.size(path) != OCTETS) return Optional.empty();
        ByteBuffer octets = ByteBuffer.wrap(Files.readAllBytes(path));
        boolean whole = octets.getLong() == MAGIC;
        var counts = new Counts(octets.getLong(), octets.getLong(), octets.getLong(), octets.getLong(),
                octets.getLong());
        return whole && octets.getLong() == crc(octets.array()) ? Optional.of(counts) : Optional.empty();
    }

    /// A file that cannot be written stays behind the tables, which costs a warning less and no mail.
    synchronized void write(Counts counts) {
        latest = counts.after(new Counts(0, 0, 0, 0, latest.lastSegment()));
        write();
    }

    /// A segment is about to be made: a file with a higher number than this is none of ours.
    synchronized void segment(long number) {
        latest = latest.after(new Counts(0, 0, 0, 0, number));
        write();
    }

    /// The database was found damaged: from now on the file says nothing, so that the next start looks at all of it.
    synchronized void doubt() {
        if (doubted) return;
        doubted = true;
        try {
            channel.truncate(0);
        } catch (IOException broken) {
            LOG.log(System.Logger.Level.WARNING, "event=counts-not-written file={0} why=\"{1}\"", path,
                    broken.getMessage());
        }
    }

    private void write() {
        if (doubted) return;
        Counts counts = latest;
        ByteBuffer octets = ByteBuffer.allocate(OCTETS).putLong(MAGIC).putLong(counts.transactions())
                .putLong(counts.bodies()).putLong(counts.sum()).putLong(counts.lastBody())
                .putLong(counts.lastSegment());
        octets.putLong(crc(octets.array())).flip();
        try {
            channel.write(octets, 0);
            failing = false;
        } catch (IOException broken) {
            if (!failing)
                LOG.log(System.Logger.Level.WARNING, "event=counts-not-written file={0} why=\"{1}\"", path,
                        broken.getMessage());
            failing = true;
        }
    }

    @Override
    public void close() throws IOException { channel.close(); }

    private static long crc(byte[] octets) {
        var crc = new CRC32C();
        crc.update(octets, 0, OCTETS - Long.BYTES);
        return crc.getValue();
    }
}
