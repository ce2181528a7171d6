package org.sternpost.engine.message;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/// Makes a plain message from parts: header fields and one text body (RFC 5322 §3.6, RFC 2045).
public final class Composer {

    private static final int ENCODED_WORD_OCTETS_MAX = 45; // RFC 2047 §2: 75 characters with their frame
    private static final DateTimeFormatter DATE = DateTimeFormatter.RFC_1123_DATE_TIME;

    private final Map<String, String> fields = new LinkedHashMap<>();

    /// Adds a field; characters outside ASCII become encoded words.
    ///
    /// @throws IllegalArgumentException if the name is none or the value has line ends
    public Composer field(String name, String value) {
        if (!name.matches("[!-9;-~]{1,76}")) throw new IllegalArgumentException("'" + name + "' is no field name");
        if (value.chars().anyMatch(c -> c < 0x20 && c != '\t' || c == 0x7f))
            throw new IllegalArgumentException("the field " + name + " has control characters");
        fields.put(name, encoded(value));
        return this;
    }

    /// The date in the form of RFC 5322 §3.3.
    public static String date(Instant at) { return DATE.format(at.atOffset(ZoneOffset.UTC)); }

    /// The octets with CRLF line ends; text outside ASCII travels as UTF-8 in base64, so every host takes it.
    public byte[] text(String body) {
        boolean plain = body.chars().allMatch(c -> c < 0x80) && body.lines().allMatch(line -> line.length() < 900);
        var out = new StringBuilder();
        fields.forEach((name, value) -> out.append(name).append(": ").append(value).append("\r\n"));
        out.append("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n")
                .append("Content-Transfer-Encoding: ").append(plain ? "7bit" : "base64").append("\r\n\r\n");
        String lines = String.join("\r\n", body.lines().toList()) + "\r\n";
        out.append(plain
                ? lines
                : Base64.getMimeEncoder().encodeToString(lines.getBytes(StandardCharsets.UTF_8)) + "\r\n");
        return out.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static String encoded(String value) {
        if (value.chars().allMatch(c -> c < 0x80)) return value;
        var out = new StringBuilder();
        var part = new StringBuilder();
        for (int i = 0; i < value.length(); i += Character.charCount(value.codePointAt(i))) {
            String next = Character.toString(value.codePointAt(i));
            if ((part + next).getBytes(StandardCharsets.UTF_8).length > ENCODED_WORD_OCTETS_MAX) {
                out.append(word(part)).append("\r\n ");
                part.setLength(0);
            }
            part.append(next);
        }
        return out.append(word(part)).toString();
    }

    private static String word(CharSequence text) {
        byte[] octets = text.toString().getBytes(StandardCharsets.UTF_8);
        return "=?utf-8?B?" + Base64.getEncoder().encodeToString(octets) + "?=";
    }
}
