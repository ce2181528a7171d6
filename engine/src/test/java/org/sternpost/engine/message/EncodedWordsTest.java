package org.sternpost.engine.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.Base64;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.message.Header.EncodedWords;

/// The words are found as their grammar says, written here as patterns, which are too slow for each message.
class EncodedWordsTest {

    private static final Pattern WORD = Pattern
            .compile("=\\?([A-Za-z0-9_.:-]{1,40})(?:\\*[A-Za-z0-9-]{1,20})?\\?([bBqQ])\\?([^? ]{0,2000})\\?=");
    private static final Pattern BETWEEN_WORDS = Pattern.compile("(\\?=)[ \t]{1,20}(?==\\?)");
    private static final String[] PARTS = {"=?", "?=", "?", "=", "utf-8", "us-ascii", "no-such", "*en", "*", "?Q?",
            "?b?",
            "?x?", "w6Q=", "=C3=A4", "a_b", " ", "\t", "text", "=?utf-8?Q?=C3=A4?=", "=?utf-8*de?b?w6Q=?=", "ä",
            "x".repeat(41),
            " ".repeat(20), "y".repeat(2_000), "=?utf-8?q??="};

    private static String expected(String text) {
        if (!text.contains("=?")) return text;
        String head = text.substring(0, Math.min(text.length(), 4_096));
        return WORD.matcher(BETWEEN_WORDS.matcher(head).replaceAll("$1"))
                .replaceAll(word -> Matcher.quoteReplacement(decoded(word)));
    }

    private static String decoded(MatchResult word) {
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
        var octets = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++)
            if (text.charAt(i) == '=' && i + 2 < text.length()) {
                octets.write(Integer.parseInt(text, i + 1, i + 3, 16));
                i += 2;
            } else
                octets.write(text.charAt(i) == '_' ? ' ' : text.charAt(i));
        return octets.toByteArray();
    }

    @Test
    void anyTextIsDecodedAsThePatternsSay() {
        long seed = 20_261_128;
        var random = new Random(seed);
        for (int run = 0; run < 20_000; run++) {
            var text = new StringBuilder();
            for (int part = random.nextInt(9); part >= 0; part--)
                text.append(PARTS[random.nextInt(PARTS.length)]);
            assertEquals(expected(text.toString()), EncodedWords.decode(text.toString()), "seed " + seed + ", " + text);
        }
    }
}
