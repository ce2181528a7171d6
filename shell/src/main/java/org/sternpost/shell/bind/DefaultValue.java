package org.sternpost.shell.bind;

import org.sternpost.cmdlets.Descriptor.Parameter;
import org.sternpost.shell.bind.ValueEvaluator.ConstantScope;
import org.sternpost.shell.line.LineParser;
import org.sternpost.shell.line.ParseResult;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.Script.PipelineElement;
import org.sternpost.shell.line.Script.Statement;
import org.sternpost.shell.line.Script.Argument;

/// Reads what a cmdlet's author wrote as the value of a parameter that nobody gave.
final class DefaultValue {

    private DefaultValue() {}

    /// The default as [ValueEvaluator#evaluate] would give it.
    static Object of(Parameter parameter) throws BindException {
        String text = parameter.defaultValue();
        if (LineParser.parse("x " + text) instanceof ParseResult.Parsed(var script)
                && script.statements().size() == 1
                && script.statements().getFirst() instanceof Statement.Pipeline pipeline
                && pipeline.elements().getFirst() instanceof PipelineElement.Command command
                && command.arguments().size() == 1
                && command.arguments().getFirst() instanceof Argument.Free(var value, _)
                && !ValueEvaluator.needsRun(value))
            return ValueEvaluator.evaluate(value, ConstantScope.NONE);
        throw new BindException("DEFAULT_VALUE", "the default of -" + parameter.name() + " is no value: " + text,
                new Span(0, 0), "");
    }
}
