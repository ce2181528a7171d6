package org.sternpost.engine.store.journal;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/// The first octets of a segment with records.
///
/// @param nonce a random number that all records of the segment carry
public record Preamble(long nonce) {

    /// How long it is.
    public static final int OCTETS = Long.BYTES + Long.BYTES + Integer.BYTES;

    private static final long MAGIC = 0x7374_706a_726e_6c01L; // "stpjrnl", version 1

    /// What stands at the beginning of the file.
    public byte[] octets() {
        var octets = ByteBuffer.allocate(OCTETS).putLong(MAGIC).putLong(nonce);
        return octets.putInt(crc(octets.array())).array();
    }

    /// What a file begins with; empty if its first octets are no preamble, or not those that were written.
    public static Optional<Preamble> read(byte[] first) {
        if (first.length < OCTETS) return Optional.empty();
        var octets = ByteBuffer.wrap(first);
        boolean known = octets.getLong() == MAGIC;
        var preamble = new Preamble(octets.getLong());
        return known && octets.getInt() == crc(first) ? Optional.of(preamble) : Optional.empty();
    }

    private static int crc(byte[] octets) {
        var crc = new CRC32C();
        crc.update(octets, 0, OCTETS - Integer.BYTES);
        return (int) crc.getValue();
    }
}
