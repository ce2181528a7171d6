package org.sternpost.engine.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Writes header fields: folded, no line beyond 998 octets, in ASCII unless raw UTF-8 is asked for
/// (RFC 5322 §2.1.1, §2.2.3, RFC 2047, RFC 6532 §3).
public final class FieldWriter {

    private static final int LINE_CHARACTERS = 76; // RFC 2047 §2; RFC 5322 §2.1.1 would like 78
    private static final int WORD_OCTETS_MAX = 910; // as an address has; with its field's name it fits 998
    private static final int ENCODED_OCTETS_MAX = 39; // 64 characters as an encoded word, which has at most 75

    private final StringBuilder out = new StringBuilder();
    private final Set<String> names = new HashSet<>();
    private final boolean utf8;

    /// @param utf8 text stays as it is: the reader is known to take UTF-8 in header fields
    public FieldWriter(boolean utf8) { this.utf8 = utf8; }

    /// Adds a field; words outside ASCII become encoded words.
    ///
    /// @throws IllegalArgumentException if the name is none or was there, or the value has control characters
    public FieldWriter field(String name, String value) {
        List<String> words = List.of(value.replace('\t', ' ').strip().split(" ", -1));
        return folded(name, value, encoded(words));
    }

    /// Adds a field of addresses or other items, a comma between two; an item is never broken or encoded.
    public FieldWriter list(String name, List<String> items) {
        var words = new ArrayList<String>();
        for (int i = 0; i < items.size(); i++)
            words.add(items.get(i) + (i + 1 < items.size() ? "," : ""));
        return folded(name, String.join("", items), words);
    }

    /// Adds a field of mailboxes with their names; words of a name outside ASCII become encoded words (RFC 2047 §5).
    public FieldWriter mailboxes(String name, List<AddressField.Mailbox> all) {
        var words = new ArrayList<String>();
        for (int i = 0; i < all.size(); i++) {
            String address = all.get(i).address().inHeader();
            String phrase = all.get(i).name();
            if (!phrase.isEmpty()) {
                if (needsEncoding(phrase)) words.addAll(encoded(List.of(phrase)));
                else
                    words.add(quoted(phrase));
                address = "<" + address + ">";
            }
            words.add(address + (i + 1 < all.size() ? "," : ""));
        }
        return folded(name, String.join("", words), words);
    }

    /// RFC 5322 §3.2.4: with quotes it is one word, whatever stands in it.
    private static String quoted(String phrase) {
        return "\"" + phrase.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /// An empty line, which ends a group of fields.
    public FieldWriter end() {
        names.clear();
        out.append("\r\n");
        return this;
    }

    /// The fields with CRLF line ends.
    public byte[] octets() { return out.toString().getBytes(StandardCharsets.UTF_8); }

    private FieldWriter folded(String name, String value, List<String> words) {
        if (!isName(name)) throw new IllegalArgumentException("'" + name + "' is no field name");
        if (value.chars().anyMatch(c -> c < 0x20 && c != '\t' || c == 0x7f))
            throw new IllegalArgumentException("the field " + name + " has control characters");
        if (!names.add(name.toLowerCase(Locale.ROOT)))
            throw new IllegalArgumentException("the field " + name + " is there already");
        out.append(name).append(':');
        int column = name.length() + 1;
        boolean first = true;
        for (String word : words) {
            // A long word follows its name on one line unless it is encoded, which counts as text to be kept short.
            boolean fold = column + 1 + word.length() > LINE_CHARACTERS && !word.isEmpty()
                    && (!first || word.startsWith("=?"));
            if (fold) {
                out.append("\r\n");
                column = 0;
            }
            out.append(' ').append(word);
            column += 1 + word.length();
            first = false;
        }
        out.append("\r\n");
        return this;
    }

    /// RFC 5322 §2.2: visible ASCII but the colon.
    private static boolean isName(String name) {
        return !name.isEmpty() && name.length() <= LINE_CHARACTERS
                && name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ':');
    }

    private List<String> encoded(List<String> words) {
        var all = new ArrayList<String>();
        boolean before = false;
        int blanks = 0; // more of them than one, each an empty word
        for (String word : words) {
            if (word.isEmpty()) {
                blanks++;
                continue;
            }
            boolean now = needsEncoding(word);
            // RFC 2047 §6.2: blanks between two encoded words are not shown, so they go into the second.
            String inside = now && before ? " ".repeat(blanks + 1) : "";
            if (inside.isEmpty()) all.addAll(Collections.nCopies(blanks, ""));
            if (now) chunks(inside + word).forEach(chunk -> all.add(encodedWord(chunk)));
            else
                all.add(word);
            before = now;
            blanks = 0;
        }
        all.addAll(Collections.nCopies(blanks, ""));
        return all;
    }

    private boolean needsEncoding(String word) {
        return word.getBytes(StandardCharsets.UTF_8).length > WORD_OCTETS_MAX || word.contains("=?")
                || !utf8 && word.chars().anyMatch(c -> c >= 0x80);
    }

    private static List<String> chunks(String text) {
        var chunks = new ArrayList<String>();
        var chunk = new StringBuilder();
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            String next = Character.toString(text.codePointAt(i));
            if ((chunk + next).getBytes(StandardCharsets.UTF_8).length > ENCODED_OCTETS_MAX) {
                chunks.add(chunk.toString());
                chunk.setLength(0);
            }
            chunk.append(next);
        }
        chunks.add(chunk.toString());
        return chunks;
    }

    private static String encodedWord(String text) {
        return "=?utf-8?B?" + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "?=";
    }
}
