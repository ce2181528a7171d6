package org.sternpost.shell.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Catalogue;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.RecordItem;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.cmdlets.pipeline.WholeFile;
import org.sternpost.engine.control.view.Tested;
import org.sternpost.shell.bind.BindException;
import org.sternpost.shell.bind.BoundScript;
import org.sternpost.shell.bind.BoundCommand;
import org.sternpost.shell.bind.ValueEvaluator.EvaluationScope;
import org.sternpost.shell.bind.ValueEvaluator;
import org.sternpost.shell.line.Script.Statement;
import org.sternpost.shell.render.Printer.OutputFormat;
import org.sternpost.shell.render.AnsiStyle;
import org.sternpost.shell.render.LookScreen;
import org.sternpost.shell.render.Printer;
import org.sternpost.shell.render.QueueScreen;
import org.sternpost.shell.render.RecordLayout;
import org.sternpost.shell.render.RolloutScreen;

/// Joins the steps of one statement and lets the records flow.
final class PipelineRunner {

    private static final Set<Verb> NEW_RECORDS = Set.of(Verb.Backup, Verb.New, Verb.Send, Verb.Start, Verb.Update);

    private final CommandRunner commands;
    private final Catalogue catalogue;
    private final EvaluationScope scope;
    private final FailureReporter reporter;
    private final Console console;
    private final RecordLayout layout;
    private final OutputFormat format;

    PipelineRunner(CommandRunner commands, Catalogue catalogue, EvaluationScope scope, FailureReporter reporter,
            Console console,
            RecordLayout layout,
            OutputFormat format) {
        this.commands = commands;
        this.catalogue = catalogue;
        this.scope = scope;
        this.reporter = reporter;
        this.console = console;
        this.layout = layout;
        this.format = format;
    }

    /// What a statement came to.
    ///
    /// @param conditionFalse a `Test-` found what it tests for untrue
    /// @param variables      what each `-OutVariable` keeps: the records of its own command
    record Outcome(List<Item> records, boolean conditionFalse, Map<String, List<Item>> variables) {}

    /// Runs a statement and shows its records, unless a variable keeps them.
    Outcome run(BoundScript.Pipeline pipeline, ScriptRunner scripts) throws StatementException, BindException {
        if (pipeline.redirect().isPresent()) return redirected(pipeline, pipeline.redirect().get(), scripts);
        if (watches(pipeline)) {
            var drawn = drawn(pipeline, scripts);
            if (drawn.isPresent()) return drawn.get();
        }
        var printer = follows(pipeline)
                ? Printer.of(format, layout(), false, this::atOnce, 1)
                : Printer.of(format, layout(), single(pipeline), console::out);
        boolean show = pipeline.variable().isEmpty() && !quiet(pipeline);
        boolean keepText = pipeline.variable().isPresent() && endsInShell(pipeline);
        List<Item> kept = pipeline.variable().isPresent() ? new ArrayList<>() : new Nothing();
        return flow(pipeline, new PipelineStep.OutputStep(printer, kept, show, keepText), scripts);
    }

    /// Holds nothing of a long answer that is shown as it comes.
    private static final class Nothing extends AbstractList<Item> {
        @Override
        public boolean add(Item item) { return false; }

        @Override
        public Item get(int index) { throw new IndexOutOfBoundsException(index); }

        @Override
        public int size() { return 0; }
    }

    /// True of what has no end: each of its records is shown when it comes.
    private static boolean follows(BoundScript.Pipeline pipeline) {
        return commandsOf(pipeline).stream().anyMatch(command -> command.arguments().containsKey("Follow")
                || command.descriptor().verb() == Verb.Watch);
    }

    /// True of what may be drawn in a window.
    private boolean watches(BoundScript.Pipeline pipeline) {
        return format == OutputFormat.Text && pipeline.variable().isEmpty() && pipeline.steps().size() == 1
                && pipeline.steps().getFirst() instanceof BoundScript.Step.Command(var command)
                && command.descriptor().verb() == Verb.Watch && command.common().outVariable().isEmpty();
    }

    /// Draws until it ends, and leaves the last look below what was printed before; nothing where there is no window.
    private Optional<Outcome> drawn(BoundScript.Pipeline pipeline, ScriptRunner scripts)
            throws StatementException, BindException {
        var screen = new AtomicReference<@Nullable LookScreen<?>>();
        var window = console.window(() -> {
            if (screen.get() instanceof LookScreen<?> drawn) drawn.draw();
        });
        if (window.isEmpty()) return Optional.empty();
        var outcome = new Outcome(List.of(), false, Map.of());
        try (var open = window.get()) {
            LookScreen<?> drawing = commandsOf(pipeline).getFirst().descriptor().noun().equals("TlsRollout")
                    ? new RolloutScreen(open, layout.values().zone(), layout.style())
                    : new QueueScreen(open, layout.values().zone(), layout.style());
            screen.set(drawing);
            outcome = flow(pipeline, new PipelineStep.OutputStep(new Printer.Drawn(drawing::put), new Nothing(), true,
                    false), scripts);
        } catch (StatementException ended) {
            if (!ended.code().equals("CANCELLED")) throw ended; // who ends it wants no error
        }
        if (screen.get() instanceof LookScreen<?> drawn) drawn.last().forEach(console::out);
        return Optional.of(outcome);
    }

    private void atOnce(String line) {
        console.out(line);
        console.flush();
    }

    /// Runs a pipeline whose records are a value.
    List<Item> records(BoundScript.Pipeline pipeline, ScriptRunner scripts) throws StatementException, BindException {
        var printer = Printer.of(OutputFormat.Text, layout(), false, console::out);
        return flow(pipeline, new PipelineStep.OutputStep(printer, new ArrayList<>(), false, endsInShell(pipeline)),
                scripts)
                .records();
    }

    /// Runs a Groovy file.
    interface ScriptRunner {
        void run(Path file, List<String> arguments) throws StatementException;
    }

    private Outcome redirected(BoundScript.Pipeline pipeline, Statement.Redirect redirect, ScriptRunner scripts)
            throws StatementException, BindException {
        String name = ValueEvaluator.evaluate(redirect.target(), scope).toString();
        OutputFormat wanted = format(name);
        if (redirect.append() && wanted == OutputFormat.JsonArray)
            throw new StatementException("APPEND_JSON", "a .json file cannot be appended to", "use .jsonl",
                    ExitCode.FAILED);
        try (var file = WholeFile.open(Path.of(name), redirect.append())) {
            Consumer<String> lines = line -> write(file, line);
            var printer = Printer.of(wanted, new RecordLayout(layout.values(), new AnsiStyle(false), 0),
                    single(pipeline), lines);
            var outcome = flow(pipeline, new PipelineStep.OutputStep(printer, new Nothing(), true, false), scripts);
            file.keep();
            return outcome;
        } catch (UncheckedIOException broken) {
            throw unwritten(name, String.valueOf(broken.getMessage()));
        } catch (IOException broken) {
            throw unwritten(name, WholeFile.why(broken));
        }
    }

    private static void write(WholeFile file, String line) {
        try {
            file.line(line);
        } catch (IOException broken) {
            throw new UncheckedIOException(WholeFile.why(broken), broken);
        }
    }

    private static StatementException unwritten(String name, String why) {
        return new StatementException("FILE", name + " cannot be written: " + why, "", ExitCode.FAILED);
    }

    /// By the ending of the name.
    private static OutputFormat format(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".json")) return OutputFormat.JsonArray;
        if (lower.endsWith(".jsonl")) return OutputFormat.Json;
        return lower.endsWith(".csv") ? OutputFormat.Csv : OutputFormat.Text;
    }

    private Outcome flow(BoundScript.Pipeline pipeline, PipelineStep.OutputStep last, ScriptRunner scripts)
            throws StatementException, BindException {
        var around = reporter.begin(commandsOf(pipeline).stream().anyMatch(c -> c.common().stopOnError()));
        try {
            return flowing(pipeline, last, scripts);
        } catch (BindException refused) {
            reporter.refuseIfEnded(); // What is evaluated for an argument may have been cut short.
            throw refused;
        } finally {
            reporter.goOn(around);
        }
    }

    private Outcome flowing(BoundScript.Pipeline pipeline, PipelineStep.OutputStep last, ScriptRunner scripts)
            throws StatementException, BindException {
        var variables = new LinkedHashMap<String, List<Item>>();
        var tested = new ArrayList<Item>();
        PipelineStep head = last;
        for (int i = pipeline.steps().size() - 1; i >= 0; i--)
            if (pipeline.steps().get(i) instanceof BoundScript.Step.Command(var command)) {
                Optional<String> variable = command.common().outVariable();
                if (variable.isPresent())
                    head = new PipelineStep.TeeStep(variables.computeIfAbsent(variable.get(), _ -> new ArrayList<>()),
                            head);
                if (tests(command)) head = new PipelineStep.TeeStep(tested, head);
                if (i > 0) head = joined(command, head);
            }
        switch (pipeline.steps().getFirst()) {
            case BoundScript.Step.Given(var value) -> {
                for (Item item : PipelineInput.items(ValueEvaluator.evaluate(value, scope)))
                    if (!head.full()) head.put(item);
            }
            case BoundScript.Step.Numbers numbers -> {
                for (Item item : PipelineInput.items(numbers.all()))
                    if (!head.full()) head.put(item);
            }
            case BoundScript.Step.File(var path, var arguments, _) -> scripts.run(Path.of(path), arguments);
            case BoundScript.Step.Command(var command) when command.descriptor().runsInShell() ->
                head = joined(command, head);
            case BoundScript.Step.Command(var command) -> commands.run(command, Narrowing.by(pipeline), head);
        }
        reporter.refuseIfEnded();
        head.end();
        reporter.refuseIfEnded();
        reporter.rethrow();
        return new Outcome(last.kept(), conditionFalse(tested), variables);
    }

    private PipelineStep joined(BoundCommand command, PipelineStep next) throws BindException {
        if (!command.descriptor().runsInShell()) return new PipelineStep.CommandStep(command, next, commands);
        return new PipelineStep.StageStep(commands.stage(command).open(new ShellContext()), next, reporter);
    }

    /// One record fetched by its identity is shown as a list.
    private static boolean single(BoundScript.Pipeline pipeline) {
        if (pipeline.steps().size() != 1
                || !(pipeline.steps().getFirst() instanceof BoundScript.Step.Command(var command)))
            return false;
        var descriptor = command.descriptor();
        if (descriptor.runsInShell() || descriptor.changes()) return false;
        return descriptor.parameters().stream().filter(p -> p.position() == 0)
                .allMatch(p -> command.arguments().containsKey(p.name()));
    }

    /// After a change the line of its new state says enough, unless something new was made.
    private boolean quiet(BoundScript.Pipeline pipeline) {
        var all = commandsOf(pipeline);
        if (format != OutputFormat.Text || all.isEmpty()) return false;
        var descriptor = all.getLast().descriptor();
        return descriptor.changes() && !NEW_RECORDS.contains(descriptor.verb());
    }

    private static boolean tests(BoundCommand command) { return command.descriptor().verb() == Verb.Test; }

    private static boolean conditionFalse(List<Item> records) {
        return records.stream()
                .anyMatch(record -> record instanceof RecordItem item && item.view() instanceof Tested tested
                        && !tested.isSo());
    }

    private static List<BoundCommand> commandsOf(BoundScript.Pipeline pipeline) {
        return pipeline.steps().stream().flatMap(step -> step instanceof BoundScript.Step.Command(var command)
                ? java.util.stream.Stream.of(command)
                : java.util.stream.Stream.empty()).toList();
    }

    /// What stages may ask of the shell.
    private final class ShellContext implements Cmdlet.StageContext {
        @Override
        public Cmdlet.Layout layout() { return PipelineRunner.this.layout(); }

        @Override
        public Catalogue catalogue() { return catalogue; }

        @Override
        public void clearWindow() { console.clear(); }
    }

    /// What a stage of the shell makes at the end is data, though it be text.
    private static boolean endsInShell(BoundScript.Pipeline pipeline) {
        return pipeline.steps().getLast() instanceof BoundScript.Step.Command(var command)
                && command.descriptor().runsInShell();
    }

    private RecordLayout layout() { return new RecordLayout(layout.values(), layout.style(), console.width()); }
}
