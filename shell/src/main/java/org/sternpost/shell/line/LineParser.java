package org.sternpost.shell.line;

import static org.sternpost.shell.line.HighlightedToken.Kind.COMMAND;
import static org.sternpost.shell.line.HighlightedToken.Kind.OPERATOR;
import static org.sternpost.shell.line.HighlightedToken.Kind.PARAMETER;
import static org.sternpost.shell.line.HighlightedToken.Kind.VARIABLE;
import static org.sternpost.shell.line.Source.END;
import static org.sternpost.shell.line.Source.isNewline;

import java.util.ArrayList;
import java.util.Optional;
import org.sternpost.shell.line.ParseResult.ParseStopException;
import org.sternpost.shell.line.Script.Argument;
import org.sternpost.shell.line.Script.PipelineElement;
import org.sternpost.shell.line.Script.Statement;

/// Reads a text by recursive descent: scripts, statements, pipelines, commands, arguments.
///
/// Meaning never depends on which commands exist, so one reading serves prompt, file, colours and completion.
public final class LineParser {
    private final Source source;
    private final ValueReader values;

    LineParser(Source source) {
        this.source = source;
        this.values = new ValueReader(source, this);
    }

    /// Reads a whole text. Never throws.
    public static ParseResult parse(String text) { return run(new Source(text, 0, false)).orElseThrow(); }

    /// Reads what the source holds; empty if it stopped at the cursor.
    static Optional<ParseResult> run(Source source) {
        if (source.text().length() > Source.LENGTH_MAX) {
            return Optional.of(new ParseResult.Refused(new SyntaxError("SYNTAX_LENGTH",
                    "the text is longer than 1 MiB", new Span(0, 0), "split the text into several files")));
        }
        try {
            return Optional.of(new ParseResult.Parsed(new LineParser(source).script()));
        } catch (ParseStopException stop) {
            return stop.result();
        }
    }

    private Script script() {
        var statements = new ArrayList<Statement>();
        while (true) {
            source.progress.at(ParseProgress.Expected.COMMAND, source.at());
            source.blanks();
            int c = source.peek();
            if (c == END) {
                return new Script(statements, new Span(0, source.at()));
            }
            if (c == ';' || isNewline(c)) {
                separator();
                continue;
            }
            statements.add(statement());
            source.blanks();
            c = source.peek();
            if (c != END && c != ';' && !isNewline(c)) {
                throw SyntaxErrors.stray(source);
            }
        }
    }

    private void separator() {
        int start = source.at();
        boolean visible = source.peek() == ';';
        source.take();
        if (visible) {
            source.mark(OPERATOR, start);
        }
    }

    /// A statement, up to but not including what ends it.
    Statement statement() {
        int start = source.at();
        int nameEnd = assigned();
        if (nameEnd < 0) {
            return pipeline();
        }
        source.take(nameEnd - start);
        var name = source.since(start + 1);
        source.mark(VARIABLE, start);
        SyntaxErrors.assignable(source, name, start);
        source.blanks();
        int equals = source.at();
        source.take();
        source.mark(OPERATOR, equals);
        source.progress.at(ParseProgress.Expected.COMMAND, source.at());
        source.blanksAndNewlines();
        if (source.peek() == END) {
            throw source.incomplete(Unclosed.EQUALS, equals);
        }
        var pipeline = pipeline();
        return new Statement.Assignment(name, new Span(start, nameEnd), pipeline,
                new Span(start, pipeline.span().end()));
    }

    /// Where the name ends if the statement is an assignment, else -1. Looks without taking.
    private int assigned() {
        int look = source.at();
        if (source.glance(look) != '$' || !Source.isNameStart(source.glance(look + 1))) {
            return -1;
        }
        look++;
        while (Source.isName(source.glance(look))) {
            look++;
        }
        int end = look;
        while (Source.isBlank(source.glance(look))) {
            look++;
        }
        return source.glance(look) == '=' && source.glance(look + 1) != '=' && source.glance(look + 1) != '~'
                ? end
                : -1;
    }

    private Statement.Pipeline pipeline() {
        int start = source.at();
        var elements = new ArrayList<PipelineElement>();
        source.progress.enterPipeline();
        elements.add(stage(true));
        int end = source.at();
        while (anotherStage()) {
            elements.add(stage(false));
            end = source.at();
        }
        Optional<Statement.Redirect> redirect = Optional.empty();
        if (source.peek() == '>') {
            redirect = Optional.of(redirect());
            end = source.at();
            source.blanks();
            if (!endsPipeline(source.peek())) {
                throw SyntaxErrors.afterRedirect(source);
            }
        }
        source.progress.leavePipeline();
        return new Statement.Pipeline(elements, redirect, new Span(start, end));
    }

    private boolean anotherStage() {
        source.blanks();
        if (isNewline(source.peek()) && source.pipeOnNextLine()) {
            source.blanksAndNewlines();
        }
        if (source.peek() != '|') {
            return false;
        }
        int pipe = source.at();
        SyntaxErrors.doublePipe(source);
        source.take();
        source.mark(OPERATOR, pipe);
        source.progress.nextStage();
        source.blanksAndNewlines();
        if (source.peek() == END) {
            throw source.incomplete(Unclosed.PIPE, pipe);
        }
        return true;
    }

    private PipelineElement stage(boolean first) {
        int start = source.at();
        source.progress.at(ParseProgress.Expected.COMMAND, start);
        int c = source.peek();
        if (c == '!') {
            return NativeCommandReader.read(source);
        }
        if (startsValue(c)) {
            var value = values.value();
            TokenRules.valueAlone(source, value, first);
            return new PipelineElement.Given(value, value.span());
        }
        return command();
    }

    private boolean startsValue(int c) {
        return c != END && "'\"$({".indexOf(c) >= 0 || Source.isDigit(c)
                || c == '@' && (source.peek(1) == '(' || source.peek(1) == '{')
                || c == '-' && Source.isDigit(source.peek(1));
    }

    private PipelineElement.Command command() {
        int start = source.at();
        while (Source.isBare(source.peek())) {
            source.take();
        }
        var nameSpan = source.spanFrom(start);
        var name = source.since(start);
        TokenRules.commandName(source, name, nameSpan);
        source.mark(COMMAND, start);
        source.progress.commandIs(name);
        var arguments = new ArrayList<Argument>();
        int end = source.at();
        while (true) {
            source.blanks();
            if (endsPipeline(source.peek()) || source.peek() == '|' || source.peek() == '>') {
                return new PipelineElement.Command(name, nameSpan, arguments, new Span(start, end));
            }
            var argument = argument(arguments.isEmpty() ? name : "");
            source.progress.argumentIs(argument);
            arguments.add(argument);
            end = source.at();
            if (!Source.endsToken(source.peek())) {
                throw SyntaxErrors.needsBlank(source);
            }
        }
    }

    private static boolean endsPipeline(int c) { return c == END || c == ';' || c == ')' || c == '}' || isNewline(c); }

    private Argument argument(String firstOf) {
        int start = source.at();
        source.progress.at(ParseProgress.Expected.ARGUMENT, start);
        TokenRules.argumentStart(source, firstOf);
        int c = source.peek();
        if (c == '-' && Source.isNameStart(source.peek(1)) && source.peek(1) != '_') {
            return parameter();
        }
        if (c == '@' && Source.isNameStart(source.peek(1))) {
            int end = start + 1;
            while (Source.isName(source.glance(end))) {
                end++;
            }
            if (Source.endsToken(source.glance(end)) && source.glance(end) != ',') {
                source.take(end - start);
                source.mark(PARAMETER, start);
                source.peek();
                return new Argument.Splat(source.since(start + 1), source.spanFrom(start));
            }
        }
        source.progress.at(ParseProgress.Expected.VALUE, start);
        var value = values.value();
        return new Argument.Free(value, value.span());
    }

    private Argument parameter() {
        int start = source.at();
        source.take();
        while (Source.isName(source.peek())) {
            source.take();
        }
        var nameSpan = source.spanFrom(start);
        var name = source.since(start + 1);
        if (source.peek() != ':') {
            TokenRules.parameterEnd(source, start);
            source.mark(PARAMETER, start);
            return new Argument.Parameter(name, nameSpan, Optional.empty(), nameSpan);
        }
        source.take();
        source.mark(PARAMETER, start);
        source.progress.pending(name);
        source.progress.at(ParseProgress.Expected.VALUE, source.at());
        if (Source.endsToken(source.peek())) {
            throw SyntaxErrors.parameterValue(source, name, start);
        }
        var value = values.value();
        return new Argument.Parameter(name, nameSpan, Optional.of(value), source.spanFrom(start));
    }

    private Statement.Redirect redirect() {
        int start = source.at();
        source.take();
        boolean append = source.peek() == '>';
        if (append) {
            source.take();
        }
        source.mark(OPERATOR, start);
        source.progress.nowhere();
        var sign = source.spanFrom(start);
        while (Source.isBlank(source.peek())) {
            source.take();
        }
        if (Source.endsToken(source.peek()) || source.peek() == '>' || source.peek() == '&') {
            throw SyntaxErrors.redirectTarget(sign);
        }
        var target = values.word();
        return new Statement.Redirect(append, target, source.spanFrom(start));
    }
}
