package org.sternpost.engine.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.sternpost.engine.store.journal.RecordFrame;
import org.sternpost.engine.store.journal.RecordFrame.Kind;

/// A message of 4 KB appended to a segment as a record with its checksums, and the same with a sync of its own: the
/// most that a sync may cost a message, as a batch shares one. On the disk of the temporary directory.
@State(Scope.Benchmark)
public class JournalBenchmark {

    private static final long SEGMENT_OCTETS = 64L << 20;
    private static final int HEADER_OCTETS = 220; // of a message to one recipient
    private static final long NONCE = 0x1122334455667788L;

    private final byte[] header = new byte[HEADER_OCTETS];
    private final Content content = Content.of(("Subject: x\r\nMessage-ID: <x@example.com>\r\n\r\n"
            + "A line of content that is rather plain.\r\n".repeat(96)).getBytes(StandardCharsets.US_ASCII));
    private final Disk disk = new Disk();
    private Path path;
    private RandomAccessFile file;
    private long number;
    private long at;

    @Setup
    public void open() throws IOException {
        path = Files.createTempFile("jmh", ".seg");
        file = new RandomAccessFile(path.toFile(), "rw");
    }

    @TearDown
    public void close() throws IOException {
        file.close();
        Files.delete(path);
    }

    @Benchmark
    public long append() throws IOException {
        var frame = new RecordFrame(Kind.Accepted, ++number, header.length, content.size());
        if (at + frame.octets() > SEGMENT_OCTETS) at = 0;
        byte[] before = RecordFrame.before(Kind.Accepted, number, NONCE, header, content.size());
        long crc = new RecordWriter(disk, file, at, frame).write(before, frame, content);
        at += frame.octets();
        return crc;
    }

    @Benchmark
    public void appendAndSync() throws IOException {
        append();
        disk.sync(file);
    }
}
