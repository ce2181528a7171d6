package org.sternpost.engine.smtp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.message.Header;

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

    private static List<String> names(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
