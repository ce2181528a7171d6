package org.sternpost.engine.smtp.client;

import java.io.IOException;
import java.io.OutputStream;

/// Writes octets of a message with CRLF as the only line end, and where it is asked to with dots doubled.
///
/// Copies what lies between two places that change, not octet by octet.
final class ContentWriter {

    private static final byte[] CRLF = {'\r', '\n'};

    private final OutputStream out;
    private final boolean dots;
    private byte before = '\n'; // the octet last seen; a message starts at the start of a line

    /// @param dots as DATA needs them (RFC 5321 §4.5.2)
    ContentWriter(OutputStream out, boolean dots) {
        this.out = out;
        this.dots = dots;
    }

    void take(byte[] octets, int length) throws IOException {
        int copied = 0;
        for (int i = 0; i < length; i++) {
            byte octet = octets[i];
            // RFC 5321 §2.3.8: a bare CR or LF never leaves us; other hosts might see an end of data in it.
            boolean afterBareCr = before == '\r' && octet != '\n';
            boolean bareLf = octet == '\n' && before != '\r';
            boolean dot = dots && octet == '.' && (before == '\n' || afterBareCr);
            before = octet;
            if (!afterBareCr && !bareLf && !dot) continue;
            out.write(octets, copied, i - copied);
            copied = i;
            if (afterBareCr) out.write('\n');
            if (bareLf) out.write('\r');
            if (dot) out.write('.');
        }
        out.write(octets, copied, length - copied);
    }

    /// Ends the last line.
    void finish() throws IOException {
        if (before == '\r') out.write('\n');
        else if (before != '\n') out.write(CRLF);
    }
}
