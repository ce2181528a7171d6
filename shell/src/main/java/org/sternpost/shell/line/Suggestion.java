package org.sternpost.shell.line;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// "Did you mean": the nearest known name, or none rather than a silly one.
public final class Suggestion {
    private static final int LENGTH_MAX = 100; // Longer texts are not misspelt names.

    private Suggestion() {}

    /// The known name within an edit distance of a third of its length; case does not count.
    public static Optional<String> nearest(String typed, Collection<String> known) {
        if (typed.isEmpty() || typed.length() > LENGTH_MAX) {
            return Optional.empty();
        }
        var lower = typed.toLowerCase(Locale.ROOT);
        return known.stream()
                .map(name -> new Candidate(name, distance(lower, name.toLowerCase(Locale.ROOT))))
                .filter(candidate -> candidate.distance() * 3 <= Math.max(typed.length(), candidate.name().length()))
                .min(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
                .map(Candidate::name);
    }

    /// Damerau-Levenshtein: a swap of neighbours counts one.
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int best = Math.min(cost[i - 1][j - 1] + change, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
                cost[i][j] = swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
            }
        }
        return cost[a.length()][b.length()];
    }

    private record Candidate(String name, int distance) {}
}
