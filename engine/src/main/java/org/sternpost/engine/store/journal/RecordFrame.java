package org.sternpost.engine.store.journal;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/// What stands around the header and the content of a record:
///
/// ```
/// 0  magic 4, version 1, kind 1, header octets 4, content octets 8, number 8, nonce 8,
///    CRC-32C of all this and the header 4
/// 38 header
///    content
///    CRC-32C of content 4, octets before the content 4
/// ```
///
/// Numbers are big-endian. The last one leads from a content back to its record.
///
/// @param kind          what the record is
/// @param number        rises over all records of all segments
/// @param headerOctets  of its header
/// @param contentOctets of its content
public record RecordFrame(Kind kind, long number, int headerOctets, long contentOctets) {

    /// What a record is; the position is what stands in the file.
    public enum Kind {
        /// A message that was accepted.
        Accepted,
        /// A notification that a settlement brings.
        Notice
    }

    /// Octets before the header.
    public static final int PREFIX_OCTETS = 38;

    /// Octets behind the content.
    public static final int TRAILER_OCTETS = Integer.BYTES + Integer.BYTES;

    /// More than the longest envelope has, and little enough to hold in memory.
    public static final int HEADER_OCTETS_MAX = 16 << 20;

    static final int MAGIC = 0x8d_53_70_72; // its first octet has the high bit and is no UTF-8: no text has it

    private static final byte VERSION = 1;
    private static final int CRC_AT = PREFIX_OCTETS - Integer.BYTES;
    private static final Kind[] KINDS = Kind.values();

    public RecordFrame {
        if (headerOctets < 0 || headerOctets > HEADER_OCTETS_MAX)
            throw new IllegalArgumentException(headerOctets + " octets of header; " + HEADER_OCTETS_MAX + " fit");
        if (contentOctets < 0) throw new IllegalArgumentException(contentOctets + " octets of content");
    }

    /// Octets from the beginning of the record to its content.
    public int contentAt() { return PREFIX_OCTETS + headerOctets; }

    /// Octets of the whole record.
    public long octets() { return contentAt() + contentOctets + TRAILER_OCTETS; }

    /// What is written before a content.
    public static byte[] before(Kind kind, long number, long nonce, byte[] header, long contentOctets) {
        var frame = new RecordFrame(kind, number, header.length, contentOctets);
        var octets = ByteBuffer.allocate(frame.contentAt()).putInt(MAGIC).put(VERSION).put((byte) kind.ordinal())
                .putInt(header.length).putLong(contentOctets).putLong(number).putLong(nonce);
        octets.putInt(crc(octets.array(), header)).put(header);
        return octets.array();
    }

    /// What is written behind it.
    ///
    /// @param crc of the content
    public byte[] behind(long crc) {
        return ByteBuffer.allocate(TRAILER_OCTETS).putInt((int) crc).putInt(contentAt()).array();
    }

    /// What a prefix says, before its checksum is known to be right; empty if it is none of a segment.
    ///
    /// @param left octets of the file from the beginning of the prefix: a header that is said to be longer is none
    static Optional<RecordFrame> claimed(byte[] prefix, long nonce, long left) {
        if (left < PREFIX_OCTETS) return Optional.empty();
        var octets = ByteBuffer.wrap(prefix);
        if (octets.getInt() != MAGIC || octets.get() != VERSION) return Optional.empty();
        int kind = octets.get();
        int header = octets.getInt();
        long content = octets.getLong();
        long number = octets.getLong();
        if (octets.getLong() != nonce || kind < 0 || kind >= KINDS.length || header < 0
                || header > Math.min(HEADER_OCTETS_MAX, left - PREFIX_OCTETS) || content < 0)
            return Optional.empty();
        return Optional.of(new RecordFrame(KINDS[kind], number, header, content));
    }

    /// The nonce that a prefix carries, for segments whose preamble is damaged.
    static long nonce(byte[] prefix) { return ByteBuffer.wrap(prefix).getLong(CRC_AT - Long.BYTES); }

    /// True if prefix and header are what was written.
    static boolean isWhole(byte[] prefix, byte[] header) {
        return ByteBuffer.wrap(prefix).getInt(CRC_AT) == crc(prefix, header);
    }

    private static int crc(byte[] prefix, byte[] header) {
        var crc = new CRC32C();
        crc.update(prefix, 0, CRC_AT);
        crc.update(header, 0, header.length);
        return (int) crc.getValue();
    }
}
