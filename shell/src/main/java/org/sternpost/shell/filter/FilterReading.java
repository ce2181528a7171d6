package org.sternpost.shell.filter;

import org.sternpost.shell.line.SyntaxError;

/// What a block turns out to be.
public sealed interface FilterReading {
    /// A comparison; it never reaches Groovy.
    record IsFilter(Filter filter) implements FilterReading {}

    /// Groovy, as far as we can see.
    record IsGroovy() implements FilterReading {}

    /// A broken filter, or a mixture of both languages.
    record Refused(SyntaxError error) implements FilterReading {}
}
