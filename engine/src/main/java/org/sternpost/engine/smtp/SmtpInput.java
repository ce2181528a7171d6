package org.sternpost.engine.smtp;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/// The reading half of a session: lines and messages out of one buffer, with CRLF as the only line end.
///
/// A bare CR or LF is never a line end (RFC 5321 §2.3.8): whoever takes it for one can be made to see a second message
/// inside the first. So it is reported, in commands and in messages alike.
public final class SmtpInput {

    private static final int BUFFER_OCTETS = 16 << 10;

    /// One line, or why there is none.
    public sealed interface Line {
        /// @param octets without CRLF
        record Text(byte[] octets) implements Line {}

        /// More octets than allowed; read to its end and dropped.
        record TooLong() implements Line {}

        /// Has a CR or LF that is not part of CRLF.
        record BareEnd() implements Line {}

        /// The peer has closed its side.
        record End() implements Line {}
    }

    /// How a message arrived; in each case it was read to its end.
    public enum Data { Complete, BareEnd, TooLarge, NotKept }

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_OCTETS];
    private int position;
    private int limit;
    private boolean bareEnd;

    public SmtpInput(InputStream in) { this.in = in; }

    /// True if the peer has sent more than was read: replies can wait for company (RFC 2920 §3.2).
    public boolean hasMore() throws IOException {
        try {
            return position < limit || in.available() > 0;
        } catch (EOFException closed) {
            return false; // Within TLS it takes a look to know; whoever reads next is told.
        }
    }

    /// True once the peer has sent a CR or LF that is not part of CRLF.
    public boolean sawBareEnd() { return bareEnd; }

    /// Reads one line of at most `octetsMax` octets, CRLF included.
    public Line line(int octetsMax) throws IOException {
        var line = new byte[Math.min(octetsMax, 128)];
        int length = 0;
        boolean bare = false;
        boolean afterCr = false;
        boolean tooLong = false;
        for (int c; (c = next()) >= 0;) {
            if (c == '\n' && afterCr) {
                bareEnd |= bare;
                if (tooLong) return new Line.TooLong();
                if (bare) return new Line.BareEnd();
                return new Line.Text(Arrays.copyOf(line, length - 1));
            }
            if (c == '\n' || afterCr) bare = true;
            afterCr = c == '\r';
            if (length >= octetsMax - 1) {
                tooLong = true;
                continue;
            }
            if (length == line.length) line = Arrays.copyOf(line, Math.min(octetsMax, 2 * length));
            line[length++] = (byte) c;
        }
        return new Line.End();
    }

    /// Reads a message up to CRLF.CRLF and removes the dots that were put in front (RFC 5321 §4.5.2).
    ///
    /// Whatever is wrong with it, it is read to its end, so that no octet of it is ever taken for a command.
    ///
    /// @param octetsMax beyond them nothing more is given to `keep`
    /// @param keep      takes the octets; if it fails the rest is read all the same
    /// @throws IOException if the peer is gone before the end
    public Data data(long octetsMax, OutputStream keep) throws IOException {
        var sink = new Sink(octetsMax, keep);
        var state = LineState.START;
        while (true) {
            if (position == limit && !fill()) throw new IOException("the peer left within a message");
            if (state == LineState.INSIDE) {
                int end = runEnd();
                sink.put(buffer, position, end - position);
                position = end;
                if (position == limit) continue;
            }
            int c = buffer[position++];
            LineState was = state;
            state = was.after(c);
            switch (state) {
                case END -> {
                    bareEnd |= sink.bareEnd;
                    return sink.result();
                }
                case START -> sink.putCrLf();
                case CR, DOT_CR, DOT -> {
                }
                case INSIDE -> {
                    if (was == LineState.CR || was == LineState.DOT_CR || c == '\n') sink.bareEnd();
                    sink.put(buffer, position - 1, 1);
                }
            }
            if (c == '\r' && (was == LineState.CR || was == LineState.DOT_CR)) sink.bareEnd();
        }
    }

    /// Where in a line the reader is.
    private enum LineState {
        START, INSIDE, CR, DOT, DOT_CR, END;

        LineState after(int c) {
            return switch (this) {
                case START -> c == '.' ? DOT : c == '\r' ? CR : INSIDE;
                case INSIDE, END -> c == '\r' ? CR : INSIDE;
                case CR -> c == '\n' ? START : c == '\r' ? CR : INSIDE;
                case DOT -> c == '\r' ? DOT_CR : INSIDE;
                case DOT_CR -> c == '\n' ? END : c == '\r' ? CR : INSIDE;
            };
        }
    }

    /// The first place from here on that may end a line or be a bare LF.
    private int runEnd() {
        int end = position;
        while (end < limit && buffer[end] != '\r' && buffer[end] != '\n')
            end++;
        return end;
    }

    private int next() throws IOException { return position < limit || fill() ? buffer[position++] & 0xff : -1; }

    private boolean fill() throws IOException {
        int n = in.read(buffer, 0, buffer.length);
        if (n <= 0) return false;
        position = 0;
        limit = n;
        return true;
    }

    /// Keeps what is worth keeping: nothing after the first thing that is wrong.
    private static final class Sink {

        private static final byte[] CRLF = {'\r', '\n'};

        private final long octetsMax;
        private final OutputStream keep;
        private long octets;
        private Data result = Data.Complete;
        private boolean bareEnd;

        Sink(long octetsMax, OutputStream keep) {
            this.octetsMax = octetsMax;
            this.keep = keep;
        }

        void bareEnd() {
            bareEnd = true;
            if (result == Data.Complete) result = Data.BareEnd;
        }

        void putCrLf() { put(CRLF, 0, CRLF.length); }

        void put(byte[] from, int offset, int length) {
            octets += length;
            if (octets > octetsMax && result == Data.Complete) result = Data.TooLarge;
            if (result != Data.Complete) return;
            try {
                keep.write(from, offset, length);
            } catch (IOException _) {
                result = Data.NotKept; // Our disk is full; the session goes on.
            }
        }

        Data result() { return result; }
    }
}
