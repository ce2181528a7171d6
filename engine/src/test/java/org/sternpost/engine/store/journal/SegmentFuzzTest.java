package org.sternpost.engine.store.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
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

    /// Records whose checksums are right, whatever they hold, with damage between them: each is found whole.
    @FuzzTest
    void recordsWithTheirChecksumsAreFoundWherever(byte[] said) throws IOException {
        var all = new ByteArrayOutputStream();
        all.writeBytes(new Preamble(NONCE).octets());
        var contents = new ArrayList<byte[]>();
        var in = ByteBuffer.wrap(said);
        while (in.hasRemaining()) {
            byte[] between = taken(in, said(in) & 7);
            byte[] header = taken(in, said(in) & 63);
            byte[] content = taken(in, (said(in) & 3) << 8 | said(in) & 0xff);
            var frame = new RecordFrame(RecordFrame.Kind.values()[header.length % 2], contents.size(), header.length,
                    content.length);
            var crc = new CRC32C();
            crc.update(content);
            all.writeBytes(between);
            all.writeBytes(RecordFrame.before(frame.kind(), frame.number(), NONCE, header, content.length));
            all.writeBytes(content);
            all.writeBytes(frame.behind(crc.getValue()));
            contents.add(content);
        }
        Path file = Files.createTempFile("fuzz", ".seg");
        try {
            Files.write(file, all.toByteArray());
            var found = new ArrayList<byte[]>();
            SegmentReader.read(file, one -> {
                if (one instanceof Stretch.Whole whole)
                    found.add(Arrays.copyOfRange(all.toByteArray(), Math.toIntExact(whole.contentAt()),
                            Math.toIntExact(whole.contentAt() + whole.frame().contentOctets())));
            });
            assertEquals(contents.size(), found.size());
            for (int i = 0; i < found.size(); i++)
                assertArrayEquals(contents.get(i), found.get(i));
        } finally {
            Files.delete(file);
        }
    }

    private static int said(ByteBuffer in) { return in.hasRemaining() ? in.get() : 0; }

    private static byte[] taken(ByteBuffer in, int octets) {
        var taken = new byte[Math.min(octets, in.remaining())];
        in.get(taken);
        return taken;
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
