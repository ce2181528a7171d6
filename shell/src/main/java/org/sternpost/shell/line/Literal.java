package org.sternpost.shell.line;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Values behind words: switches of two states, numbers, sizes. One meaning for binder and filter.
///
/// Nothing depends on a locale. Moments and durations are in [TimeLiteral].
public final class Literal {
    private static final int TEXT_MAX = 64; // Longer texts are no numbers; guards BigDecimal.
    private static final Pattern INTEGER = Pattern.compile("[-+]?\\d+(?:_\\d+)*");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?\\d+(?:_\\d+)*(?:\\.\\d+)?");
    private static final Pattern SIZE = Pattern.compile("(\\d+(?:_\\d+)*(?:\\.\\d+)?)([A-Za-z]*)");
    // KB is 1024 as in Exchange.
    private static final Map<String, Integer> SIZE_SHIFTS = Map.of("", 0, "b", 0, "kb", 10, "kib", 10, "mb", 20, "mib",
            20, "gb", 30, "gib", 30);
    private static final Map<String, Integer> LARGE_SHIFTS = Map.of("tb", 40, "tib", 40);
    private static final String SIZE_HINT = "write 25MB, 10KiB, or bytes: 1048576";

    private Literal() {}

    /// `$true`, `$false`, `true`, `false`.
    public static boolean bool(String text) throws LiteralException {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "$true" -> true;
            case "false", "$false" -> false;
            case "" -> throw new LiteralException("an empty text is neither true nor false",
                    "did bash remove $true? write true");
            default -> throw new LiteralException("'" + shown(text) + "' is neither true nor false",
                    "write $true or $false");
        };
    }

    /// `5`, `-5`, `1_000`.
    public static long integer(String text) throws LiteralException {
        if (!fits(INTEGER, text).matches()) {
            throw new LiteralException("'" + shown(text) + "' is no whole number", fits(DECIMAL, text).matches()
                    ? "leave out the part after the point"
                    : "write 5 or 1_000");
        }
        try {
            return Long.parseLong(text.replace("_", ""));
        } catch (NumberFormatException tooLarge) {
            throw new LiteralException("'" + shown(text) + "' is too large", "");
        }
    }

    /// `25%` or `25`: a whole share of a hundred.
    public static long percent(String text) throws LiteralException {
        long share = integer(text.endsWith("%") ? text.substring(0, text.length() - 1) : text);
        if (share < 0 || share > 100) {
            throw new LiteralException("'" + shown(text) + "' is not between 0% and 100%", "write 25%");
        }
        return share;
    }

    /// `5`, `0.5`, `1_000.25`.
    public static BigDecimal decimal(String text) throws LiteralException {
        if (!fits(DECIMAL, text).matches()) {
            throw new LiteralException("'" + shown(text) + "' is no number", "write 5 or 0.5");
        }
        return new BigDecimal(text.replace("_", ""));
    }

    /// `25MB`, `10KiB`, `1.5GB`, `1048576`: bytes.
    public static long size(String text) throws LiteralException {
        var matcher = fits(SIZE, text);
        if (text.startsWith("-")) {
            throw new LiteralException("a size cannot be negative", SIZE_HINT);
        }
        if (!matcher.matches()) {
            throw new LiteralException("'" + shown(text) + "' is no size", SIZE_HINT);
        }
        var unit = matcher.group(2).toLowerCase(Locale.ROOT);
        int shift = SIZE_SHIFTS.getOrDefault(unit, LARGE_SHIFTS.getOrDefault(unit, -1));
        if (shift < 0) {
            boolean half = unit.length() == 1 && "kmgt".contains(unit);
            throw new LiteralException("'" + matcher.group(2) + "' is no unit of size",
                    half ? "write " + text + "B (KB is 1024 bytes)" : SIZE_HINT);
        }
        try {
            return new BigDecimal(matcher.group(1).replace("_", "")).multiply(BigDecimal.valueOf(1L << shift))
                    .longValueExact();
        } catch (ArithmeticException inexact) {
            throw new LiteralException("'" + shown(text) + "' is no whole number of bytes", SIZE_HINT);
        }
    }

    static Matcher fits(Pattern pattern, String text) { return pattern.matcher(text.length() > TEXT_MAX ? " " : text); }

    static String shown(String text) { return text.length() > TEXT_MAX ? text.substring(0, TEXT_MAX) + "…" : text; }

    /// A text is no value of the type asked for. The hint says what to write, and may be empty.
    public static final class LiteralException extends Exception {
        private static final long serialVersionUID = 1;

        private final String hint;

        public LiteralException(String message, String hint) {
            super(message, null, false, false);
            this.hint = hint;
        }

        public String message() { return String.valueOf(getMessage()); }

        public String hint() { return hint; }

        /// The same as an error at its place in the source.
        public SyntaxError at(Span span) { return new SyntaxError("VALUE_TYPE", message(), span, hint); }
    }
}
