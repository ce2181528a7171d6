package org.sternpost.engine.mail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// The two ways in which the DSN extension writes what a parameter could not hold as it is.
public final class Xtext {

    private static final Pattern WHOLE = Pattern.compile("(?:[!-*,-<>-~]|\\+[0-9A-F]{2})*"); // RFC 3461 §4

    private Xtext() {}

    /// True if the text is xtext.
    public static boolean is(String text) { return WHOLE.matcher(text).matches(); }

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
                out.append(String.format("\\x{%02X}", c));
        });
        return out.toString();
    }
}
