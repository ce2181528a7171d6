package org.sternpost.shell.line;

import java.util.List;

/// A whole text: a line at the prompt, a `-Command`, a file.
public record Script(List<Statement> statements, Span span) {
    public Script { statements = List.copyOf(statements); }
}
