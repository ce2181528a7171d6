package org.sternpost.shell.filter;

import java.util.List;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.Value.Step;

/// A filter as read; who can answer part of it elsewhere may walk it.
public sealed interface Filter {
    /// `-or`
    record Or(List<Filter> of) implements Filter {
        public Or { of = List.copyOf(of); }
    }

    /// `-and`
    record And(List<Filter> of) implements Filter {
        public And { of = List.copyOf(of); }
    }

    /// `-not`
    record Not(Filter what) implements Filter {}

    /// One comparison; `span` covers it whole.
    record Test(Operand left, Operator operator, boolean caseSensitive, Operand right, Span span) implements Filter {}

    /// A property alone: true unless it is absent, false, zero or empty.
    record Truth(Operand operand) implements Filter {}

    /// One side of a comparison.
    sealed interface Operand {
        Span span();

        /// `$_.path`; an empty path is the record itself.
        record Property(List<Step> path, Span span) implements Operand {
            public Property { path = List.copyOf(path); }
        }

        /// `$name.path`, a variable of the session.
        record Outer(String name, List<Step> path, Span span) implements Operand {
            public Outer { path = List.copyOf(path); }
        }

        /// A literal; the other side's type says what it means.
        record Text(String text, Span span) implements Operand {}

        /// `$true`, `$false`
        record Bool(boolean value, Span span) implements Operand {}

        /// `$null`: equal to what is absent.
        record Null(Span span) implements Operand {}

        /// `('a', 'b')`
        record Items(List<Operand> of, Span span) implements Operand {
            public Items { of = List.copyOf(of); }
        }
    }
}
