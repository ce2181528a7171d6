package org.sternpost.engine.store.journal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.zip.CRC32C;

/// For whom the records of a segment are done, as the file beside it says: entries of one length, each with a checksum
/// that is bound to the nonce of the segment. What is damaged, or of another segment, is left out and counted.
///
/// @param entries    in the order in which they were written
/// @param unreadable entries that are not what was written
public record Finals(List<Entry> entries, long unreadable) {

    /// How long an entry is.
    public static final int ENTRY_OCTETS = Long.BYTES + Integer.BYTES + Integer.BYTES + Integer.BYTES;

    /// In the place of a position: all recipients of the record.
    public static final int ALL = -1;

    /// In the place of a state, with [#ALL]: another segment has the record now, and this copy counts no more.
    public static final int MOVED = -1;

    private static final Finals NONE = new Finals(List.of(), 0);

    /// A recipient who needs a record no more.
    ///
    /// @param record    its number
    /// @param recipient position in the record, or [#ALL]
    /// @param state     a number that whoever wrote the record's header knows the meaning of
    public record Entry(long record, int recipient, int state) {}

    public Finals { entries = List.copyOf(entries); }

    /// What is appended.
    ///
    /// @param nonce of the segment
    public static byte[] octets(long nonce, Collection<Entry> entries) {
        var all = ByteBuffer.allocate(entries.size() * ENTRY_OCTETS);
        for (Entry one : entries) {
            int at = all.position();
            all.putLong(one.record()).putInt(one.recipient()).putInt(one.state()).putInt(crc(nonce, all.array(), at));
        }
        return all.array();
    }

    /// Where the next entry goes in a file of some length: a crash may have left a part of one.
    public static long next(long length) { return (length + ENTRY_OCTETS - 1) / ENTRY_OCTETS * ENTRY_OCTETS; }

    /// Reads such a file; nothing is done where there is none.
    public static Finals read(Path file, long nonce) throws IOException {
        if (!Files.isRegularFile(file)) return NONE;
        var entries = new ArrayList<Entry>();
        long bad = 0;
        try (InputStream in = Files.newInputStream(file)) {
            var entry = new byte[ENTRY_OCTETS];
            for (int n; (n = in.readNBytes(entry, 0, ENTRY_OCTETS)) > 0;) {
                var octets = ByteBuffer.wrap(entry);
                var one = new Entry(octets.getLong(), octets.getInt(), octets.getInt());
                if (n == ENTRY_OCTETS && octets.getInt() == crc(nonce, entry, 0)) entries.add(one);
                else
                    bad++;
            }
        }
        return new Finals(entries, bad);
    }

    private static int crc(long nonce, byte[] entry, int at) {
        var crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, nonce));
        crc.update(entry, at, ENTRY_OCTETS - Integer.BYTES);
        return (int) crc.getValue();
    }
}
