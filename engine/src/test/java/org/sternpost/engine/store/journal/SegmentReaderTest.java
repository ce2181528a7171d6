package org.sternpost.engine.store.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.store.journal.RecordFrame.Kind;
import org.sternpost.engine.store.journal.SegmentReader.Form;
import org.sternpost.engine.store.journal.SegmentReader.Stretch;

/// What a segment's reader believes, and what it says of the rest.
class SegmentReaderTest {

    private static final long NONCE = 0x1122334455667788L;
    private static final int RECORDS = 5;
    private static final int DAMAGES = 3_000;

    @TempDir
    private Path directory;

    private Form form = Form.Bare;

    @Test
    void allRecordsOfAnIntactSegmentAreWholeAndNothingElseIsSaid() throws IOException {
        List<Stretch> read = read(segment());
        assertEquals(Form.Records, form);
        assertEquals(RECORDS, read.size());
        for (int i = 0; i < RECORDS; i++) {
            var whole = assertInstanceOf(Stretch.Whole.class, read.get(i));
            assertEquals(i + 1, whole.frame().number());
            assertArrayEquals(header(i), whole.header());
            assertArrayEquals(content(i), Arrays.copyOfRange(segment(), (int) whole.contentAt(),
                    (int) (whole.contentAt() + whole.frame().contentOctets())));
        }
    }

    @Test
    void readingBeginsAtAnyRecordThatIsNamed() throws IOException {
        Stretch third = read(segment()).get(2);
        assertEquals(RECORDS - 2, read(segment(), third.at()).size());
        assertEquals(0, read(segment(), segment().length).size());
    }

    @Test
    void theLastNumberOfARecordLeadsFromItsContentToItsBeginning() throws IOException {
        byte[] all = segment();
        var record = assertInstanceOf(Stretch.Whole.class, read(all).get(1));
        int end = (int) (record.at() + record.octets());
        var before = java.nio.ByteBuffer.wrap(all).getInt(end - Integer.BYTES);
        assertEquals(record.at(), record.contentAt() - before);
    }

    @Test
    void aTornTailIsToldInOctets() throws IOException {
        Stretch last = read(segment()).getLast();
        int cutInContent = (int) (last.at() + last.octets() - RecordFrame.TRAILER_OCTETS - 1);
        var hurt = assertInstanceOf(Stretch.Hurt.class, read(Arrays.copyOf(segment(), cutInContent)).getLast());
        assertTrue(hurt.cut());
        assertArrayEquals(header(RECORDS - 1), hurt.header());
        var torn = assertInstanceOf(Stretch.Unreadable.class,
                read(Arrays.copyOf(segment(), (int) last.at() + 20)).getLast());
        assertEquals(20, torn.octets());
        assertTrue(torn.atEnd());
        var room = assertInstanceOf(Stretch.Unreadable.class,
                read(Arrays.copyOf(segment(), segment().length + 4096)).getLast());
        assertTrue(room.zero() && room.atEnd());
    }

    @Test
    void damageCostsTheRecordItIsInAndNoOther() throws IOException {
        List<Stretch> intact = read(segment());
        for (int i = 0; i < RECORDS; i++) {
            byte[] all = segment();
            all[(int) intact.get(i).at() + 1] ^= 1;
            List<Stretch> read = read(all);
            assertEquals(RECORDS, read.size());
            assertEquals(new Stretch.Unreadable(intact.get(i).at(), intact.get(i).octets(), false, i == RECORDS - 1),
                    read.get(i));
            byte[] content = segment();
            content[(int) ((Stretch.Whole) intact.get(i)).contentAt()] ^= 1;
            assertInstanceOf(Stretch.Hurt.class, read(content).get(i));
            assertEquals(RECORDS - 1, whole(read(content)));
        }
    }

    @Test
    void aRecordWithinAContentIsNoneAlsoBehindDamage() throws IOException {
        byte[] forged = record(9, "mail of a stranger".getBytes(StandardCharsets.US_ASCII), content(0), NONCE + 1);
        byte[] all = concat(new Preamble(NONCE).octets(), record(1, header(0), forged, NONCE));
        assertEquals(1, whole(read(all)));
        all[Preamble.OCTETS] ^= 1;
        assertEquals(List.of(new Stretch.Unreadable(Preamble.OCTETS, all.length - Preamble.OCTETS, false, true)),
                read(all));
    }

    @Test
    void aSegmentWhosePreambleIsDamagedIsReadByTheNonceOfItsFirstRecord() throws IOException {
        byte[] all = segment();
        all[3] ^= 1;
        List<Stretch> read = read(all);
        assertEquals(Form.Headless, form);
        assertEquals(RECORDS, whole(read));
        assertEquals(new Stretch.Unreadable(0, Preamble.OCTETS, false, false), read.getFirst());
    }

    @Test
    void contentsOfOlderVersionsAreBare() throws IOException {
        assertEquals(List.of(), read("Received: from a\r\n\r\nbody\r\n".getBytes(StandardCharsets.US_ASCII)));
        assertEquals(Form.Bare, form);
        assertEquals(List.of(), read(new byte[0]));
        assertEquals(Form.Bare, form);
        assertEquals(List.of(), read(new Preamble(NONCE).octets()));
        assertEquals(Form.Records, form);
    }

    @Test
    void whateverIsAlteredEachOctetIsAccountedForAndWhatIsCalledWholeIs() throws IOException {
        long seed = Long.getLong("sternpost.seed", 20_261_128);
        var random = new Random(seed);
        byte[] intact = segment();
        List<byte[]> headers = List.of(header(0), header(1), header(2), header(3), header(4));
        for (int round = 0; round < DAMAGES; round++) {
            byte[] all = damaged(random, intact);
            List<Stretch> read = read(all);
            long at = form == Form.Records ? Preamble.OCTETS : 0;
            for (Stretch one : read) {
                assertEquals(at, one.at(), "seed " + seed + ", round " + round);
                assertTrue(one.octets() > 0, "seed " + seed + ", round " + round);
                at += one.octets();
                if (one instanceof Stretch.Whole whole) {
                    assertTrue(headers.stream().anyMatch(header -> Arrays.equals(header, whole.header())),
                            "seed " + seed + ", round " + round);
                    assertArrayEquals(content((int) whole.frame().number() - 1), Arrays.copyOfRange(all,
                            (int) whole.contentAt(), (int) (whole.contentAt() + whole.frame().contentOctets())));
                }
            }
            if (form != Form.Bare) assertEquals(all.length, at, "seed " + seed + ", round " + round);
        }
    }

    /// Some flips, a stretch of zeros or noise, a cut, a piece taken out or put in.
    private static byte[] damaged(Random random, byte[] intact) {
        byte[] all = intact.clone();
        int at = random.nextInt(all.length);
        int end = Math.min(all.length, at + 1 + random.nextInt(300));
        return switch (random.nextInt(6)) {
            case 0 -> {
                for (int i = random.nextInt(4); i >= 0; i--)
                    all[random.nextInt(all.length)] ^= (byte) (1 << random.nextInt(8));
                yield all;
            }
            case 1 -> {
                Arrays.fill(all, at, end, (byte) 0);
                yield all;
            }
            case 2 -> {
                for (int i = at; i < end; i++)
                    all[i] = (byte) random.nextInt();
                yield all;
            }
            case 3 -> Arrays.copyOf(all, at);
            case 4 -> concat(Arrays.copyOf(all, at), Arrays.copyOfRange(all, end, all.length));
            default -> concat(Arrays.copyOf(all, end), Arrays.copyOfRange(all, at, all.length));
        };
    }

    @Test
    void lengthsThatAreLiesCostNoMemory() throws IOException {
        for (int field = 6; field < 18; field++) {
            byte[] all = segment();
            all[Preamble.OCTETS + field] = (byte) 0x7f;
            assertEquals(RECORDS - 1, whole(read(all)), "octet " + field);
        }
    }

    @Test
    void finalsAreReadEntryByEntryAndOnlyOfTheirSegment() throws IOException {
        Path file = directory.resolve("x.done");
        var first = new Finals.Entry(100, 0, 1);
        var last = new Finals.Entry(300, Finals.ALL, 0);
        byte[] all = Finals.octets(NONCE, List.of(first, new Finals.Entry(100, 7, 2), last));
        Files.write(file, all);
        assertEquals(3, Finals.read(file, NONCE).entries().size());
        assertEquals(new Finals(List.of(), 3), Finals.read(file, NONCE + 1));
        all[Finals.ENTRY_OCTETS + 3] ^= 1;
        Files.write(file, concat(all, concat(new byte[Finals.ENTRY_OCTETS], Arrays.copyOf(all, 5))));
        assertEquals(new Finals(List.of(first, last), 3), Finals.read(file, NONCE));
        assertEquals(new Finals(List.of(), 0), Finals.read(directory.resolve("none.done"), NONCE));
    }

    @Test
    void behindAnEntryThatACrashCutTheNextOneIsRead() {
        assertEquals(0, Finals.next(0));
        assertEquals(Finals.ENTRY_OCTETS, Finals.next(1));
        assertEquals(Finals.ENTRY_OCTETS, Finals.next(Finals.ENTRY_OCTETS));
        assertEquals(2 * Finals.ENTRY_OCTETS, Finals.next(Finals.ENTRY_OCTETS + 1));
    }

    @Test
    void theNonceIsKnownWhereTheFirstOctetsAreDamaged() throws IOException {
        byte[] all = segment();
        Path file = Files.write(directory.resolve("y.seg"), all);
        assertEquals(Optional.of(NONCE), SegmentReader.nonce(file));
        all[3] ^= 1;
        assertEquals(Optional.of(NONCE), SegmentReader.nonce(Files.write(file, all)));
        assertEquals(Optional.empty(), SegmentReader.nonce(Files.write(file, new byte[100])));
    }

    private static long whole(List<Stretch> read) {
        return read.stream().filter(Stretch.Whole.class::isInstance).count();
    }

    private List<Stretch> read(byte[] all) throws IOException { return read(all, 0); }

    private List<Stretch> read(byte[] all, long from) throws IOException {
        var found = new ArrayList<Stretch>();
        form = SegmentReader.read(Files.write(directory.resolve("1.seg"), all), from, found::add);
        return found;
    }

    private static byte[] segment() {
        byte[] all = new Preamble(NONCE).octets();
        for (int i = 0; i < RECORDS; i++)
            all = concat(all, record(i + 1, header(i), content(i), NONCE));
        return all;
    }

    private static byte[] record(long number, byte[] header, byte[] content, long nonce) {
        var crc = new CRC32C();
        crc.update(content);
        var frame = new RecordFrame(Kind.Accepted, number, header.length, content.length);
        return concat(RecordFrame.before(Kind.Accepted, number, nonce, header, content.length),
                concat(content, frame.behind(crc.getValue())));
    }

    private static byte[] header(int i) { return ("header of " + i).getBytes(StandardCharsets.US_ASCII); }

    private static byte[] content(int i) {
        return ("content of " + i + ". ").repeat(i * 20).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        var all = new ByteArrayOutputStream();
        all.writeBytes(first);
        all.writeBytes(second);
        return all.toByteArray();
    }
}
