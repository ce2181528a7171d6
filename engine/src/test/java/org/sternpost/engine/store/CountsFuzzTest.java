package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/// Any octets as the file of counts beside the database.
class CountsFuzzTest {

    /// The same behind a checksum that is right, which no search would hit upon: of those, ours alone are believed.
    @FuzzTest
    void countsWithTheirChecksumAreBelievedWhereTheyAreOurs(byte[] octets) throws IOException {
        var crc = new CRC32C();
        crc.update(octets);
        countsAreReadWholeOrNotAtAll(
                ByteBuffer.allocate(octets.length + Long.BYTES).put(octets).putLong(crc.getValue()).array());
    }

    /// Nothing is believed but what has the checksum of what was written, to the last octet.
    @FuzzTest
    void countsAreReadWholeOrNotAtAll(byte[] octets) throws IOException {
        Path directory = Files.createTempDirectory("fuzz");
        Path file = directory.resolve(Counts.CountsFile.NAME);
        try {
            Files.write(file, octets);
            var read = Counts.CountsFile.read(directory);
            if (read.isEmpty()) return;
            int end = octets.length - Long.BYTES;
            var crc = new CRC32C();
            crc.update(octets, 0, end);
            var in = ByteBuffer.wrap(octets);
            assertEquals(crc.getValue(), in.getLong(end));
            in.getLong();
            assertEquals(new Counts(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong()), read.get());
            assertEquals(end, in.position());
        } finally {
            Files.deleteIfExists(file);
            Files.delete(directory);
        }
    }
}
