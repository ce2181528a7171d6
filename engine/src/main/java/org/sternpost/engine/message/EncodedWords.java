package org.sternpost.engine.message;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Words outside ASCII as header fields carry them, `=?utf-8?B?w6Q=?=` (RFC 2047).
final class EncodedWords {

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
