package org.sternpost.engine.mtasts;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A reply of HTTP/1.1, read strictly and within bounds (RFC 9112).
record HttpReply(int status, List<Field> fields, byte[] body) {

    private static final int HEAD_OCTETS_MAX = 16 * 1024;
    private static final int BODY_OCTETS_MAX = PolicyFile.FILE_OCTETS_MAX;
    private static final int CHUNK_LINE_OCTETS_MAX = 256;

    /// One field line, the name in lower case.
    record Field(String name, String value) {}

    /// @throws IOException with a sentence if the reply breaks a rule or a bound
    static HttpReply read(InputStream in) throws IOException {
        var lines = new Lines(in);
        String first = lines.next(HEAD_OCTETS_MAX);
        if (!first.matches("HTTP/1\\.[01] [0-9]{3}(?: .*)?")) throw new IOException("no HTTP/1.1 status line");
        int status = Integer.parseInt(first.substring(9, 12));
        var fields = new ArrayList<Field>();
        for (String line = lines.next(HEAD_OCTETS_MAX); !line.isEmpty(); line = lines.next(HEAD_OCTETS_MAX)) {
            int colon = line.indexOf(':');
            // RFC 9112 §5.1, §5.2: no white space before the colon, no folded lines.
            if (colon < 1 || !line.substring(0, colon).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+"))
                throw new IOException("a header line without a name");
            fields.add(new Field(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip()));
        }
        // Only the head of other replies matters; their bodies are not read.
        return new HttpReply(status, fields, status == 200 ? body(in, lines, fields) : new byte[0]);
    }

    /// The only value of a field; empty when there is none.
    Optional<String> field(String name) {
        return fields.stream().filter(field -> field.name().equals(name)).map(Field::value).findFirst();
    }

    private static byte[] body(InputStream in, Lines lines, List<Field> fields) throws IOException {
        List<String> lengths = values(fields, "content-length");
        List<String> codings = values(fields, "transfer-encoding");
        if (values(fields, "content-encoding").stream().anyMatch(coding -> !coding.equalsIgnoreCase("identity")))
            throw new IOException("the body is compressed, which was not asked for");
        if (!codings.isEmpty()) {
            // RFC 9112 §6.1: both lengths at once is an attack or a fault.
            if (!lengths.isEmpty() || codings.size() != 1 || !codings.getFirst().equalsIgnoreCase("chunked"))
                throw new IOException("Transfer-Encoding is not 'chunked' alone");
            return chunked(in, lines);
        }
        if (lengths.isEmpty()) return untilEnd(in);
        if (lengths.size() > 1 || !lengths.getFirst().matches("[0-9]{1,9}"))
            throw new IOException("Content-Length is not one number");
        return exactly(in, Integer.parseInt(lengths.getFirst()), 0);
    }

    private static byte[] exactly(InputStream in, int octets, int before) throws IOException {
        if (octets + (long) before > BODY_OCTETS_MAX) throw tooLong();
        byte[] body = in.readNBytes(octets);
        if (body.length < octets) throw new IOException("the body ends after " + body.length + " octets of " + octets);
        return body;
    }

    private static byte[] untilEnd(InputStream in) throws IOException {
        byte[] body = in.readNBytes(BODY_OCTETS_MAX + 1);
        if (body.length > BODY_OCTETS_MAX) throw tooLong();
        return body;
    }

    private static byte[] chunked(InputStream in, Lines lines) throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            String size = lines.next(CHUNK_LINE_OCTETS_MAX).replaceFirst("[ \\t]*;.*", "");
            if (!size.matches("[0-9A-Fa-f]{1,7}")) throw new IOException("a chunk without a size");
            int octets = Integer.parseInt(size, 16);
            if (octets == 0) return body.toByteArray();
            body.writeBytes(exactly(in, octets, body.size()));
            if (!lines.next(CHUNK_LINE_OCTETS_MAX).isEmpty()) throw new IOException("a chunk longer than its size");
        }
    }

    private static List<String> values(List<Field> fields, String name) {
        return fields.stream().filter(field -> field.name().equals(name)).map(Field::value).toList();
    }

    private static IOException tooLong() { return new IOException("the body has more than 64 KiB"); }

    /// Lines that end in CRLF or LF (RFC 9112 §2.2), all heads of a reply within one bound.
    private static final class Lines {
        private final InputStream in;
        private int octets;

        Lines(InputStream in) { this.in = in; }

        String next(int max) throws IOException {
            var line = new ByteArrayOutputStream();
            for (int octet = in.read(); octet != '\n'; octet = in.read()) {
                if (octet < 0) throw new IOException("the connection ended within the reply's head");
                if (++octets > 2 * HEAD_OCTETS_MAX || line.size() >= max)
                    throw new IOException("the reply's head has more than 16 KiB");
                line.write(octet);
            }
            String text = line.toString(StandardCharsets.ISO_8859_1);
            return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        }
    }
}
