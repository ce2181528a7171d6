package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.sternpost.engine.store.Segments.BodyDamagedException;
import org.sternpost.engine.store.Segments.Reference;

/// Any octets as a segment, and any place in it as that of a content.
class SegmentStreamFuzzTest {

    private static final int CHOICES = 5; // the first octets choose the place and the checksum

    @FuzzTest
    void aContentIsReadToItsEndOnlyIfItIsWhatWasKept(byte[] said) throws IOException {
        if (said.length < CHOICES) return;
        int offset = said[0] & 0xff;
        int length = (said[1] & 0xff) << 8 | said[2] & 0xff;
        boolean right = said[3] % 2 == 0;
        byte[] all = Arrays.copyOfRange(said, CHOICES, said.length);
        boolean there = offset + length <= all.length;
        byte[] kept = there ? Arrays.copyOfRange(all, offset, offset + length) : new byte[0];
        var crc = new CRC32C();
        crc.update(kept);
        long sum = right ? crc.getValue() : crc.getValue() ^ 1L << (said[4] & 31);
        Path file = Files.createTempFile("fuzz", ".seg");
        try {
            Files.write(file, all);
            try (var in = SegmentStream.open(file, new Reference(1, 1, offset, length, sum), new Disk())) {
                assertArrayEquals(kept, in.readAllBytes());
                assertEquals(crc.getValue(), sum);
            } catch (BodyDamagedException damaged) {
                assertFalse(there && sum == crc.getValue(), damaged.getMessage());
            }
        } finally {
            Files.delete(file);
        }
    }
}
