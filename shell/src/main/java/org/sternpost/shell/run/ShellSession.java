package org.sternpost.shell.run;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Param.Block;
import org.sternpost.cmdlets.Catalogue;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.NewPassword;
import org.sternpost.cmdlets.wire.EngineClient;
import org.sternpost.engine.time.Time;
import org.sternpost.shell.bind.BindException;
import org.sternpost.shell.bind.Binder.BindResult;
import org.sternpost.shell.bind.Binder;
import org.sternpost.shell.bind.Binder.BlockCompiler;
import org.sternpost.shell.bind.BoundScript;
import org.sternpost.shell.bind.BoundCommand;
import org.sternpost.shell.bind.Conversion;
import org.sternpost.shell.bind.ValueEvaluator.EvaluationScope;
import org.sternpost.shell.filter.Filter;
import org.sternpost.shell.filter.FilterEvaluator.FilterResult;
import org.sternpost.shell.filter.FilterEvaluator;
import org.sternpost.shell.item.ItemFields;
import org.sternpost.shell.item.ViewType;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.Script.Statement;
import org.sternpost.shell.line.Value;
import org.sternpost.shell.render.Printer.OutputFormat;
import org.sternpost.shell.render.Printer;
import org.sternpost.shell.render.RecordLayout;
import org.sternpost.shell.render.ValueFormat;
import org.sternpost.shell.run.StatementException.RecordException;

/// One operator's conversation with one engine: reads texts, runs them, keeps the variables.
public final class ShellSession {

    private final Configuration configuration;
    private final Binder binder;
    private final Conversion conversion;
    private final EvaluationScope scope = new Variables();
    private final BlockCompiler blocks = new SessionBlocks();
    private final FailureReporter reporter;
    private final ChangeRunner changes;
    private final CommandRunner commands;
    private final PipelineRunner pipelines;
    private final Map<String, Object> variables = new HashMap<>();
    private @Nullable Scripting scripting;
    private volatile @Nullable Thread groovy;

    /// What a session is made of.
    ///
    /// @param prompt    true where a person types: abbreviations are understood
    /// @param scripting makes Groovy when it is first needed
    public record Configuration(Catalogue catalogue, EngineClient client, Time time, ZoneId zone, Console console,
            OutputFormat format,
            boolean prompt, boolean dry, Optional<Duration> timeout, Map<String, String> environment,
            Function<ShellSession, Scripting> scripting) {}

    public ShellSession(Configuration configuration) {
        this.configuration = configuration;
        this.conversion = new Conversion(configuration.time(), configuration.zone(), configuration.prompt());
        this.binder = new Binder(configuration.catalogue(), conversion, blocks);
        this.reporter = new FailureReporter(configuration.console(), configuration.format());
        this.changes = new ChangeRunner(configuration.client(), configuration.time(), configuration.console(),
                configuration.format(), reporter,
                configuration.dry());
        this.commands = new CommandRunner(configuration.client(), configuration.time(), conversion, scope, reporter,
                changes,
                configuration.timeout());
        var layout = new RecordLayout(new ValueFormat(configuration.zone()), configuration.console().style(),
                configuration.console().width());
        this.pipelines = new PipelineRunner(commands, configuration.catalogue(), scope, reporter,
                configuration.console(), layout,
                configuration.format());
    }

    /// Runs a whole text; answers the exit code.
    public int run(String text) {
        return switch (binder.bind(text)) {
            case BindResult.Ready(var script) -> run(script, text);
            case BindResult.Refused(var error) -> {
                reporter.tell(error, text);
                configuration.console().flush();
                yield ExitCode.NOT_UNDERSTOOD;
            }
        };
    }

    /// The text of one command whose words the calling shell has split already.
    public static String text(List<String> words) {
        var text = new StringJoiner(" ");
        for (String word : words)
            text.add(quotedIfNeeded(word));
        return text.toString();
    }

    /// Runs a Groovy file.
    public int file(Path file, List<String> arguments) {
        return guarded(() -> {
            script(file, arguments);
            return ExitCode.DONE;
        }, "");
    }

    /// Stops what runs; safe from any thread.
    public void cancel() {
        commands.cancel();
        Thread running = groovy;
        if (running != null) running.interrupt();
    }

    public Configuration configuration() { return configuration; }

    /// A variable, under its name without `$`.
    public Optional<Object> variable(String name) { return scope.variable(name); }

    public void variable(String name, Object value) {
        variables.put(name.toLowerCase(Locale.ROOT), value);
        binder.know(name);
    }

    /// Names of all variables, for completion.
    public List<String> variableNames() { return variables.keySet().stream().sorted().toList(); }

    /// Makes the cmdlet of a call, for who runs it beside the session.
    public Cmdlet create(BoundCommand command) throws BindException { return command.create(conversion, scope, null); }

    public Conversion conversion() { return conversion; }

    /// For Groovy: turns dry running on or off; answers what it was.
    public boolean dry(boolean wanted) { return changes.dry(wanted); }

    /// For Groovy: runs one cmdlet; records go to `records` as they come.
    public void call(BoundCommand command, Consumer<Item> records) throws StatementException, BindException {
        var step = new BoundScript.Step.Command(command);
        var collected = pipelines.records(new BoundScript.Pipeline(Optional.empty(), List.of(step), Optional.empty()),
                this::script);
        collected.forEach(records);
    }

    /// Shows records as a statement would.
    public void show(List<Item> records) {
        var layout = new RecordLayout(new ValueFormat(configuration.zone()), configuration.console().style(),
                configuration.console().width());
        var printer = Printer.of(configuration.format(), layout, false, configuration.console()::out);
        records.forEach(printer::put);
        printer.end();
    }

    /// Groovy, made at first use.
    public synchronized Scripting scripting() {
        Scripting made = scripting;
        if (made == null) {
            made = configuration.scripting().apply(this);
            scripting = made;
        }
        return made;
    }

    private int run(BoundScript script, String text) {
        return guarded(() -> {
            int exit = ExitCode.DONE;
            for (BoundScript.Pipeline pipeline : script.statements()) {
                var outcome = pipelines.run(pipeline, this::script);
                pipeline.variable().ifPresent(name -> variable(name, outcome.records()));
                outcome.variables().forEach(this::variable);
                if (outcome.conditionFalse()) exit = ExitCode.CONDITION_FALSE;
                configuration.console().flush();
            }
            return exit;
        }, text);
    }

    private interface Work {
        int run() throws StatementException, BindException;
    }

    private int guarded(Work work, String text) {
        int exit;
        var around = reporter.begin(false);
        try {
            exit = work.run();
        } catch (StatementException failure) {
            reporter.tell(failure);
            exit = failure.exit();
        } catch (BindException refused) {
            reporter.tell(refused.error(), text);
            exit = ExitCode.FAILED;
        } finally {
            reporter.goOn(around);
        }
        configuration.console().flush();
        boolean partly = reporter.takePartly();
        return exit == ExitCode.DONE && partly ? ExitCode.PARTLY : exit;
    }

    private void script(Path file, List<String> arguments) throws StatementException {
        groovy = Thread.currentThread();
        try {
            scripting().file(file, arguments);
        } finally {
            groovy = null;
        }
    }

    /// A word of argv as the language would write it: names, parameters and plain words stay, the rest is quoted.
    private static String quotedIfNeeded(String word) {
        if (word.equals("-?") || word.equals("/?")) return word;
        if (word.matches("[-\\w./:*@+=%<>\\[\\]]+") && !word.startsWith("@") && !word.startsWith(">")) return word;
        if (word.matches("-[A-Za-z]\\w*:\\$(true|false)") || word.matches("\\{.*}|@\\{.*}")) return word;
        if (word.matches("[-\\w./:*@+]+(,[-\\w./:*@+]+)+")) return word;
        return "'" + word.replace("'", "''") + "'";
    }

    private final class Variables implements EvaluationScope {
        @Override
        public Optional<Object> variable(String name) {
            return Optional.ofNullable(variables.get(name.toLowerCase(Locale.ROOT)));
        }

        @Override
        public Optional<String> environment(String name) {
            return Optional.ofNullable(configuration.environment().get(name));
        }

        @Override
        public List<Item> records(Statement statement) throws BindException {
            try {
                return new ArrayList<>(pipelines.records(binder.statement(statement), ShellSession.this::script));
            } catch (StatementException failure) {
                throw new BindException(new org.sternpost.shell.line.SyntaxError(failure.code(), failure.message(),
                        statement.span(), failure.hint()));
            }
        }

        @Override
        public Object groovy(String text, Span span) throws BindException { return scripting().evaluate(text, span); }

        @Override
        public NewPassword password(NewPassword.Asked wanted, Span span) throws BindException {
            return PasswordQuestion.ask(configuration.console(), span);
        }
    }

    private final class SessionBlocks implements BlockCompiler {
        @Override
        public Block filter(Filter filter) {
            return new FilterBlock(
                    new FilterEvaluator(filter, configuration.time(), configuration.zone(),
                            name -> scope.variable(name).map(SessionBlocks::seen)));
        }

        /// What a statement has left is records, though it be one text.
        private static Object seen(Object value) {
            return switch (value) {
                case List<?> list -> list.stream().map(SessionBlocks::seen).toList();
                case Item item -> PipelineInput.plain(item).orElseGet(() -> new ItemFields(item));
                default -> value;
            };
        }

        @Override
        public Block groovy(Value.Block block, Optional<ViewType> records) throws BindException {
            return scripting().block(block, records);
        }
    }

    /// A block that is a comparison; runs without Groovy.
    record FilterBlock(FilterEvaluator evaluator) implements Block {

        @Override
        public boolean test(Item item) {
            return switch (evaluator.test(new ItemFields(item))) {
                case FilterResult.Kept() -> true;
                case FilterResult.Dropped() -> false;
                case FilterResult.Failed(var error) ->
                    throw new RecordException(error.code(), error.message(), error.hint());
            };
        }

        @Override
        public Object apply(Item item) { return test(item); }
    }
}
