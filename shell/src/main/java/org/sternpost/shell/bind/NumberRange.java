package org.sternpost.shell.bind;

import java.util.Optional;
import java.util.regex.Pattern;
import org.sternpost.shell.line.Value;

/// `1..5` at the start of a pipeline: numbers, as in PowerShell. Anywhere else it is text.
final class NumberRange {

    private static final Pattern RANGE = Pattern.compile("(-?\\d{1,18})\\.\\.(-?\\d{1,18})");

    private NumberRange() {}

    /// The numbers that a value stands for; empty if it is no range.
    static Optional<BoundScript.Step> read(Value value) throws BindException {
        if (value instanceof Value.Array(var elements, var span)) {
            for (Value element : elements)
                if (read(element).isPresent())
                    throw new BindException("RANGE", "a range stands alone", span, "in Groovy: $( (1..5) + 7 )");
            return Optional.empty();
        }
        if (!(value instanceof Value.Word word) || word.quoted() || !looksSo(word)) return Optional.empty();
        var range = RANGE.matcher(word.plain().orElse(""));
        if (!range.matches())
            throw new BindException("RANGE", "a range has a whole number at both ends", word.span(),
                    "1..5; with variables, in Groovy: $( 1..n ); quote it if it is text");
        long from = Long.parseLong(range.group(1));
        long to = Long.parseLong(range.group(2));
        if (Math.abs(to - from) >= BoundScript.Step.Numbers.COUNT_MAX)
            throw new BindException("RANGE", "a range has " + BoundScript.Step.Numbers.COUNT_MAX + " numbers at most",
                    word.span(), "");
        return Optional.of(new BoundScript.Step.Numbers(from, to));
    }

    private static boolean looksSo(Value.Word word) {
        return word.parts().getFirst() instanceof Value.Part.Text(var text, _, _) && text.matches("-?\\d+\\.\\..*");
    }
}
