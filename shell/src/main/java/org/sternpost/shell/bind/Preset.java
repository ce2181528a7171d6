package org.sternpost.shell.bind;

import org.sternpost.cmdlets.Descriptor.Parameter;
import org.sternpost.shell.line.LineParser;
import org.sternpost.shell.line.ParseResult;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.Stage;
import org.sternpost.shell.line.Statement;
import org.sternpost.shell.line.Argument;

/// Reads what a cmdlet's author wrote as the value of a parameter that nobody gave.
final class Preset {

    private Preset() {}

    /// The preset as [Values#evaluate] would give it.
    static Object of(Parameter parameter) throws BindException {
        String text = parameter.preset();
        if (LineParser.parse("x " + text) instanceof ParseResult.Parsed(var script)
                && script.statements().size() == 1
                && script.statements().getFirst() instanceof Statement.Pipeline pipeline
                && pipeline.stages().getFirst() instanceof Stage.Command command && command.arguments().size() == 1
                && command.arguments().getFirst() instanceof Argument.Free(var value, _) && !Values.needsRun(value))
            return Values.evaluate(value, NoScope.NONE);
        throw new BindException("PRESET", "the preset of -" + parameter.name() + " is no value: " + text,
                new Span(0, 0), "");
    }
}
