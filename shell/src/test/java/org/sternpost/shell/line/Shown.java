package org.sternpost.shell.line;

import static java.util.stream.Collectors.joining;

import java.util.List;
import org.sternpost.shell.line.Script.Argument;
import org.sternpost.shell.line.Script.PipelineElement;
import org.sternpost.shell.line.Script.Statement;

/// Shows a tree as one line, so that a table of texts can say what each means.
final class Shown {
    private Shown() {}

    static String of(String text) {
        return switch (LineParser.parse(text)) {
            case ParseResult.Parsed(var script) ->
                script.statements().stream().map(Shown::statement).collect(joining("; "));
            case ParseResult.Incomplete(var what, _) -> "... " + what.sign();
            case ParseResult.Refused(var error) -> error.code();
        };
    }

    static String statement(Statement statement) {
        return switch (statement) {
            case Statement.Assignment(var name, _, var pipeline, _) -> "set " + name + " " + statement(pipeline);
            case Statement.Pipeline(var stages, var redirect, _) -> stages.stream().map(Shown::stage)
                    .collect(joining(" | "))
                    + redirect.map(to -> (to.append() ? " >> " : " > ") + value(to.target()))
                            .orElse("");
        };
    }

    private static String stage(PipelineElement stage) {
        return switch (stage) {
            case PipelineElement.Command(var name, _, var arguments, _) -> arguments.stream().map(argument -> " " +
                    argument(argument)).collect(joining("", name, ""));
            case PipelineElement.Native(var text, _) -> "native<" + text + ">";
            case PipelineElement.Given(var value, _) -> "given " + value(value);
        };
    }

    private static String argument(Argument argument) {
        return switch (argument) {
            case Argument.Parameter(var name, _, var value, _) ->
                "-" + name + value.map(v -> ":" + value(v)).orElse("");
            case Argument.Splat(var name, _) -> "splat " + name;
            case Argument.Free(var value, _) -> value(value);
        };
    }

    private static String value(Value value) {
        return switch (value) {
            case Value.Word word -> word.parts().stream().map(Shown::part).collect(joining("+"));
            case Value.Array(var elements, _) -> elements.stream().map(Shown::value).collect(joining(" ", "[", "]"));
            case Value.Table(var entries, _) -> entries.stream().map(entry -> entry.key() + "=" + value(entry.value()))
                    .collect(joining(" ", "table(", ")"));
            case Value.Variable(var name, var path, _) -> "var " + name(name) + path(path);
            case Value.Subpipeline(var statement, var path, _) -> "(" + statement(statement) + ")" + path(path);
            case Value.Groovy(var text, _, var path, _) -> "groovy<" + text + ">" + path(path);
            case Value.Block(var text, _, _) -> "block<" + text + ">";
        };
    }

    private static String part(Value.Part part) {
        return switch (part) {
            case Value.Part.Text(var text, var quoted, _) -> quoted ? "'" + text + "'" : "<" + text + ">";
            case Value.Part.Inserted(var name, _) -> "$" + name(name);
            case Value.Part.Evaluated(var text, _, _) -> "$(" + text + ")";
        };
    }

    private static String name(Value.VariableName name) { return (name.environment() ? "env:" : "") + name.name(); }

    private static String path(List<Value.Step> path) {
        return path.stream().map(step -> switch (step) {
            case Value.Step.Property(var name, _) -> "." + name;
            case Value.Step.Index(var index, _) -> "[" + index + "]";
        }).collect(joining());
    }
}
