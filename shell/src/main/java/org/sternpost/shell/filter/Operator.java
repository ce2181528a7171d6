package org.sternpost.shell.filter;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The comparisons of the filter language; a `c` in front makes any of them mind case.
public enum Operator {
    /// `-eq`; on a list: any element.
    EQ,
    /// `-ne`: the opposite of `-eq`, also on a list.
    NE,
    /// `-gt`
    GT,
    /// `-ge`
    GE,
    /// `-lt`
    LT,
    /// `-le`
    LE,
    /// `-like`, with `*`, `?` and `[a-z]`; on a list: any element.
    LIKE,
    /// `-notlike`
    NOTLIKE,
    /// `-match`, a regular expression that may match anywhere; on a list: any element.
    MATCH,
    /// `-notmatch`
    NOTMATCH,
    /// `-in`: the left side is one of the right side.
    IN,
    /// `-notin`
    NOTIN,
    /// `-contains`: the list on the left has the right side.
    CONTAINS,
    /// `-notcontains`
    NOTCONTAINS;

    /// An operator as typed.
    record Typed(Operator operator, boolean caseSensitive) {}

    /// As typed, with the dash.
    public String sign() { return "-" + name().toLowerCase(Locale.ROOT); }

    static List<String> signs() { return Arrays.stream(values()).map(Operator::sign).toList(); }

    static Optional<Typed> read(String word) {
        var plain = named(word);
        if (plain.isPresent()) {
            return plain.map(operator -> new Typed(operator, false));
        }
        return word.toLowerCase(Locale.ROOT).startsWith("-c")
                ? named("-" + word.substring(2)).map(operator -> new Typed(operator, true))
                : Optional.empty();
    }

    private static Optional<Operator> named(String word) {
        return Arrays.stream(values()).filter(operator -> operator.sign().equalsIgnoreCase(word)).findFirst();
    }
}
