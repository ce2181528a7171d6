package org.sternpost.engine.smtp;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// Writes a message as DATA wants it: a dot more in front of a line that starts with one (RFC 5321 §4.5.2).
public final class DotStuffer extends FilterOutputStream {

    private boolean atStart = true;
    private boolean afterCr;

    public DotStuffer(OutputStream out) { super(out); }

    @Override
    public void write(int octet) throws IOException { write(new byte[]{(byte) octet}, 0, 1); }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        int from = offset;
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            byte c = octets[i];
            if (atStart && c == '.') {
                out.write(octets, from, i - from);
                out.write('.');
                from = i;
            }
            atStart = c == '\n' && afterCr;
            afterCr = c == '\r';
        }
        out.write(octets, from, end - from);
    }

    /// Ends the message: CRLF unless the last line has it, then the dot on a line of its own. Does not flush.
    public void finish() throws IOException {
        if (!atStart) out.write(new byte[]{'\r', '\n'});
        out.write(new byte[]{'.', '\r', '\n'});
    }
}
