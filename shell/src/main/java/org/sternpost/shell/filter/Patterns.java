package org.sternpost.shell.filter;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.sternpost.shell.filter.FilterReader.FilterException;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.SyntaxError;

/// Regular expressions and wildcards that cannot run away.
final class Patterns {
    private static final int STEPS_MAX = 2_000_000; // Characters looked at per match; some 20 ms.
    private static final int CACHED_MAX = 100; // A filter has a handful; variables could bring more.
    private static final int ANY_CASE = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;

    private final Map<String, Pattern> compiled = new LinkedHashMap<>();

    /// Whether the expression matches anywhere in the text.
    boolean match(String expression, String text, boolean caseSensitive, Span span) {
        try {
            return compiled(expression, caseSensitive).matcher(new Counted(text, 0, text.length(), new int[1])).find();
        } catch (PatternSyntaxException broken) {
            throw new FilterException(broken(expression, span, broken));
        } catch (PatternTooLongException | StackOverflowError endless) {
            throw new FilterException("FILTER_REGEX", "the regular expression takes too long", span,
                    "make it simpler; nested repeats such as (a+)+ explode");
        }
    }

    private Pattern compiled(String expression, boolean caseSensitive) {
        if (compiled.size() >= CACHED_MAX) {
            compiled.clear();
        }
        return compiled.computeIfAbsent((caseSensitive ? "c" : "i") + expression,
                key -> Pattern.compile(key.substring(1), caseSensitive ? 0 : ANY_CASE));
    }

    static SyntaxError broken(String expression, Span span, Throwable why) {
        var reason = why instanceof PatternSyntaxException syntax ? syntax.getDescription() : "too deeply nested";
        return new SyntaxError("FILTER_REGEX", "'" + expression + "' is no regular expression: " + reason, span,
                "for * and ? use -like");
    }

    /// Whether the wildcard describes the whole text: `*`, `?`, `[a-z]`, and a backtick before what is meant literally.
    static boolean like(String wildcard, String text, boolean caseSensitive) {
        int star = -1;
        int retry = 0;
        int p = 0;
        int t = 0;
        while (t < text.length()) {
            if (p < wildcard.length() && wildcard.charAt(p) == '*') {
                star = ++p;
                retry = t;
            } else if (p < wildcard.length() && one(wildcard, p, text.charAt(t), caseSensitive)) {
                p += width(wildcard, p);
                t++;
            } else if (star >= 0) {
                p = star;
                t = ++retry;
            } else {
                return false;
            }
        }
        while (p < wildcard.length() && wildcard.charAt(p) == '*') {
            p++;
        }
        return p == wildcard.length();
    }

    /// How many characters of the wildcard stand for one of the text.
    private static int width(String wildcard, int p) {
        char c = wildcard.charAt(p);
        if (c == '`' && p + 1 < wildcard.length()) {
            return 2;
        }
        int close = c == '[' ? wildcard.indexOf(']', p + 2) : -1;
        return close < 0 ? 1 : close - p + 1;
    }

    private static boolean one(String wildcard, int p, char c, boolean caseSensitive) {
        int width = width(wildcard, p);
        char first = wildcard.charAt(p);
        if (width == 1) {
            return first == '?' || same(first, c, caseSensitive);
        }
        if (first == '`') {
            return same(wildcard.charAt(p + 1), c, caseSensitive);
        }
        int last = p + width - 2;
        for (int i = p + 1; i <= last; i++) {
            boolean range = i + 2 <= last && wildcard.charAt(i + 1) == '-';
            char from = wildcard.charAt(i);
            char to = range ? wildcard.charAt(i + 2) : from;
            if (within(from, c, to) || !caseSensitive
                    && (within(from, Character.toLowerCase(c), to) || within(from, Character.toUpperCase(c), to))) {
                return true;
            }
            i += range ? 2 : 0;
        }
        return false;
    }

    private static boolean within(char from, char c, char to) { return from <= c && c <= to; }

    private static boolean same(char a, char b, boolean caseSensitive) {
        return a == b || !caseSensitive
                && Character.toLowerCase(Character.toUpperCase(a)) == Character.toLowerCase(Character.toUpperCase(b));
    }

    /// Counts what a match looks at, and stops it.
    private record Counted(String text, int from, int to, int[] steps) implements CharSequence {
        @Override
        public int length() { return to - from; }

        @Override
        public char charAt(int index) {
            if (++steps[0] > STEPS_MAX) {
                throw new PatternTooLongException();
            }
            return text.charAt(from + index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text, from + start, from + end, steps);
        }

        @Override
        public String toString() { return text.substring(from, to); }
    }

    private static final class PatternTooLongException extends RuntimeException {
        private static final long serialVersionUID = 1;

        PatternTooLongException() { super("too long", null, false, false); }
    }
}
