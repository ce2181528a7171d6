package org.sternpost.engine.smtp.client;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.store.Content;

/// The content of a message as it goes to a host: what its octets need, and how many there are with CRLF as the only
/// line end (RFC 5321 §2.3.8). Looked at once; one that is small is kept for the sending.
final class OutgoingContent {

    /// Up to here a message goes in one flight with its envelope. That spares a round trip, and costs the octets of a
    /// message whose recipients are refused: no more than the windows of a fresh connection hold after two round trips,
    /// and so little that a host discards it in a moment.
    static final int SMALL_OCTETS_MAX = 64 << 10;

    private static final int BLOCK_OCTETS = 32 << 10;
    private static final byte[] END_OF_DATA = {'.', '\r', '\n'};

    private final Content content;
    private final byte @Nullable [] whole;
    private final Look seen = new Look();

    /// @throws ContentUnreadableException if `content` fails
    OutgoingContent(Content content) throws IOException {
        this.content = content;
        this.whole = content.size() <= SMALL_OCTETS_MAX ? readWhole(content) : null;
        read(seen::at);
    }

    /// With CRLF as the only line end, and without the dots that DATA doubles (RFC 1870 §5).
    long octets() { return seen.octets(); }

    /// True for what may go in one flight with its envelope.
    boolean small() { return whole != null && octets() <= SMALL_OCTETS_MAX; }

    boolean eightBit() { return seen.eightBit; }

    boolean eightBitHeader() { return seen.eightBitHeader; }

    Content content() { return content; }

    /// As DATA wants it, with the lone dot at its end.
    ///
    /// @throws ContentUnreadableException if the content fails; any other IOException is the peer's
    void writeData(OutputStream out) throws IOException {
        write(out, true);
        out.write(END_OF_DATA);
    }

    /// As BDAT wants it: exactly the octets that were counted (RFC 3030 §2).
    ///
    /// @throws ContentUnreadableException if the content fails, or changed; any other IOException is the peer's
    void writeChunk(OutputStream out) throws IOException {
        var counted = new Counted(out, octets());
        write(counted, false);
        if (counted.left > 0) throw changed();
    }

    private void write(OutputStream out, boolean dots) throws IOException {
        byte[] kept = whole;
        if (kept != null && !dots && octets() == kept.length) {
            // Each line end is added to, or whole as it is.
            out.write(kept);
            return;
        }
        var writer = new ContentWriter(out, dots);
        read(writer::take);
        writer.finish();
    }

    /// Takes octets of the content in their order.
    @FunctionalInterface
    private interface Taker {
        void take(byte[] octets, int length) throws IOException;
    }

    private void read(Taker taker) throws IOException {
        byte[] kept = whole;
        if (kept != null) {
            taker.take(kept, kept.length);
            return;
        }
        try (InputStream in = open()) {
            var block = new byte[BLOCK_OCTETS];
            for (int n = fill(in, block); n >= 0; n = fill(in, block))
                taker.take(block, n);
        }
    }

    private InputStream open() throws ContentUnreadableException {
        try {
            return content.open();
        } catch (IOException ours) {
            throw new ContentUnreadableException(ours);
        }
    }

    private static byte[] readWhole(Content content) throws ContentUnreadableException {
        int size = (int) content.size();
        byte[] whole;
        try (InputStream in = content.open()) {
            whole = in.readNBytes(size + 1); // one more, to see that it ends
        } catch (IOException ours) {
            throw new ContentUnreadableException(ours);
        }
        if (whole.length != size) throw changed();
        return whole;
    }

    private static int fill(InputStream in, byte[] into) throws ContentUnreadableException {
        try {
            return in.read(into);
        } catch (IOException ours) {
            throw new ContentUnreadableException(ours);
        }
    }

    private static ContentUnreadableException changed() {
        return new ContentUnreadableException(new IOException("the message is not as long as it was a moment ago"));
    }

    /// What one reading tells.
    private static final class Look {

        private boolean eightBit;
        private boolean eightBitHeader;
        private boolean header = true;
        private int recent; // the last octets without CR; two LF end the header
        private byte before = '\n';
        private long octets;

        void at(byte[] block, int length) {
            octets += length;
            for (int i = 0; i < length; i++) {
                byte octet = block[i];
                if (octet < 0) {
                    eightBit = true;
                    eightBitHeader |= header;
                }
                if (before == '\r' ? octet != '\n' : octet == '\n') octets++; // as a whole line end
                before = octet;
                if (!header || octet == '\r') continue;
                recent = recent << 8 | octet & 0xff;
                header = (recent & 0xffff) != 0x0a0a;
            }
        }

        /// With the end of the last line.
        long octets() { return octets + (before == '\r' ? 1 : before == '\n' ? 0 : 2); }
    }

    /// Lets no octet pass beyond what was announced: the host would take it for a command.
    private static final class Counted extends FilterOutputStream {

        private long left;

        Counted(OutputStream out, long left) {
            super(out);
            this.left = left;
        }

        @Override
        public void write(int octet) throws IOException {
            spend(1);
            out.write(octet);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            spend(length);
            out.write(from, offset, length);
        }

        private void spend(int length) throws ContentUnreadableException {
            if (length > left) throw changed();
            left -= length;
        }
    }

    /// Our own copy of a message could not be read: trouble on our side, not the peer's.
    static final class ContentUnreadableException extends IOException {

        private static final long serialVersionUID = 1;

        ContentUnreadableException(IOException cause) { super(cause.getMessage(), cause); }
    }
}
