package org.sternpost.engine.net;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A reply of HTTP/1.1, read strictly and within bounds (RFC 9112).
public record HttpReply(int status, List<Field> fields, byte[] body) {

    private static final int HEAD_OCTETS_MAX = 16 * 1024;
    private static final int INTERIM_MAX = 5;
    private static final int CHUNK_LINE_OCTETS_MAX = 256;

    /// One field line, the name in lower case.
    public record Field(String name, String value) {}

    /// @param bodyOctetsMax of the body; 0 where nothing after the status line matters, so that nothing is read
    /// @throws IOException with a sentence if the reply breaks a rule or a bound
    public static HttpReply read(InputStream in, int bodyOctetsMax) throws IOException {
        var lines = new Lines(in);
        int status = status(lines);
        // RFC 9110 §15.2: interim answers may come before the answer, asked for or not.
        for (int interim = 0; status < 200; interim++) {
            if (interim == INTERIM_MAX) throw new IOException("the answer never comes to a status");
            fields(lines);
            status = status(lines);
        }
        if (bodyOctetsMax == 0) return new HttpReply(status, List.of(), new byte[0]);
        List<Field> fields = fields(lines);
        // Only the head of other replies matters; their bodies are not read.
        return new HttpReply(status, fields,
                status == 200 ? new Body(in, lines, bodyOctetsMax).of(fields) : new byte[0]);
    }

    private static int status(Lines lines) throws IOException {
        String first = lines.next(HEAD_OCTETS_MAX);
        if (!first.matches("HTTP/1\\.[01] [1-9][0-9]{2}(?: .*)?")) throw new IOException("no HTTP/1.1 status line");
        return Integer.parseInt(first.substring(9, 12));
    }

    private static List<Field> fields(Lines lines) throws IOException {
        var fields = new ArrayList<Field>();
        for (String line = lines.next(HEAD_OCTETS_MAX); !line.isEmpty(); line = lines.next(HEAD_OCTETS_MAX)) {
            int colon = line.indexOf(':');
            // RFC 9112 §5.1, §5.2: no white space before the colon, no folded lines.
            if (colon < 1 || !line.substring(0, colon).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+"))
                throw new IOException("a header line without a name");
            fields.add(new Field(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip()));
        }
        return fields;
    }

    /// The only value of a field; empty when there is none.
    public Optional<String> field(String name) {
        return fields.stream().filter(field -> field.name().equals(name)).map(Field::value).findFirst();
    }

    /// What comes after the head.
    private record Body(InputStream in, Lines lines, int octetsMax) {

        byte[] of(List<Field> fields) throws IOException {
            List<String> lengths = values(fields, "content-length");
            List<String> codings = values(fields, "transfer-encoding");
            if (values(fields, "content-encoding").stream().anyMatch(coding -> !coding.equalsIgnoreCase("identity")))
                throw new IOException("the body is compressed, which was not asked for");
            if (!codings.isEmpty()) {
                // RFC 9112 §6.1: both lengths at once is an attack or a fault.
                if (!lengths.isEmpty() || codings.size() != 1 || !codings.getFirst().equalsIgnoreCase("chunked"))
                    throw new IOException("Transfer-Encoding is not 'chunked' alone");
                return chunked();
            }
            if (lengths.isEmpty()) return untilEnd();
            if (lengths.size() > 1 || !lengths.getFirst().matches("[0-9]{1,9}"))
                throw new IOException("Content-Length is not one number");
            return exactly(Integer.parseInt(lengths.getFirst()), 0);
        }

        private byte[] exactly(int octets, int before) throws IOException {
            if (octets + (long) before > octetsMax) throw tooLong();
            byte[] body = in.readNBytes(octets);
            if (body.length < octets)
                throw new IOException("the body ends after " + body.length + " octets of " + octets);
            return body;
        }

        private byte[] untilEnd() throws IOException {
            byte[] body = in.readNBytes(octetsMax + 1);
            if (body.length > octetsMax) throw tooLong();
            return body;
        }

        private byte[] chunked() throws IOException {
            var body = new ByteArrayOutputStream();
            while (true) {
                String size = lines.next(CHUNK_LINE_OCTETS_MAX).replaceFirst("[ \\t]*;.*", "");
                if (!size.matches("[0-9A-Fa-f]{1,7}")) throw new IOException("a chunk without a size");
                int octets = Integer.parseInt(size, 16);
                if (octets == 0) return body.toByteArray();
                body.writeBytes(exactly(octets, body.size()));
                if (!lines.next(CHUNK_LINE_OCTETS_MAX).isEmpty())
                    throw new IOException("a chunk longer than its size");
            }
        }

        private static List<String> values(List<Field> fields, String name) {
            return fields.stream().filter(field -> field.name().equals(name)).map(Field::value).toList();
        }

        private IOException tooLong() { return new IOException("the body has more than " + octetsMax / 1024 + " KiB"); }
    }

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
