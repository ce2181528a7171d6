package org.sternpost.engine.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/// How far the tables have come. Kept twice, in a row that changes with every transaction and in a file that follows
/// it, so that a start sees when one of them is older than what was acknowledged.
///
/// @param transactions kept so far
/// @param bodies       referred to
/// @param sum          of all references, each mixed to one number: no column of a row changes without it
/// @param lastBody     the highest number any body was kept under
/// @param lastSegment  the highest number of a segment file
record Counts(long transactions, long bodies, long sum, long lastBody, long lastSegment) {

    static final Counts NONE = new Counts(0, 0, 0, 0, 0);

    Counts with(Segments.Reference body) {
        return new Counts(transactions, bodies + 1, sum + mixed(body), Math.max(lastBody, body.id()),
                Math.max(lastSegment, body.segment()));
    }

    Counts without(Segments.Reference body) {
        return new Counts(transactions, bodies - 1, sum - mixed(body), lastBody, lastSegment);
    }

    /// After one transaction more.
    Counts next() { return new Counts(transactions + 1, bodies, sum, lastBody, lastSegment); }

    /// At least as far as others have come, but for what is referred to.
    Counts after(Counts others) {
        return new Counts(Math.max(transactions, others.transactions), bodies, sum,
                Math.max(lastBody, others.lastBody), Math.max(lastSegment, others.lastSegment));
    }

    boolean sameBodies(Counts others) { return bodies == others.bodies && sum == others.sum; }

    private static long mixed(Segments.Reference body) {
        long mixed = mixed(body.id());
        mixed = mixed(mixed ^ body.segment());
        mixed = mixed(mixed ^ body.offset());
        mixed = mixed(mixed ^ body.length());
        return mixed(mixed ^ body.crc());
    }

    /// The finalizer of SplitMix64: every bit of the input changes half of the output.
    private static long mixed(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /// The [Counts] beside the database: written over in place after each transaction, and not synced.
    ///
    /// When the process is killed the system still has it. When the machine loses power it may be older than the
    /// database, which accuses nobody; newer it never is.
    static final class CountsFile implements AutoCloseable {

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

        /// The database was found damaged: from now on the file says nothing, so that the next start looks at all of
        /// it.
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
}
