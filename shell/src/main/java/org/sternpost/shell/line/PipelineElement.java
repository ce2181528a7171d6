package org.sternpost.shell.line;

import java.util.List;

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
