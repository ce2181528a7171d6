package org.sternpost.engine.store.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.sternpost.engine.store.journal.SegmentReader.Form;
import org.sternpost.engine.store.journal.SegmentReader.Stretch;

/// Any octets as a segment, or as the file beside it.
class SegmentFuzzTest {

    private static final long NONCE = 0x1122334455667788L;

    /// Each octet is accounted for once, and whatever is called whole has the checksums of what was written.
    @FuzzTest
    void aSegmentIsReadStretchByStretch(byte[] all) throws IOException {
        Path file = Files.createTempFile("fuzz", ".seg");
        try {
            Files.write(file, all);
            var read = new ArrayList<Stretch>();
            Form form = SegmentReader.read(file, read::add);
            if (form == Form.Bare) {
                assertTrue(read.isEmpty());
                return;
            }
            long next = form == Form.Records ? Preamble.OCTETS : 0;
            for (Stretch one : read) {
                assertEquals(next, one.at());
                assertTrue(one.octets() > 0);
                next += one.octets();
                if (one instanceof Stretch.Whole whole) {
                    var crc = new CRC32C();
                    crc.update(all, Math.toIntExact(whole.contentAt()), (int) whole.frame().contentOctets());
                    assertEquals(crc.getValue(), whole.contentCrc());
                    assertEquals(whole.frame().headerOctets(), whole.header().length);
                }
            }
            assertEquals(all.length, next);
        } finally {
            Files.delete(file);
        }
    }

    /// No entry is believed that was not written for this segment.
    @FuzzTest
    void whoIsDoneIsReadEntryByEntry(byte[] all) throws IOException {
        Path file = Files.createTempFile("fuzz", ".done");
        try {
            Files.write(file, all);
            Finals finals = Finals.read(file, NONCE);
            int places = (int) (Finals.next(all.length) / Finals.ENTRY_OCTETS);
            assertEquals(places, finals.entries().size() + finals.unreadable());
            for (Finals.Entry one : finals.entries())
                assertTrue(contains(all, Finals.octets(NONCE, List.of(one))), "made up: " + one);
        } finally {
            Files.delete(file);
        }
    }

    private static boolean contains(byte[] all, byte[] entry) {
        for (int at = 0; at + entry.length <= all.length; at += entry.length)
            if (Arrays.equals(all, at, at + entry.length, entry, 0, entry.length)) return true;
        return false;
    }
}
