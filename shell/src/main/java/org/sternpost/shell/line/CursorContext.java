package org.sternpost.shell.line;

import java.util.List;
import org.sternpost.shell.line.Script.Argument;

/// What would be typed at the cursor. `span` is what a completion replaces, `prefix` what it must start with.
public sealed interface CursorContext {
    Span span();

    /// The pipeline stage around the cursor.
    ///
    /// @param upstream names of the stages before this one; empty text for a value or a native command
    /// @param command  name of the command at the cursor, or empty if it has none yet
    /// @param before   its arguments before the cursor
    record CommandContext(List<String> upstream, String command, List<Argument> before) {
        public CommandContext {
            upstream = List.copyOf(upstream);
            before = List.copyOf(before);
        }

        /// Names of the parameters already given.
        public List<String> used() {
            return before.stream().filter(Argument.Parameter.class::isInstance)
                    .map(argument -> ((Argument.Parameter) argument).name()).toList();
        }

        /// Index of the next free value if each parameter without `:` takes the value after it.
        /// Who knows the switches counts again from `before`.
        public int position() {
            int count = 0;
            boolean takes = false;
            for (var argument : before) {
                count += argument instanceof Argument.Free && !takes ? 1 : 0;
                takes = argument instanceof Argument.Parameter(_, _, var value, _) && value.isEmpty();
            }
            return count;
        }
    }

    /// The name of a command.
    record CommandName(CommandContext within, String prefix, Span span) implements CursorContext {}

    /// The name of a parameter; `span` includes the dash, `prefix` does not.
    record ParameterName(CommandContext within, String prefix, Span span) implements CursorContext {}

    /// A value after `-Name` or `-Name:`; if that is a switch and no colon was typed, a free value.
    record ParameterValue(CommandContext within, String parameter, List<Value> given, String prefix, Span span)
            implements
                CursorContext {
        public ParameterValue { given = List.copyOf(given); }
    }

    /// A value that stands alone.
    record Positional(CommandContext within, int index, List<Value> given, String prefix,
            Span span) implements CursorContext {
        public Positional { given = List.copyOf(given); }
    }

    /// The name of a variable; `span` starts after the `$` or `${`.
    record Variable(CommandContext within, String prefix, Span span) implements CursorContext {}

    /// A property of `of`: `$_` inside a block (then it is of the stage before), `$name`, or `(a pipeline)`.
    record Property(CommandContext within, String of, String prefix, Span span) implements CursorContext {}

    /// A value that a filter compares a property with.
    record FilterValue(CommandContext within, String property, String prefix, Span span) implements CursorContext {}

    /// Anything else inside `{ }`: an operator of a filter, or Groovy.
    record Block(CommandContext within, String text, String prefix, Span span) implements CursorContext {}

    /// Nothing to offer: a comment, a native command, Groovy, a key of a table, a file.
    record Nothing(Span span) implements CursorContext {}
}
