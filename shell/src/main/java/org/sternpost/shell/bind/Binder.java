package org.sternpost.shell.bind;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sternpost.cmdlets.Param.Block;
import org.sternpost.cmdlets.Catalogue;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.Descriptor.Parameter;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.shell.filter.FilterReader;
import org.sternpost.shell.filter.FilterReader.FilterParseResult;
import org.sternpost.shell.item.ViewType;
import org.sternpost.shell.line.Script.Argument;
import org.sternpost.shell.line.ParseResult;
import org.sternpost.shell.line.LineParser;
import org.sternpost.shell.line.Script;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.Script.PipelineElement;
import org.sternpost.shell.line.Script.Statement;
import org.sternpost.engine.mail.Nearest;
import org.sternpost.shell.bind.ValueEvaluator.ConstantScope;
import org.sternpost.shell.filter.Filter;
import org.sternpost.shell.line.SyntaxError;
import org.sternpost.shell.line.Value;

/// Binds a whole text before any of it runs; remembers which variables and tables earlier texts have set.
public final class Binder {

    private static final Set<String> HELP = Set.of("-?", "/?");
    private static final Set<String> PASSING = Set.of("Where-Object", "Sort-Object");

    private final Catalogue catalogue;
    private final Conversion conversion;
    private final BlockCompiler blocks;
    private final Set<String> variables = new HashSet<>();
    private final Map<String, Value.Table> tables = new HashMap<>();

    public Binder(Catalogue catalogue, Conversion conversion, BlockCompiler blocks) {
        this.catalogue = catalogue;
        this.conversion = conversion;
        this.blocks = blocks;
    }

    /// Parses and binds; the text must be complete.
    public BindResult bind(String text) {
        return switch (LineParser.parse(text)) {
            case ParseResult.Parsed(var script) -> bind(script);
            case ParseResult.Refused(var error) -> new BindResult.Refused(error);
            case ParseResult.Incomplete incomplete -> new BindResult.Refused(incomplete.asError());
        };
    }

    /// Makes a variable known that did not come from an assignment.
    public void know(String variable) { variables.add(variable.toLowerCase(Locale.ROOT)); }

    private BindResult bind(Script script) {
        try {
            var statements = new ArrayList<BoundScript.Pipeline>();
            for (Statement statement : script.statements())
                statements.add(statement(statement));
            return new BindResult.Ready(new BoundScript(statements));
        } catch (BindException refused) {
            return new BindResult.Refused(refused.error());
        }
    }

    /// Binds one statement; a pipeline in parentheses is bound again when its value is wanted.
    public BoundScript.Pipeline statement(Statement statement) throws BindException {
        return switch (statement) {
            case Statement.Assignment(var name, _, var pipeline, _) -> {
                var bound = pipeline(pipeline, Optional.of(name));
                know(name);
                tables.remove(name.toLowerCase(Locale.ROOT));
                if (pipeline.elements().size() == 1
                        && pipeline.elements().getFirst() instanceof PipelineElement.Given(Value.Table table, _))
                    tables.put(name.toLowerCase(Locale.ROOT), table);
                yield bound;
            }
            case Statement.Pipeline pipeline -> pipeline(pipeline, Optional.empty());
        };
    }

    private BoundScript.Pipeline pipeline(Statement.Pipeline pipeline, Optional<String> variable) throws BindException {
        for (PipelineElement stage : pipeline.elements())
            if (stage instanceof PipelineElement.Command command && asksForHelp(command))
                return help(pipeline, command);
        var steps = new ArrayList<BoundScript.Step>();
        Optional<ViewType> records = Optional.empty();
        for (int i = 0; i < pipeline.elements().size(); i++) {
            boolean last = i == pipeline.elements().size() - 1;
            switch (pipeline.elements().get(i)) {
                case PipelineElement.Native(_, var span) -> throw new BindException("NATIVE",
                        "commands of the operating system "
                                + "do not run in here",
                        span, "run it in the calling shell: sternpost -Command '...' | grep x");
                case PipelineElement.Given(var value, _) -> {
                    check(value);
                    steps.add(NumberRange.read(value).orElse(new BoundScript.Step.Given(value)));
                }
                case PipelineElement.Command command when command.name().toLowerCase(Locale.ROOT).endsWith(".groovy") ->
                    steps.add(file(command));
                case PipelineElement.Command command -> {
                    var bound = command(command, i > 0, last, records);
                    steps.add(new BoundScript.Step.Command(bound));
                    records = PASSING.contains(bound.descriptor().name())
                            ? records
                            : ViewType.answeredBy(bound.descriptor());
                    bound.common().outVariable().ifPresent(this::know);
                }
            }
        }
        return new BoundScript.Pipeline(variable, steps, pipeline.redirect());
    }

    /// `Set-OutboundConnector -?` shows help, whatever else stands there, and changes nothing.
    private static boolean asksForHelp(PipelineElement.Command command) {
        return command.arguments().stream().anyMatch(argument -> argument instanceof Argument.Free(Value.Word word, _)
                && !word.quoted() && word.plain().filter(HELP::contains).isPresent());
    }

    private BoundScript.Pipeline help(Statement.Pipeline pipeline, PipelineElement.Command asked) throws BindException {
        Descriptor about = catalogue.find(asked.name()).orElseThrow(() -> unknown(asked));
        if (pipeline.elements().size() > 1)
            throw new BindException("HELP_ALONE", "-? shows help and does nothing else", asked.span(),
                    "Get-Help " + about.name());
        var name = new Value.Word(List.of(new Value.Part.Text(about.name(), true, asked.nameSpan())), asked.nameSpan());
        var help = new PipelineElement.Command("Get-Help", asked.nameSpan(),
                List.of(new Argument.Free(name, asked.nameSpan())), asked.span());
        return pipeline(new Statement.Pipeline(List.of(help), pipeline.redirect(), pipeline.span()), Optional.empty());
    }

    private BoundCommand command(PipelineElement.Command command, boolean fed, boolean last, Optional<ViewType> records)
            throws BindException {
        Descriptor descriptor = catalogue.find(command.name()).orElseThrow(() -> unknown(command));
        if (descriptor.verb() == Verb.Format && !last)
            throw new BindException("FORMAT_NOT_LAST", descriptor.name() + " makes text; put it last",
                    command.nameSpan(), "");
        var arguments = expanded(command.arguments());
        for (Argument argument : arguments)
            if (argument instanceof Argument.Free(var value, _)) check(value);
            else if (argument instanceof Argument.Parameter named && named.value().isPresent())
                check(named.value().get());
        var pairing = new ArgumentPairing(descriptor, records, conversion, blocks);
        var paired = filterWords(descriptor, arguments, records);
        if (paired.isEmpty()) paired = Optional.of(pairing.pair(arguments));
        var bound = new BoundCommand(descriptor, paired.get(), pairing.common(), fed, records, command.span());
        complete(bound, command.nameSpan());
        if (bound.known()) bound.create(conversion, ConstantScope.NONE, null);
        return bound;
    }

    /// `Where-Object Property -op Value`.
    private Optional<Map<String, BoundCommand.Argument>> filterWords(Descriptor descriptor, List<Argument> arguments,
            Optional<ViewType> records) throws BindException {
        if (!descriptor.name().equals("Where-Object") || arguments.isEmpty()
                || !(arguments.getFirst() instanceof Argument.Free(Value.Word _, _)))
            return Optional.empty();
        Span whole = new Span(arguments.getFirst().span().start(), arguments.getLast().span().end());
        var parameter = descriptor.parameters().stream().filter(p -> p.type() == Block.class).findFirst();
        if (parameter.isEmpty()) return Optional.empty();
        return switch (FilterReader.words(arguments, whole)) {
            case FilterParseResult.IsFilter(var filter) -> {
                PropertyCheck.check(filter, records);
                yield Optional.of(Map.of(parameter.get().name(),
                        new BoundCommand.Argument.Ready(blocks.filter(filter))));
            }
            case FilterParseResult.Refused(var error) -> throw new BindException(error);
            case FilterParseResult.IsGroovy() -> Optional.empty();
        };
    }

    private void complete(BoundCommand bound, Span span) throws BindException {
        var sets = new HashMap<String, Parameter>();
        for (Parameter p : bound.descriptor().parameters()) {
            boolean given = bound.arguments().containsKey(p.name());
            if (given && !p.oneOf().isEmpty()) {
                Parameter other = sets.put(p.oneOf(), p);
                if (other != null)
                    throw new BindException("PARAM_CONFLICT", "-" + other.name() + " and -" + p.name()
                            + " exclude each other", span, "");
            }
            if (p.mandatory() && !given && !(bound.fed() && p.pipeline()))
                throw new BindException("PARAM_MISSING", bound.descriptor().name() + " needs -" + p.name(), span,
                        p.doc() + "\nusage: " + Usage.of(bound.descriptor()));
        }
        if (bound.fed() && !bound.descriptor().runsInShell() && !bound.takesRecords())
            throw new BindException("PIPE_UNBOUND",
                    bound.descriptor().name() + " takes nothing from the stage before it",
                    span, "");
    }

    private List<Argument> expanded(List<Argument> arguments) {
        var named = arguments.stream().filter(Argument.Parameter.class::isInstance)
                .map(a -> ((Argument.Parameter) a).name().toLowerCase(Locale.ROOT)).toList();
        var all = new ArrayList<Argument>();
        for (Argument argument : arguments) {
            if (argument instanceof Argument.Splat(var name, var span)
                    && tables.get(name.toLowerCase(Locale.ROOT)) instanceof Value.Table table) {
                for (var entry : table.entries())
                    if (!named.contains(entry.key().toLowerCase(Locale.ROOT)))
                        all.add(new Argument.Parameter(entry.key(), span, Optional.of(entry.value()), span));
            } else {
                all.add(argument);
            }
        }
        return all;
    }

    /// Refuses unknown variables and binds inner pipelines, though they run later.
    private void check(Value value) throws BindException {
        switch (value) {
            case Value.Array array -> {
                for (Value element : array.elements())
                    check(element);
            }
            case Value.Table table -> {
                for (var entry : table.entries())
                    check(entry.value());
            }
            case Value.Variable v when ValueEvaluator.constant(v) == null -> check(v.name(), v.span());
            case Value.Word word -> {
                for (var part : word.parts())
                    if (part instanceof Value.Part.Inserted(var name, var span)) check(name, span);
            }
            case Value.Subpipeline sub -> statement(sub.statement());
            case Value.Variable _,Value.Groovy _,Value.Block _ -> {
            }
        }
    }

    private void check(Value.VariableName name, Span span) throws BindException {
        if (name.environment() || variables.contains(name.name().toLowerCase(Locale.ROOT))) return;
        if (name.name().equals("_"))
            throw new BindException("VARIABLE_UNKNOWN", "$_ has a meaning only inside { }", span, "");
        throw new BindException("VARIABLE_UNKNOWN", "there is no variable $" + name.name(), span,
                Nearest.to(name.name(), variables).map(n -> "did you mean: $" + n)
                        .orElse("text needs no $: '" + name.name() + "'"));
    }

    private BoundScript.Step.File file(PipelineElement.Command command) throws BindException {
        var words = new ArrayList<String>();
        for (Argument argument : command.arguments()) {
            Optional<Value> value = Optional.empty();
            if (argument instanceof Argument.Parameter named) {
                words.add("-" + named.name());
                value = named.value();
            } else if (argument instanceof Argument.Free(var given, _)) value = Optional.of(given);
            if (value.isPresent()) {
                if (ValueEvaluator.needsRun(value.get()))
                    throw new BindException("PARAM_CONSTANT", "a script takes plain values", argument.span(), "");
                words.add(ValueEvaluator.evaluate(value.get(), ConstantScope.NONE).toString());
            }
        }
        return new BoundScript.Step.File(command.name(), words, command.span());
    }

    private BindException unknown(PipelineElement.Command command) {
        var names = catalogue.all().stream().map(Descriptor::name).toList();
        return new BindException("COMMAND_UNKNOWN", "there is no command " + command.name(), command.nameSpan(),
                Nearest.to(command.name(), names).map(n -> "did you mean: " + n)
                        .orElse("Get-Command lists them all"));
    }

    /// What binding a text gives.
    public sealed interface BindResult {

        /// Everything fits.
        record Ready(BoundScript script) implements BindResult {}

        /// Nothing of it runs.
        record Refused(SyntaxError error) implements BindResult {}
    }

    /// Makes something that runs of a filter or of Groovy.
    public interface BlockCompiler {

        Block filter(Filter filter);

        /// @param records what the block will be given, if that is known
        Block groovy(Value.Block block, Optional<ViewType> records) throws BindException;
    }
}
