package org.sternpost.engine.mail;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Finds the name that a misspelt one was meant to be; no suggestion rather than a silly one.
public final class Nearest {

    private static final int SHARE_WRONG = 3; // at most a third of the letters
    private static final int LENGTH_MAX = 100; // longer words are no typing errors

    private Nearest() {}

    /// The closest of `names` within a third of the word's length; case does not matter.
    public static Optional<String> to(String wanted, Collection<String> names) {
        if (wanted.isEmpty() || wanted.length() > LENGTH_MAX) return Optional.empty();
        String word = wanted.toLowerCase(Locale.ROOT);
        record Near(String name, int distance) {}
        return names.stream().filter(name -> name.length() <= LENGTH_MAX)
                .map(name -> new Near(name, distance(word, name.toLowerCase(Locale.ROOT))))
                .filter(near -> near.distance() * SHARE_WRONG <= Math.max(word.length(), near.name().length()))
                .min(Comparator.comparingInt(Near::distance).thenComparing(Near::name)).map(Near::name);
    }

    /// As a sentence for an error, `did you mean X?`; empty text when nothing is near.
    public static String hint(String wanted, Collection<String> names) {
        return to(wanted, names).map(name -> "did you mean " + name + "?").orElse("");
    }

    /// Single-letter edits and swaps of neighbours between two words.
    static int distance(String a, String b) {
        int[] before = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++)
            row[j] = j;
        for (int i = 1; i <= a.length(); i++) {
            int[] last = before;
            before = row;
            row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                row[j] = Math.min(before[j - 1] + (same ? 0 : 1), 1 + Math.min(before[j], row[j - 1]));
                boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) row[j] = Math.min(row[j], last[j - 2] + 1);
            }
        }
        return row[b.length()];
    }
}
