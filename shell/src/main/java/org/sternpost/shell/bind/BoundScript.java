package org.sternpost.shell.bind;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.Script.Statement;
import org.sternpost.shell.line.Value;

/// A text whose every name and constant has been checked, ready to run.
public record BoundScript(List<Pipeline> statements) {

    /// @param variable that keeps the records; empty when they are shown
    public record Pipeline(Optional<String> variable, List<Step> steps, Optional<Statement.Redirect> redirect) {}

    /// One member of a pipeline.
    public sealed interface Step {

        /// A value that feeds the pipeline.
        record Given(Value value) implements Step {}

        /// `1..5`: whole numbers, upwards or downwards.
        record Numbers(long from, long to) implements Step {
            static final int COUNT_MAX = 1_000_000; // as many records as a stage may keep

            /// All of them, in order.
            public List<Long> all() {
                return LongStream.rangeClosed(0, Math.abs(to - from)).map(n -> from <= to ? from + n : from - n).boxed()
                        .toList();
            }
        }

        /// A cmdlet with its arguments.
        record Command(BoundCommand command) implements Step {}

        /// A Groovy file and its parameters.
        record File(String path, List<String> arguments, Span span) implements Step {}
    }
}
