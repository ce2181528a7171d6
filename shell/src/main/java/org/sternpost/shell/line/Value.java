package org.sternpost.shell.line;

import java.util.List;
import java.util.Optional;
import org.sternpost.shell.line.Script.Statement;

/// A value as typed; the type of the parameter that takes it decides what it means.
public sealed interface Value {
    Span span();

    /// Text of one or more parts without blanks between them.
    record Word(List<Part> parts, Span span) implements Value {
        public Word { parts = List.copyOf(parts); }

        /// The text, if nothing in it must be evaluated first.
        public Optional<String> plain() {
            var text = new StringBuilder();
            for (var part : parts) {
                if (!(part instanceof Part.Text(var piece, _, _))) {
                    return Optional.empty();
                }
                text.append(piece);
            }
            return Optional.of(text.toString());
        }

        /// Whether any part was quoted: then it is text, whatever it looks like.
        public boolean quoted() {
            return parts.stream().anyMatch(part -> part instanceof Part.Text(_, var quoted, _) && quoted);
        }
    }

    /// `a, b` or `@(a b)`: a list, also of none or one.
    record Array(List<Value> elements, Span span) implements Value {
        public Array { elements = List.copyOf(elements); }
    }

    /// `@{ key = value; … }`, in the order typed.
    record Table(List<Entry> entries, Span span) implements Value {
        public Table { entries = List.copyOf(entries); }
    }

    /// One line of a table.
    record Entry(String key, Span keySpan, Value value) {}

    /// `$name.path`, `${name}`, `$env:name`.
    record Variable(VariableName name, List<Step> path, Span span) implements Value {
        public Variable { path = List.copyOf(path); }
    }

    /// `( statement ).path`; always a list.
    record Subpipeline(Statement statement, List<Step> path, Span span) implements Value {
        public Subpipeline { path = List.copyOf(path); }
    }

    /// `$( groovy ).path`, evaluated before the command runs; `textSpan` is what stands inside.
    record Groovy(String text, Span textSpan, List<Step> path, Span span) implements Value {
        public Groovy { path = List.copyOf(path); }
    }

    /// `{ … }`: a filter or Groovy, handed over as it is; `textSpan` is what stands inside.
    record Block(String text, Span textSpan, Span span) implements Value {}

    /// A variable of the session, or with `environment` one of the process.
    record VariableName(String name, boolean environment) {}

    /// One step into a value.
    sealed interface Step {
        Span span();

        /// `.name`
        record Property(String name, Span span) implements Step {}

        /// `[n]`; a negative one counts from the end.
        record Index(int index, Span span) implements Step {}
    }

    /// One piece of a word.
    sealed interface Part {
        Span span();

        /// Text with quotes and escapes already resolved.
        record Text(String text, boolean quoted, Span span) implements Part {}

        /// `$name` or `${name}` within a word: no path belongs to it.
        record Inserted(VariableName name, Span span) implements Part {}

        /// `$( groovy )` within a word.
        record Evaluated(String text, Span textSpan, Span span) implements Part {}
    }
}
