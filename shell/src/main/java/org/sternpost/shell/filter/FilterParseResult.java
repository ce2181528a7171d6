package org.sternpost.shell.filter;

import org.sternpost.shell.line.SyntaxError;

/// What a block turns out to be.
public sealed interface FilterParseResult {
    /// A comparison; it never reaches Groovy.
    record IsFilter(Filter filter) implements FilterParseResult {}

    /// Groovy, as far as we can see.
    record IsGroovy() implements FilterParseResult {}

    /// A broken filter, or a mixture of both languages.
    record Refused(SyntaxError error) implements FilterParseResult {}
}
