package org.sternpost.engine.message;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// Reads a message line by line and says of each where in its MIME structure it stands (RFC 2046 §5.1).
final class MimeWalk {

    private static final int DEPTH_MAX = 50;
    private static final int LINE_OCTETS_MAX = 1 << 20;
    private static final int HEADER_LINES_MAX = 10_000;

    /// One line without its end.
    ///
    /// @param ended false for the last line of a message that ends without CRLF
    record Line(byte[] octets, boolean ended) {

        boolean isEightBit() {
            for (byte octet : octets)
                if (octet < 0) return true;
            return false;
        }

        String text() { return new String(octets, StandardCharsets.ISO_8859_1); }
    }

    /// What a structure is made of.
    interface Visitor {

        /// The header of a message or part is complete; its empty line follows.
        void header(MimePart part, List<Line> lines) throws IOException;

        /// A line of a part that has no parts of its own.
        void body(MimePart part, Line line) throws IOException;

        /// The part has ended.
        ///
        /// @param atBoundary the last line end belongs to the boundary and not to the part
        void end(MimePart part, boolean atBoundary) throws IOException;

        /// A boundary, or a line before the first or behind the last one.
        void between(Line line, boolean boundary) throws IOException;
    }

    /// A structure that is too deep or has endless lines.
    static final class TooComplexException extends IOException {
        private static final long serialVersionUID = 1;

        TooComplexException(String why) { super(why); }
    }

    /// A multipart whose parts are being read.
    private record Level(String boundary, boolean signed) {}

    private final InputStream in;
    private final Visitor visitor;
    private final Deque<Level> levels = new ArrayDeque<>();
    private final List<Line> header = new ArrayList<>();
    private Optional<MimePart> part = Optional.empty();
    private boolean inHeader = true;
    private boolean message = true;
    private int count;

    MimeWalk(InputStream in, Visitor visitor) {
        this.in = new BufferedInputStream(in, 32 * 1024);
        this.visitor = visitor;
    }

    /// Goes one line on; false at the end, which has been told.
    boolean step() throws IOException {
        Optional<Line> next = line();
        if (next.isEmpty()) {
            if (inHeader && !header.isEmpty()) headerEnds();
            ends(false);
            return false;
        }
        Line line = next.get();
        if (isBoundary(line)) return true;
        if (inHeader) {
            if (line.octets().length == 0) headerEnds();
            else if (header.size() == HEADER_LINES_MAX) throw new TooComplexException("its header has no end");
            else
                header.add(line);
        } else if (part.isPresent()) visitor.body(part.get(), line);
        else
            visitor.between(line, false);
        return true;
    }

    private void headerEnds() throws IOException {
        inHeader = false;
        var found = MimePart.of(count++, message, signed(), header);
        visitor.header(found, List.copyOf(header));
        header.clear();
        message = false;
        if (found.isMessage()) {
            inHeader = true;
            message = true;
        } else if (found.boundary().isPresent()) {
            if (levels.size() == DEPTH_MAX) throw new TooComplexException("its parts are nested too deep");
            levels.push(new Level(found.boundary().get(), signed() || found.type().equals("multipart/signed")));
        } else
            part = Optional.of(found);
    }

    private boolean signed() { return !levels.isEmpty() && levels.peek().signed(); }

    /// The innermost multipart that the line belongs to; those within it end with it.
    private boolean isBoundary(Line line) throws IOException {
        if (levels.isEmpty() || line.octets().length < 3 || line.octets()[0] != '-' || line.octets()[1] != '-')
            return false;
        String text = line.text().substring(2).stripTrailing();
        int inner = 0;
        for (Iterator<Level> level = levels.iterator(); level.hasNext(); inner++) {
            String boundary = level.next().boundary();
            boolean last = text.equals(boundary + "--");
            if (!last && !text.equals(boundary)) continue;
            if (inHeader && !header.isEmpty()) headerEnds();
            ends(true);
            while (levels.size() > 0 && !levels.peek().boundary().equals(boundary))
                levels.pop();
            if (last) levels.pop();
            inHeader = !last;
            message = false;
            header.clear();
            visitor.between(line, true);
            return true;
        }
        return false;
    }

    private void ends(boolean atBoundary) throws IOException {
        if (part.isPresent()) visitor.end(part.get(), atBoundary);
        part = Optional.empty();
    }

    private Optional<Line> line() throws IOException {
        var line = new ByteArrayOutputStream(100);
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            if (octet == '\n') {
                byte[] octets = line.toByteArray();
                int length = octets.length > 0 && octets[octets.length - 1] == '\r'
                        ? octets.length - 1
                        : octets.length;
                return Optional.of(new Line(Arrays.copyOf(octets, length), true));
            }
            if (line.size() == LINE_OCTETS_MAX) throw new TooComplexException("it has a line without end");
            line.write(octet);
        }
        return line.size() == 0 ? Optional.empty() : Optional.of(new Line(line.toByteArray(), false));
    }
}
