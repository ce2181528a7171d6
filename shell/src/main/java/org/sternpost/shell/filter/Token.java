package org.sternpost.shell.filter;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.Value.Step;

/// One token of a block, read with a filter's eyes.
record Token(Kind kind, String text, List<Step> path, Span span) {
    private static final Set<String> JOINS = Set.of("-and", "-or", "-not");
    // PowerShell's other operators: we know them to refuse them.
    private static final Set<String> FOREIGN = Set.of("-ieq", "-ine", "-igt", "-ige", "-ilt", "-ile", "-ilike",
            "-inotlike", "-imatch", "-inotmatch", "-iin", "-icontains", "-is", "-isnot", "-xor", "-replace", "-split",
            "-join", "-band", "-bor");

    enum Kind {
        /// `$name` with its path.
        DOLLAR,
        /// Quoted text, resolved.
        QUOTED,
        /// Quoted text with something inserted.
        INSERTED,
        /// `(`
        OPEN,
        /// `@(`
        AT_OPEN,
        /// `)`
        CLOSE,
        /// `,`
        COMMA,
        /// `!`
        BANG,
        /// Anything else without blanks.
        WORD,
        /// What only Groovy has: `==`, `&&`, a call.
        GROOVY
    }

    boolean is(Kind wanted) { return kind == wanted; }

    boolean isWord(String wanted) { return kind == Kind.WORD && text.equalsIgnoreCase(wanted); }

    /// Whether only a filter has such a token.
    boolean filterSign() {
        return kind == Kind.WORD && (JOINS.contains(lower()) || foreign() || Operator.read(text).isPresent());
    }

    /// Whether PowerShell has this operator and we do not.
    boolean foreign() { return kind == Kind.WORD && FOREIGN.contains(lower()); }

    String lower() { return text.toLowerCase(Locale.ROOT); }
}
