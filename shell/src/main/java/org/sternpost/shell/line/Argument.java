package org.sternpost.shell.line;

import java.util.Optional;

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
