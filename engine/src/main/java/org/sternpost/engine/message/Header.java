package org.sternpost.engine.message;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The header section of a message: its fields in order, as far as a relay looks at them (RFC 5322 §2.2).
///
/// @param whole all of it was looked at: it ends, and is within the limits
public record Header(List<Field> fields, boolean whole) {

    public static final int OCTETS_MAX = 256 << 10; // larger ones are refused; as much as Exchange allows

    private static final int FIELDS_MAX = 10_000;
    private static final DateTimeFormatter DATE = DateTimeFormatter
            .ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH).withZone(ZoneOffset.UTC); // RFC 5322 §3.3

    /// What [#whole] denies, in words.
    public static final String LIMITS = OCTETS_MAX + " octets or " + FIELDS_MAX + " fields";

    /// @param body unfolded, without the white space around it (RFC 5322 §2.2.3)
    public record Field(String name, String body) {}

    public Header { fields = List.copyOf(fields); }

    /// A moment as header fields write it (RFC 5322 §3.3).
    public static String date(Instant at) { return DATE.format(at); }

    /// Reads the fields of a message; lines that are no field are passed over.
    public static Header of(byte[] message) { return scan(message, message.length, true); }

    /// Reads the fields from the first octets of a message.
    ///
    /// @param all the message has no more octets
    public static Header ofBeginning(byte[] octets, int length, boolean all) { return scan(octets, length, all); }

    private static Header scan(byte[] octets, int length, boolean all) {
        var fields = new ArrayList<Field>();
        int end = Math.min(length, OCTETS_MAX);
        int at = 0;
        while (at < end) {
            int next = fieldEnd(octets, at, end);
            if (next - at == 2 && octets[at] == '\r') return new Header(fields, true);
            if (fields.size() == FIELDS_MAX) return new Header(fields, false);
            field(new String(octets, at, next - at, StandardCharsets.UTF_8)).ifPresent(fields::add);
            at = next;
        }
        // A message without text may end with its last field (RFC 5322 §3.5).
        return new Header(fields, all && length <= OCTETS_MAX);
    }

    /// The first field of that name, in any case.
    public Optional<String> first(String name) {
        return fields.stream().filter(field -> field.name().equalsIgnoreCase(name)).map(Field::body).findFirst();
    }

    public List<String> all(String name) {
        return fields.stream().filter(field -> field.name().equalsIgnoreCase(name)).map(Field::body).toList();
    }

    /// The name the sender's software gave the message, with angle brackets; empty text when it has none.
    public String messageId() {
        String id = first("Message-ID").orElse("").strip();
        return id.length() <= 998 && !hasControl(id) ? id : ""; // RFC 5322 §2.1.1
    }

    /// For display: decoded, without control characters, at most 250 characters.
    public String subject() {
        String text = withoutControls(EncodedWords.decode(first("Subject").orElse(""))).strip();
        return text.length() <= 250
                ? text
                : text.substring(0, text.offsetByCodePoints(0,
                        text.codePointCount(0, 249)));
    }

    /// True if the sender asks that TLS policies be not enforced for this message.
    public boolean tlsNotRequired() {
        List<String> said = all("TLS-Required");
        // RFC 8689 §3: one field with the one value there is; anything else asks for nothing.
        return said.size() == 1 && said.getFirst().equalsIgnoreCase("No");
    }

    /// The index after the field that starts at `at`, folded lines included (RFC 5322 §2.2.3).
    private static int fieldEnd(byte[] octets, int at, int end) {
        for (int i = at; i < end; i++)
            if (octets[i] == '\n') {
                boolean empty = i - at <= 1;
                boolean folded = i + 1 < end && (octets[i + 1] == ' ' || octets[i + 1] == '\t');
                if (empty || !folded) return i + 1;
            }
        return end;
    }

    private static Optional<Field> field(String text) {
        int colon = text.indexOf(':');
        if (colon < 1) return Optional.empty();
        String name = text.substring(0, colon).stripTrailing();
        if (name.isEmpty() || !name.chars().allMatch(c -> c > 0x20 && c < 0x7f)) return Optional.empty();
        return Optional.of(new Field(name, trimmed(unfolded(text.substring(colon + 1)))));
    }

    /// RFC 5322 §2.2.3: a line end before white space is no part of the text.
    private static String unfolded(String body) {
        var text = new StringBuilder(body.length());
        int from = 0;
        for (int end = body.indexOf('\n'); end >= 0; end = body.indexOf('\n', end + 1)) {
            if (end + 1 == body.length() || body.charAt(end + 1) != ' ' && body.charAt(end + 1) != '\t') continue;
            text.append(body, from, end > from && body.charAt(end - 1) == '\r' ? end - 1 : end);
            from = end + 1;
        }
        return from == 0 ? body : text.append(body, from, body.length()).toString();
    }

    /// White space is space and tab (RFC 5322 §2.2.3); a blank of Unicode is part of the text.
    private static String trimmed(String body) {
        int from = 0;
        int to = body.length();
        while (from < to && " \t\r\n".indexOf(body.charAt(from)) >= 0)
            from++;
        while (to > from && " \t\r\n".indexOf(body.charAt(to - 1)) >= 0)
            to--;
        return body.substring(from, to);
    }

    private static String withoutControls(String text) {
        if (!hasControl(text)) return text;
        var plain = new StringBuilder(text);
        for (int i = 0; i < plain.length(); i++)
            if (Character.isISOControl(plain.charAt(i))) plain.setCharAt(i, ' ');
        return plain.toString();
    }

    private static boolean hasControl(String text) { return text.chars().anyMatch(Character::isISOControl); }

    /// Words outside ASCII as header fields carry them, `=?utf-8?B?w6Q=?=` (RFC 2047).
    static final class EncodedWords {

        private static final int TEXT_CHARACTERS_MAX = 4_096; // more is not shown anyway
        private static final Pattern WORD = Pattern
                .compile("=\\?([A-Za-z0-9_.:-]{1,40})(?:\\*[A-Za-z0-9-]{1,20})?\\?([bBqQ])\\?([^? ]{0,2000})\\?=");
        private static final Pattern BETWEEN_WORDS = Pattern.compile("(\\?=)[ \t]{1,20}(?==\\?)");

        private EncodedWords() {}

        /// The text with its words decoded; a word that does not decode stays as it is.
        public static String decode(String text) {
            if (!text.contains("=?")) return text;
            String head = text.length() > TEXT_CHARACTERS_MAX ? text.substring(0, TEXT_CHARACTERS_MAX) : text;
            // RFC 2047 §6.2: white space between two words is not shown.
            String joined = BETWEEN_WORDS.matcher(head).replaceAll("$1");
            return WORD.matcher(joined).replaceAll(word -> Matcher.quoteReplacement(decode(word)));
        }

        private static String decode(java.util.regex.MatchResult word) {
            try {
                byte[] octets = word.group(2).equalsIgnoreCase("B")
                        ? Base64.getDecoder().decode(word.group(3))
                        : quoted(word.group(3));
                return new String(octets, Charset.forName(word.group(1)));
            } catch (IllegalArgumentException _) {
                return word.group();
            }
        }

        private static byte[] quoted(String text) {
            var octets = new ByteArrayOutputStream(text.length());
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '=' && i + 2 < text.length()) {
                    octets.write(Integer.parseInt(text, i + 1, i + 3, 16));
                    i += 2;
                } else
                    octets.write(c == '_' ? ' ' : c); // RFC 2047 §4.2
            }
            return octets.toByteArray();
        }
    }
}
