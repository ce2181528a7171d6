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
    private static final String LEFT = "the peer left within a message";

    /// One line, or why there is none.
    public sealed interface Line {
        /// @param octets without CRLF
        record Text(byte[] octets) implements Line {}

        /// More octets than allowed; read to its end and dropped.
        ///
        /// @param beginning what was allowed of it
        record TooLong(byte[] beginning) implements Line {}

        /// Has a CR or LF that is not part of CRLF.
        record BareEnd() implements Line {}

        /// The peer has closed its side.
        record End() implements Line {}
    }

    /// How a message arrived, or as much of it as has come; in each case that was read to its end.
    public enum Data { Complete, BareEnd, TooLarge, NotKept }

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_OCTETS];
    private int position;
    private int limit;
    private boolean bareEnd;

    public SmtpInput(InputStream in) { this.in = in; }

    /// True if the peer has sent more than was read.
    public boolean hasMore() throws IOException {
        try {
            return position < limit || in.available() > 0;
        } catch (EOFException closed) {
            return false; // Within TLS it takes a look to know; whoever reads next is told.
        }
    }

    /// True if the next line is here to its end, so that nothing is waited for: replies can wait for company
    /// (RFC 2920 §3.2). The beginning of a command is none: its rest may never come.
    public boolean holdsLine() throws IOException {
        for (int from = position; !endsLine(from);) {
            int read = takeWhatIsThere();
            if (read == 0) return false;
            from = limit - read;
        }
        return true;
    }

    private boolean endsLine(int from) {
        for (int i = from; i < limit; i++)
            if (buffer[i] == '\n') return true;
        return false;
    }

    /// Adds to what is unread; waits for nothing.
    ///
    /// @return octets; 0 also where there is no room for more
    private int takeWhatIsThere() throws IOException {
        try {
            int there = in.available();
            if (there == 0) return 0;
            System.arraycopy(buffer, position, buffer, 0, limit - position);
            limit -= position;
            position = 0;
            if (limit == buffer.length) return 0;
            int read = in.read(buffer, limit, Math.min(there, buffer.length - limit));
            if (read <= 0) return 0;
            limit += read;
            return read;
        } catch (EOFException closed) {
            return 0; // Within TLS it takes a look to know; whoever reads next is told.
        }
    }

    /// True if so many octets are here, so that nothing is waited for.
    public boolean holds(long octets) { return octets <= limit - position; }

    /// True once the peer has sent a CR or LF that is not part of CRLF.
    public boolean sawBareEnd() { return bareEnd; }

    /// Reads one line of at most `octetsMax` octets, CRLF included.
    public Line line(int octetsMax) throws IOException {
        int end = wholeLine();
        if (end > 0 && end - position <= octetsMax) {
            byte[] line = Arrays.copyOfRange(buffer, position, end - 2);
            position = end;
            return new Line.Text(line);
        }
        return lineInPieces(octetsMax);
    }

    /// Where the next line ends, its CRLF included, if all of it is here and it has no other CR or LF; else 0.
    private int wholeLine() {
        for (int i = position; i < limit - 1; i++) {
            if (buffer[i] == '\n') return 0;
            if (buffer[i] == '\r') return buffer[i + 1] == '\n' ? i + 2 : 0;
        }
        return 0;
    }

    private Line lineInPieces(int octetsMax) throws IOException {
        var line = new byte[Math.min(octetsMax, 128)];
        int length = 0;
        boolean bare = false;
        boolean afterCr = false;
        boolean tooLong = false;
        for (int c; (c = next()) >= 0;) {
            if (c == '\n' && afterCr) {
                bareEnd |= bare;
                if (tooLong) return new Line.TooLong(Arrays.copyOf(line, length));
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
    /// @throws IOException if the peer is gone before the end
    public Data data(Arriving message) throws IOException {
        var state = LineState.START;
        while (state != LineState.END) {
            if (position == limit && !fill()) throw new IOException(LEFT);
            int from = position; // of what is not kept yet
            while (position < limit && state != LineState.END) {
                if (state == LineState.INSIDE) {
                    position = runEnd();
                    if (position == limit) break;
                }
                int c = buffer[position++];
                LineState was = state;
                state = was.after(c);
                boolean openCr = was == LineState.CR || was == LineState.DOT_CR;
                if (openCr && c != '\n' || c == '\n' && !openCr) message.bareEnd();
                // Neither a dot in front nor the line that ends the message is part of it.
                if (state == LineState.DOT) message.put(buffer, from, position - 1 - from);
                if (state == LineState.DOT || state == LineState.DOT_CR || state == LineState.END) from = position;
            }
            message.put(buffer, from, position - from);
        }
        bareEnd |= message.bareEnd;
        return message.soFar();
    }

    /// Reads so many octets of a message that comes in chunks (RFC 3030 §2), all of them, whatever is wrong.
    ///
    /// @throws IOException if the peer is gone before the end
    public Data chunk(long octets, Arriving message) throws IOException {
        for (long left = octets; left > 0;) {
            if (position == limit && !fill()) throw new IOException(LEFT);
            int here = (int) Math.min(left, limit - position);
            message.putLines(buffer, position, here);
            position += here;
            left -= here;
        }
        return message.soFar();
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

    /// One message while it arrives. Keeps what is worth keeping: nothing after the first thing that is wrong.
    public static final class Arriving {

        private static final byte[] CRLF = {'\r', '\n'};

        private final long octetsMax;
        private final OutputStream keep;
        private long octets;
        private Data soFar = Data.Complete;
        private boolean bareEnd;
        private int last = '\n'; // octet of a chunk, of which the next one may be the other half of a line end

        /// @param octetsMax beyond them nothing more is given to `keep`
        /// @param keep      takes the octets; if it fails the rest is read all the same
        public Arriving(long octetsMax, OutputStream keep) {
            this.octetsMax = octetsMax;
            this.keep = keep;
        }

        /// Octets that nobody wants.
        public static Arriving unwanted() { return new Arriving(0, OutputStream.nullOutputStream()); }

        /// What is wrong with what has come, if anything is.
        public Data soFar() { return soFar; }

        /// The last chunk is there: a line that it left open has its end, as each line of a message has when it goes
        /// on (RFC 5321 §2.3.8).
        public Data end() {
            if (last == '\r') bareEnd();
            else if (last != '\n') put(CRLF, 0, CRLF.length);
            return soFar;
        }

        private void bareEnd() {
            bareEnd = true;
            if (soFar == Data.Complete) soFar = Data.BareEnd;
        }

        private void putLines(byte[] from, int offset, int length) {
            for (int i = offset; i < offset + length; i++) {
                int c = from[i];
                if (c == '\n' != (last == '\r')) bareEnd();
                last = c;
            }
            put(from, offset, length);
        }

        private void put(byte[] from, int offset, int length) {
            octets += length;
            if (octets > octetsMax && soFar == Data.Complete) soFar = Data.TooLarge;
            if (soFar != Data.Complete || length == 0) return;
            try {
                keep.write(from, offset, length);
            } catch (IOException _) {
                soFar = Data.NotKept; // Our disk is full; the session goes on.
            }
        }
    }
}
