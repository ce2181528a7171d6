package org.sternpost.engine.mail;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import java.util.HexFormat;

/// What is shown of text that strangers chose: addresses, subjects, replies, names in certificates and records.
///
/// It must not move a cursor, begin a line of ours, hide or reverse what stands beside it, or look like other text
/// because something in it cannot be seen. The one place that decides so, for tables, lists, trees, JSON, CSV, logs,
/// notices and the audit alike.
public final class VisibleText {

    private static final String CUT = "...";
    private static final HexFormat HEX = HexFormat.of();
    private static final int EXCERPT_CHARACTERS_MAX = 100; // of a record or a file, within a sentence

    private VisibleText() {}

    /// True for controls (C0, DEL, C1), separators of lines, format characters with all marks and overrides of
    /// direction, halves of characters, and whatever else Unicode lets a program not draw (Default_Ignorable).
    public static boolean isHidden(int c) {
        if (c < 0x7f) return c < 0x20;
        if (c < 0xa1) return c < 0xa0;
        return switch (Character.getType(c)) {
            case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> true;
            // By ICU as names are judged: the JDK's Unicode is older and does not tell the property.
            default -> UCharacter.hasBinaryProperty(c, UProperty.DEFAULT_IGNORABLE_CODE_POINT);
        };
    }

    public static boolean hasHidden(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x7f) continue;
            int whole = text.codePointAt(i);
            if (isHidden(whole)) return true;
            if (whole > Character.MAX_VALUE) i++;
        }
        return false;
    }

    /// The text with what is hidden written out: `\n`, `\x9b`, others by their number in Unicode.
    public static String of(String text) { return hasHidden(text) ? shown(text, "") : text; }

    /// The same where a text may have lines and tabs of its own: in a field of CSV, from a script.
    public static String ofLines(String text) {
        return hasHidden(text) ? shown(text.replace("\r\n", "\n"), "\n\t") : text;
    }

    private static String shown(String text, String kept) {
        var shown = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (isHidden(c) && kept.indexOf(c) < 0) shown.append(escape(c));
            else
                shown.appendCodePoint(c);
        });
        return shown.toString();
    }

    /// As a sentence of ours quotes it.
    public static String excerpt(String text) { return startOf(text, EXCERPT_CHARACTERS_MAX); }

    /// The same of the beginning of a text that may be long.
    public static String startOf(String text, int charactersMax) {
        if (text.length() <= charactersMax) return of(text);
        int end = Character.isHighSurrogate(text.charAt(charactersMax - 1)) ? charactersMax - 1 : charactersMax;
        return of(text.substring(0, end)) + CUT;
    }

    private static String escape(int c) {
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> c < 0x100
                    ? "\\x" + HEX.toHexDigits((byte) c)
                    : c < 0x10000 ? "\\u" + HEX.toHexDigits((char) c) : "\\u{" + Integer.toHexString(c) + "}";
        };
    }

    /// A hidden character as JSON escapes it: nothing is lost, a reader gets the very text.
    public static void appendJson(StringBuilder json, int c) {
        for (char unit : Character.toChars(c))
            json.append("\\u").append(HEX.toHexDigits(unit));
    }
}
