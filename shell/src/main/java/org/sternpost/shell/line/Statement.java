package org.sternpost.shell.line;

import java.util.List;
import java.util.Optional;

/// What runs, one after the other.
public sealed interface Statement {
    Span span();

    /// `$name = pipeline`; the variable always holds a list.
    record Assignment(String name, Span nameSpan, Pipeline pipeline, Span span) implements Statement {}

    /// Stages joined by `|`; only the first may be a plain value.
    record Pipeline(List<PipelineElement> elements, Optional<Redirect> redirect, Span span) implements Statement {
        public Pipeline {
            elements = List.copyOf(elements);
            if (elements.isEmpty()) {
                throw new IllegalArgumentException("a pipeline without a stage");
            }
        }
    }

    /// `> file`, or `>> file` to append.
    record Redirect(boolean append, Value.Word target, Span span) {}
}
