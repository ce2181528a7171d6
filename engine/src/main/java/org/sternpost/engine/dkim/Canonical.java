package org.sternpost.engine.dkim;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The relaxed canonical forms (RFC 6376 §3.4). Text is held one octet per character, so no octet is lost.
final class Canonical {

    private Canonical() {}

    /// A message cut in two at its first empty line.
    ///
    /// @param fields each with its folds, without the last CRLF, in order
    record Parts(List<String> fields, String body) {
        Parts { fields = List.copyOf(fields); }
    }

    static String text(byte[] octets) { return new String(octets, StandardCharsets.ISO_8859_1); }

    static byte[] octets(String text) { return text.getBytes(StandardCharsets.ISO_8859_1); }

    /// @throws IllegalArgumentException if a line of the header is no field
    static Parts parts(byte[] message) {
        String text = text(message);
        int end = text.startsWith("\r\n") ? 0 : text.indexOf("\r\n\r\n") + 2;
        // Without an empty line all is header.
        String header = end == 1 ? text : text.substring(0, end);
        String body = end == 1 ? "" : text.substring(end + 2);
        var fields = new ArrayList<String>();
        for (String line : header.split("\r\n")) {
            if (line.isEmpty()) continue;
            if (line.charAt(0) != ' ' && line.charAt(0) != '\t') {
                if (line.indexOf(':') < 1) throw new IllegalArgumentException("a header line is no field");
                fields.add(line);
            } else if (!fields.isEmpty()) fields.set(fields.size() - 1, fields.getLast() + "\r\n" + line);
            else
                throw new IllegalArgumentException("the header begins with a fold");
        }
        return new Parts(fields, body);
    }

    static String name(String field) { return field.substring(0, field.indexOf(':')).strip().toLowerCase(Locale.ROOT); }

    /// RFC 6376 §3.4.2, without the CRLF at its end.
    static String field(String field) {
        String value = field.substring(field.indexOf(':') + 1).replace("\r\n", "").replaceAll("[ \\t]+", " ");
        return name(field) + ":" + value.substring(value.startsWith(" ") ? 1 : 0).replaceAll(" $", "");
    }

    /// RFC 6376 §3.4.4.
    static byte[] body(String body) {
        var canonical = new ByteArrayOutputStream(body.length() + 2);
        int emptyLines = 0;
        for (int from = 0; from < body.length();) {
            int end = body.indexOf("\r\n", from);
            String line = relaxed(end < 0 ? body.substring(from) : body.substring(from, end));
            from = end < 0 ? body.length() : end + 2;
            if (line.isEmpty()) {
                emptyLines++;
                continue;
            }
            for (; emptyLines > 0; emptyLines--)
                canonical.writeBytes(octets("\r\n"));
            canonical.writeBytes(octets(line + "\r\n"));
        }
        return canonical.toByteArray();
    }

    static byte[] sha256(byte[] data) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(data);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String relaxed(String line) {
        String single = line.replaceAll("[ \\t]+", " ");
        return single.endsWith(" ") ? single.substring(0, single.length() - 1) : single;
    }
}
