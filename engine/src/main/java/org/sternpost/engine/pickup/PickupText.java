package org.sternpost.engine.pickup;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32C;

/// Reads a text file as a message: whatever ends its lines, CRLF comes out, also behind the last one
/// (RFC 5321 §2.3.8).
final class PickupText extends InputStream {

    private static final int BLOCK_OCTETS = 16 << 10;
    private static final int BOM_OCTETS = 3;

    private final InputStream in;
    private final byte[] block = new byte[BLOCK_OCTETS];
    private final byte[] text = new byte[2 * BLOCK_OCTETS + 2]; // each octet may be a line end
    private final CRC32C checksum = new CRC32C();
    private int position;
    private int limit;
    private long line = 1;
    private boolean begun;
    private boolean ended;
    private boolean afterCr;
    private boolean open; // a line without its end

    /// The file is no text, in a sentence that names the place.
    static final class NoTextException extends IOException {
        private static final long serialVersionUID = 1;

        NoTextException(String why) { super(why); }
    }

    PickupText(InputStream in) { this.in = in; }

    /// Of all that came out so far.
    long checksum() { return checksum.getValue(); }

    @Override
    public int read() throws IOException {
        if (position == limit && !fill()) return -1;
        checksum.update(text[position]);
        return text[position++] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) return 0;
        if (position == limit && !fill()) return -1;
        int here = Math.min(length, limit - position);
        System.arraycopy(text, position, into, offset, here);
        checksum.update(text, position, here);
        position += here;
        return here;
    }

    @Override
    public void close() throws IOException { in.close(); }

    private boolean fill() throws IOException {
        position = 0;
        limit = 0;
        while (limit == 0 && !ended) {
            int octets = in.readNBytes(block, 0, BLOCK_OCTETS);
            if (octets < BLOCK_OCTETS) ended = true;
            int from = begun ? 0 : markOctets(octets);
            begun = true;
            for (int i = from; i < octets; i++)
                put(block[i]);
            if (ended) end();
        }
        return limit > 0;
    }

    /// Editors of Windows put a mark before UTF-8.
    private int markOctets(int octets) {
        return octets >= BOM_OCTETS && block[0] == (byte) 0xef && block[1] == (byte) 0xbb && block[2] == (byte) 0xbf
                ? BOM_OCTETS
                : 0;
    }

    private void put(byte octet) throws NoTextException {
        if (afterCr && octet != '\n') throw bareCr();
        switch (octet) {
            case '\r' -> afterCr = true;
            case '\n' -> endLine();
            // RFC 5322 §4: no message may have a NUL.
            case 0 -> throw new NoTextException("line " + line + " has a NUL; UTF-16 and binary data have them");
            default -> {
                text[limit++] = octet;
                open = true;
            }
        }
    }

    private void endLine() {
        text[limit++] = '\r';
        text[limit++] = '\n';
        line++;
        open = false;
        afterCr = false;
    }

    private void end() throws NoTextException {
        if (afterCr) throw bareCr();
        if (open) endLine();
    }

    private NoTextException bareCr() { return new NoTextException("line " + line + " has a CR without LF behind it"); }
}
