package org.sternpost.engine.smtp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.smtp.server.Admission.SessionMemory;

/// What was on its way in when an engine was killed does not fill the disk for good.
class IncomingBufferTest {

    @TempDir
    Path directory;

    @Test
    void whatAKilledEngineLeftIsSweptAndNothingElse() throws IOException {
        Path spool = directory.resolve("spool");
        // Not closed, as by an engine that was killed.
        new IncomingBuffer(spool, new SessionMemory(2 << 20).share()).write(new byte[Header.OCTETS_MAX + 100_000], 0,
                Header.OCTETS_MAX + 100_000);
        Files.writeString(spool.resolve("notes.txt"), "mine");
        Files.createDirectory(spool.resolve("incoming.tmp"));
        assertEquals(3, names(spool).size());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(spool)));
        try (var files = Files.newDirectoryStream(spool, "incoming?*.tmp")) {
            for (Path file : files)
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
        IncomingBuffer.sweep(spool);
        assertEquals(List.of("incoming.tmp", "notes.txt"), names(spool));
    }

    /// A disk that is full refuses the last octets once more at the end; that is no reason to leave a file behind, or
    /// the client without its reply.
    @Test
    void whatTheDiskDidNotTakeLeavesNoFileBehind() throws IOException {
        Path spool = directory.resolve("spool");
        var full = new OutputStream() {
            @Override
            public void write(int octet) throws IOException { throw new IOException("No space left on device"); }
        };
        var buffer = new IncomingBuffer(spool, new SessionMemory(2 << 20).share(), _ -> full);
        buffer.write(new byte[Header.OCTETS_MAX + 10_000], 0, Header.OCTETS_MAX + 10_000);
        assertEquals(1, names(spool).size());
        assertThrows(IOException.class, () -> buffer.write(new byte[10_000], 0, 10_000));
        buffer.close();
        assertEquals(List.of(), names(spool));
    }

    private static List<String> names(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
