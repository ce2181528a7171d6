package org.sternpost.engine.smtp.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.sternpost.engine.store.Content;

/// Writes the content of a message as SMTP wants it: dots doubled, lines ended by CRLF, the lone dot at the end.
final class ContentWriter {

    private static final int BLOCK_OCTETS = 32 * 1024;

    private final OutputStream out;
    private final byte[] block = new byte[BLOCK_OCTETS];
    private int filled;
    private int before = '\n'; // the octet last seen; a message starts at the start of a line

    private ContentWriter(OutputStream out) { this.out = out; }

    /// @throws ContentUnreadableException if `content` fails; any other IOException is the peer's
    static void write(Content content, OutputStream out) throws IOException {
        var writer = new ContentWriter(out);
        try (InputStream in = open(content)) {
            var read = new byte[BLOCK_OCTETS];
            for (int n = fill(in, read); n >= 0; n = fill(in, read))
                for (int i = 0; i < n; i++)
                    writer.take(read[i]);
        }
        writer.finish();
    }

    private void take(byte octet) throws IOException {
        // RFC 5321 §2.3.8: a bare CR or LF never leaves us; other hosts might see an end of data in it.
        if (before == '\r' && octet != '\n') put('\n');
        if (octet == '\n' && before != '\r') put('\r');
        boolean starts = before == '\n' || before == '\r' && octet != '\n';
        if (octet == '.' && starts) put('.'); // RFC 5321 §4.5.2
        put(octet);
        before = octet;
    }

    private void finish() throws IOException {
        if (before == '\r') put('\n');
        else if (before != '\n') {
            put('\r');
            put('\n');
        }
        put('.');
        put('\r');
        put('\n');
        out.write(block, 0, filled);
        out.flush();
    }

    private void put(int octet) throws IOException {
        if (filled == block.length) {
            out.write(block, 0, filled);
            filled = 0;
        }
        block[filled++] = (byte) octet;
    }

    private static InputStream open(Content content) throws ContentUnreadableException {
        try {
            return content.open();
        } catch (IOException ours) {
            throw new ContentUnreadableException(ours);
        }
    }

    private static int fill(InputStream in, byte[] into) throws ContentUnreadableException {
        try {
            return in.read(into);
        } catch (IOException ours) {
            throw new ContentUnreadableException(ours);
        }
    }

    /// Our own copy of a message could not be read: trouble on our side, not the peer's.
    static final class ContentUnreadableException extends IOException {

        private static final long serialVersionUID = 1;

        ContentUnreadableException(IOException cause) { super(cause.getMessage(), cause); }
    }
}
