package org.sternpost.engine.mail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The two ways in which the DSN extension writes what a parameter could not hold as it is.
public final class Xtext {

    private Xtext() {}

    /// True if the text is xtext: visible ASCII but "+" and "=", and "+" with two digits in capitals (RFC 3461 §4).
    public static boolean is(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c > '~' || c == '=') return false;
            if (c != '+') continue;
            if (i + 2 >= text.length() || !isHex(text.charAt(i + 1)) || !isHex(text.charAt(i + 2))) return false;
            i += 2;
        }
        return true;
    }

    private static boolean isHex(char c) { return c >= '0' && c <= '9' || c >= 'A' && c <= 'F'; }

    /// The text meant by `a+2Bb`, which is `a+b` (RFC 3461 §4); what is no xtext stays as it is.
    public static String decode(String text) {
        if (!is(text)) return text;
        var octets = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++)
            if (text.charAt(i) == '+') {
                octets.write(Integer.parseInt(text, i + 1, i + 3, 16));
                i += 2;
            } else
                octets.write(text.charAt(i));
        return octets.toString(StandardCharsets.UTF_8);
    }

    /// An address of type `utf-8` in seven bits, `j\x{F6}rg@example.org` (RFC 6533 §3); what was escaped before stays.
    public static String sevenBit(String address) {
        var out = new StringBuilder();
        boolean escaped = address.contains("\\x{");
        address.codePoints().forEach(c -> {
            // RFC 6533 §3: QCHAR has neither blanks nor '+', '=' and the backslash.
            boolean itself = c > 0x20 && c < 0x7f && c != '+' && c != '=' && (c != '\\' || escaped);
            if (itself) out.appendCodePoint(c);
            else
                out.append(escape(c));
        });
        return out.toString();
    }

    /// One character by its number, `\x{F6}` (RFC 6533 §3).
    public static String escape(int c) {
        return "\\x{" + (c < 0x10 ? "0" : "") + Integer.toHexString(c).toUpperCase(Locale.ROOT) + "}";
    }
}
