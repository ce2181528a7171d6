package org.sternpost.engine.message;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
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
import org.sternpost.engine.mail.Characters;

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
        for (Field field : fields)
            if (field.name().equalsIgnoreCase(name)) return Optional.of(field.body());
        return Optional.empty();
    }

    public List<String> all(String name) {
        var all = new ArrayList<String>();
        for (Field field : fields)
            if (field.name().equalsIgnoreCase(name)) all.add(field.body());
        return List.copyOf(all);
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

    /// The text that a field's body says, all of it.
    ///
    /// @return empty where an encoded word cannot be decoded without loss
    public static Optional<String> said(String body) { return EncodedWords.said(body); }

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
        if (name.isEmpty() || !Characters.all(name, c -> c > 0x20 && c < 0x7f)) return Optional.empty();
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

    private static boolean hasControl(String text) { return Characters.any(text, Character::isISOControl); }

    /// Words outside ASCII as header fields carry them, `=?utf-8?B?w6Q=?=` (RFC 2047).
    static final class EncodedWords {

        private static final int TEXT_CHARACTERS_MAX = 4_096; // more is not shown anyway
        private static final int CHARSET_CHARACTERS_MAX = 40;
        private static final int LANGUAGE_CHARACTERS_MAX = 20; // it may stand behind the charset
        private static final int ENCODED_CHARACTERS_MAX = 2_000;
        private static final int BLANKS_MAX = 20;

        private EncodedWords() {}

        /// The text with its words decoded; a word that does not decode stays as it is.
        public static String decode(String text) {
            if (!text.contains("=?")) return text;
            String head = text.length() > TEXT_CHARACTERS_MAX ? text.substring(0, TEXT_CHARACTERS_MAX) : text;
            // RFC 2047 §6.2: white space between two words is not shown.
            String joined = joined(head);
            var decoded = new StringBuilder(joined.length());
            int at = 0;
            for (int from = joined.indexOf("=?"); from >= 0; from = joined.indexOf("=?", from)) {
                Optional<Word> word = word(joined, from);
                if (word.isEmpty()) {
                    from++;
                    continue;
                }
                decoded.append(joined, at, from).append(word.get().decoded(joined.substring(from, word.get().end())));
                at = word.get().end();
                from = at;
            }
            return decoded.append(joined, at, joined.length()).toString();
        }

        /// The same of text that is written anew: as long as it is, and nothing of it guessed.
        static Optional<String> said(String text) {
            var said = new StringBuilder(text.length());
            int at = 0;
            boolean behindWord = false;
            for (int from = text.indexOf("=?"); from >= 0; from = text.indexOf("=?", from)) {
                Optional<Word> word = word(text, from);
                if (word.isEmpty()) {
                    from++;
                    continue;
                }
                String between = text.substring(at, from);
                // RFC 2047 §6.2: white space between two words is not shown.
                if (!behindWord || !between.isBlank()) said.append(between);
                Optional<String> exact = word.get().exact();
                if (exact.isEmpty()) return Optional.empty();
                said.append(exact.get());
                at = word.get().end();
                from = at;
                behindWord = true;
            }
            return Optional.of(said.append(text, at, text.length()).toString());
        }

        private static String joined(String text) {
            var joined = new StringBuilder(text.length());
            int at = 0;
            for (int end = text.indexOf("?="); end >= 0; end = text.indexOf("?=", end + 1)) {
                int blanks = 0;
                while (blanks < BLANKS_MAX && end + 2 + blanks < text.length()
                        && " \t".indexOf(text.charAt(end + 2 + blanks)) >= 0)
                    blanks++;
                if (blanks == 0 || !text.startsWith("=?", end + 2 + blanks)) continue;
                joined.append(text, at, end + 2);
                at = end + 2 + blanks;
            }
            return joined.append(text, at, text.length()).toString();
        }

        /// @param end the index after it
        private record Word(String charset, char encoding, String text, int end) {

            String decoded(String word) {
                try {
                    return new String(octets(), Charset.forName(charset));
                } catch (IllegalArgumentException _) {
                    return word;
                }
            }

            Optional<String> exact() {
                try {
                    return Optional.of(Charset.forName(charset).newDecoder().decode(ByteBuffer.wrap(octets()))
                            .toString());
                } catch (IllegalArgumentException | CharacterCodingException _) {
                    return Optional.empty();
                }
            }

            private byte[] octets() {
                return encoding == 'B' || encoding == 'b' ? Base64.getDecoder().decode(text) : quoted(text);
            }
        }

        /// `=?utf-8*en?Q?text?=` that begins there (RFC 2047 §2).
        private static Optional<Word> word(String text, int from) {
            int charset = run(text, from + 2, CHARSET_CHARACTERS_MAX, "-_.:");
            if (charset == from + 2) return Optional.empty();
            int at = charset;
            if (at < text.length() && text.charAt(at) == '*') {
                at = run(text, at + 1, LANGUAGE_CHARACTERS_MAX, "-");
                if (at == charset + 1) return Optional.empty();
            }
            if (at + 2 >= text.length() || text.charAt(at) != '?' || "bBqQ".indexOf(text.charAt(at + 1)) < 0
                    || text.charAt(at + 2) != '?')
                return Optional.empty();
            int end = at + 3;
            while (end < text.length() && end - at - 3 < ENCODED_CHARACTERS_MAX && text.charAt(end) != '?'
                    && text.charAt(end) != ' ')
                end++;
            return text.startsWith("?=", end)
                    ? Optional.of(new Word(text.substring(from + 2, charset), text.charAt(at + 1),
                            text.substring(at + 3, end), end + 2))
                    : Optional.empty();
        }

        /// The index after letters and digits of ASCII and those marks, so many at most.
        private static int run(String text, int from, int most, String marks) {
            int at = from;
            for (; at < text.length() && at - from < most; at++) {
                char c = text.charAt(at);
                if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || marks.indexOf(c) >= 0))
                    break;
            }
            return at;
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
