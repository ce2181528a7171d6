package org.sternpost.shell.line;

import java.util.List;
import java.util.Optional;

/// A whole text: a line at the prompt, a `-Command`, a file.
public record Script(List<Statement> statements, Span span) {
    public Script { statements = List.copyOf(statements); }

    /// One argument of a command. The binder, not the grammar, pairs a parameter with the value after it.
    public sealed interface Argument {
        Span span();

        /// `-Name`, or `-Name:value`; `nameSpan` covers the dash too.
        record Parameter(String name, Span nameSpan, Optional<Value> value, Span span) implements Argument {}

        /// `@name`: the entries of a table as if they were typed here.
        record Splat(String name, Span span) implements Argument {}

        /// A value that stands alone.
        record Free(Value value, Span span) implements Argument {}
    }

    /// One member of a pipeline.
    public sealed interface PipelineElement {
        Span span();

        /// A cmdlet, an alias, or a path to a script, with its arguments as typed.
        record Command(String name, Span nameSpan, List<Argument> arguments, Span span) implements PipelineElement {
            public Command { arguments = List.copyOf(arguments); }
        }

        /// `!text`: a command of the operating system; the text is passed on as typed.
        record Native(String text, Span span) implements PipelineElement {}

        /// A value that feeds the pipeline, or is shown.
        record Given(Value value, Span span) implements PipelineElement {}
    }

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
}
