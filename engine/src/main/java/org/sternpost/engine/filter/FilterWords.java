package org.sternpost.engine.filter;

import java.util.ArrayList;
import java.util.List;

/// Cuts the text of a filter into words, each with its place.
final class FilterWords {

    private static final String HINT = "a filter is Property -op 'value', joined by -and, -or, -not and parentheses: "
            + "Status -eq 'Retry' -and MessageCount -gt 10";

    private final String text;
    private final List<Word> words = new ArrayList<>();
    private int at;

    /// @param quoted its text is a value, whatever it says
    /// @param at     of its first character
    record Word(String text, boolean quoted, int at) {

        boolean is(String wanted) { return !quoted && text.equalsIgnoreCase(wanted); }

        /// An operator, not a number below zero nor a moment in the past.
        boolean isSign() {
            return !quoted && text.length() > 1 && text.charAt(0) == '-' && Character.isLetter(text.charAt(1));
        }
    }

    private FilterWords(String text) { this.text = text; }

    static List<Word> of(String text) throws FilterException {
        var reader = new FilterWords(text);
        while (reader.at < text.length())
            reader.next();
        return reader.words;
    }

    private void next() throws FilterException {
        char c = text.charAt(at);
        if (Character.isWhitespace(c)) at++;
        else if (c == '\'' || c == '"') quoted(c);
        else if (c == '(' || c == ')' || c == '!') add(at + 1);
        else
            plain();
    }

    private void plain() throws FilterException {
        int end = at;
        while (end < text.length() && !ends(text.charAt(end)))
            end++;
        if (end == at)
            throw new FilterException("this does not belong into a filter", at, text.substring(at, at + 1),
                    HINT);
        add(end);
    }

    private static boolean ends(char c) { return Character.isWhitespace(c) || "'\"(){},;|!`".indexOf(c) >= 0; }

    private void add(int end) {
        words.add(new Word(text.substring(at, end), false, at));
        at = end;
    }

    private void quoted(char quote) throws FilterException {
        int start = at++;
        var value = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            boolean twice = c == quote && at < text.length() && text.charAt(at) == quote;
            if (twice) at++;
            if (c == quote && !twice) {
                words.add(new Word(value.toString(), true, start));
                return;
            }
            value.append(c);
        }
        throw new FilterException("the quote that begins here has no end", start, text.substring(start),
                "end it with " + quote + "; inside, " + quote + quote + " stands for one");
    }
}
