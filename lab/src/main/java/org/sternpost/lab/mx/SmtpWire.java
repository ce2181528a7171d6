package org.sternpost.lab.mx;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Lines and messages on one connection. Replies wait until the input is used up, so a pipelined group of commands
/// gets one packet (RFC 2920 §3.2).
final class SmtpWire {
    private static final int LINE_OCTETS_MAX = 4096; // RFC 5321 §4.5.3.1.6, with room for extensions.
    private static final int BUFFER_OCTETS = 16_384;

    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_OCTETS];
    private final ByteArrayOutputStream replies = new ByteArrayOutputStream(256);
    private int position;
    private int end;

    SmtpWire(Socket socket) throws IOException {
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    boolean hasBufferedInput() { return position < end; }

    /// Forgets what came with the last line.
    void dropBufferedInput() { position = end; }

    void reply(String line) { replies.writeBytes((line + "\r\n").getBytes(StandardCharsets.UTF_8)); }

    void flush() throws IOException {
        if (replies.size() > 0) {
            out.write(replies.toByteArray());
            out.flush();
            replies.reset();
        }
    }

    /// The next line without its CRLF; empty at the end of the connection.
    Optional<String> line() throws IOException {
        var line = new ByteArrayOutputStream(80);
        while (true) {
            if (!fill()) {
                return Optional.empty();
            }
            var octet = buffer[position++];
            if (octet == '\n') {
                var text = line.toString(StandardCharsets.UTF_8);
                return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
            }
            if (line.size() == LINE_OCTETS_MAX) {
                throw new IOException("line too long");
            }
            line.write(octet);
        }
    }

    /// A message up to its lone dot, with dots unstuffed (RFC 5321 §4.5.2); empty when it holds more than `octetsMax`.
    Optional<byte[]> message(int octetsMax) throws IOException {
        var message = new ByteArrayOutputStream(BUFFER_OCTETS);
        var tooLarge = false;
        while (true) {
            var line = messageLine();
            if (line.length == 3 && line[0] == '.' && line[1] == '\r') {
                return tooLarge ? Optional.empty() : Optional.of(message.toByteArray());
            }
            var stuffed = line[0] == '.' ? 1 : 0;
            tooLarge |= message.size() + line.length > octetsMax;
            if (!tooLarge) {
                message.write(line, stuffed, line.length - stuffed);
            }
        }
    }

    /// So many octets, whatever they are (RFC 3030 §2); empty when more than `octetsMax`, though read to their end.
    Optional<byte[]> chunk(long octets, int octetsMax) throws IOException {
        var chunk = new ByteArrayOutputStream();
        for (long left = octets; left > 0;) {
            if (!fill()) {
                throw new EOFException("connection closed within a chunk");
            }
            int here = (int) Math.min(left, end - position);
            if (octets <= octetsMax) {
                chunk.write(buffer, position, here);
            }
            position += here;
            left -= here;
        }
        return octets <= octetsMax ? Optional.of(chunk.toByteArray()) : Optional.empty();
    }

    /// One line with its CRLF. Only CRLF ends a line here, so a bare LF smuggles nothing.
    private byte[] messageLine() throws IOException {
        var line = new ByteArrayOutputStream(128);
        byte before = 0;
        while (true) {
            if (!fill()) {
                throw new EOFException("connection closed within a message");
            }
            int from = position;
            while (position < end) {
                var octet = buffer[position++];
                if (octet == '\n' && before == '\r') {
                    line.write(buffer, from, position - from);
                    return line.toByteArray();
                }
                before = octet;
            }
            line.write(buffer, from, position - from);
        }
    }

    private boolean fill() throws IOException {
        if (position == end) {
            flush();
            position = 0;
            end = Math.max(0, in.read(buffer));
        }
        return end > 0;
    }
}
