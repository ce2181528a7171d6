package org.sternpost.engine.store.journal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/// For whom the records of a segment were done, as the file beside it says: entries of one length behind a preamble,
/// each with a checksum of its own. What is damaged is left out and counted.
///
/// @param states     by record and position
/// @param unreadable entries that are not what was written
record Finals(Map<Position, Integer> states, long unreadable) {

    /// How long an entry is.
    static final int ENTRY_OCTETS = Long.BYTES + Integer.BYTES + Integer.BYTES + Integer.BYTES;

    /// Of a segment without such a file.
    static final Finals NONE = new Finals(Map.of(), 0);

    /// A recipient of a record.
    ///
    /// @param contentAt where the content of the record begins in the segment
    /// @param recipient its position in the record
    record Position(long contentAt, int recipient) {}

    public Finals { states = Map.copyOf(states); }

    /// What is appended when a recipient is final.
    ///
    /// @param state a number that the queue knows the meaning of
    static byte[] entry(Preamble of, Position position, int state) {
        var octets = ByteBuffer.allocate(ENTRY_OCTETS).putLong(position.contentAt()).putInt(position.recipient())
                .putInt(state);
        return octets.putInt(crc(of.nonce(), octets.array(), 0)).array();
    }

    /// Reads such a file; [#NONE] if there is none, or it belongs to another segment.
    static Finals read(Path file, long nonce) throws IOException {
        if (!Files.isRegularFile(file)) return NONE;
        var states = new HashMap<Position, Integer>();
        long bad = 0;
        try (InputStream in = Files.newInputStream(file)) {
            // Each entry is bound to the nonce, so a damaged preamble costs nothing.
            in.readNBytes(Preamble.OCTETS);
            var entry = new byte[ENTRY_OCTETS];
            for (int n; (n = in.readNBytes(entry, 0, ENTRY_OCTETS)) > 0;) {
                var octets = ByteBuffer.wrap(entry);
                var position = new Position(octets.getLong(), octets.getInt());
                int state = octets.getInt();
                if (n == ENTRY_OCTETS && octets.getInt() == crc(nonce, entry, 0)) states.put(position, state);
                else
                    bad++;
            }
        }
        return new Finals(states, bad);
    }

    private static int crc(long nonce, byte[] entry, int at) {
        var crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, nonce));
        crc.update(entry, at, ENTRY_OCTETS - Integer.BYTES);
        return (int) crc.getValue();
    }
}
