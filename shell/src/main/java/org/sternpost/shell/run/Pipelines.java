package org.sternpost.shell.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.sternpost.cmdlets.Catalogue;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.format.WholeFile;
import org.sternpost.shell.bind.BindException;
import org.sternpost.shell.bind.Bound;
import org.sternpost.shell.bind.BoundCommand;
import org.sternpost.shell.bind.Scope;
import org.sternpost.shell.bind.Values;
import org.sternpost.shell.line.Statement;
import org.sternpost.shell.render.Format;
import org.sternpost.shell.render.Ink;
import org.sternpost.shell.render.Printer;
import org.sternpost.shell.render.Sheets;

/// Joins the steps of one statement and lets the records flow.
final class Pipelines {

    private static final Set<String> NEW_RECORDS = Set.of("New", "Send", "Start", "Update");
    private static final List<String> VERDICTS = List.of("IsTaskSuccessful", "Satisfied");

    private final Commands commands;
    private final Catalogue catalogue;
    private final Scope scope;
    private final Faults faults;
    private final Voice voice;
    private final Sheets sheets;
    private final Format format;

    Pipelines(Commands commands, Catalogue catalogue, Scope scope, Faults faults, Voice voice, Sheets sheets,
            Format format) {
        this.commands = commands;
        this.catalogue = catalogue;
        this.scope = scope;
        this.faults = faults;
        this.voice = voice;
        this.sheets = sheets;
        this.format = format;
    }

    /// What a statement came to.
    ///
    /// @param conditionFalse a `Test-` or `Wait-` found what it tests for untrue
    /// @param variables      what each `-OutVariable` keeps: the records of its own command
    record Outcome(List<Item> records, boolean conditionFalse, Map<String, List<Item>> variables) {}

    /// Runs a statement and shows its records, unless a variable keeps them.
    Outcome run(Bound.Pipeline pipeline, Scripts scripts) throws Failure, BindException {
        if (pipeline.redirect().isPresent()) return redirected(pipeline, pipeline.redirect().get(), scripts);
        var printer = Printer.of(format, sheets(), single(pipeline), voice::out);
        boolean show = pipeline.variable().isEmpty() && !quiet(pipeline);
        boolean keepText = pipeline.variable().isPresent() && endsInShell(pipeline);
        return flow(pipeline, new Outlet.Last(printer, new ArrayList<>(), show, keepText), scripts);
    }

    /// Runs a pipeline whose records are a value.
    List<Item> records(Bound.Pipeline pipeline, Scripts scripts) throws Failure, BindException {
        var printer = Printer.of(Format.Text, sheets(), false, voice::out);
        return flow(pipeline, new Outlet.Last(printer, new ArrayList<>(), false, endsInShell(pipeline)), scripts)
                .records();
    }

    /// Runs a Groovy file.
    interface Scripts {
        void run(Path file, List<String> arguments) throws Failure;
    }

    private Outcome redirected(Bound.Pipeline pipeline, Statement.Redirect redirect, Scripts scripts)
            throws Failure, BindException {
        String name = Values.evaluate(redirect.target(), scope).toString();
        Format wanted = format(name);
        if (redirect.append() && wanted == Format.JsonArray)
            throw new Failure("APPEND_JSON", "a .json file cannot be appended to", "use .jsonl", Exit.FAILED);
        try (var file = WholeFile.open(Path.of(name), redirect.append())) {
            Consumer<String> lines = line -> write(file, line);
            var printer = Printer.of(wanted, new Sheets(sheets.show(), new Ink(false), 0), single(pipeline), lines);
            var outcome = flow(pipeline, new Outlet.Last(printer, new ArrayList<>(), true, false), scripts);
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

    private static Failure unwritten(String name, String why) {
        return new Failure("FILE", name + " cannot be written: " + why, "", Exit.FAILED);
    }

    /// By the ending of the name.
    private static Format format(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".json")) return Format.JsonArray;
        if (lower.endsWith(".jsonl")) return Format.Json;
        return lower.endsWith(".csv") ? Format.Csv : Format.Text;
    }

    private Outcome flow(Bound.Pipeline pipeline, Outlet.Last last, Scripts scripts) throws Failure, BindException {
        faults.begin(commandsOf(pipeline).stream().anyMatch(c -> c.common().stopOnError()));
        var variables = new LinkedHashMap<String, List<Item>>();
        var first = new ArrayList<Item>();
        Outlet head = last;
        for (int i = pipeline.steps().size() - 1; i >= 0; i--)
            if (pipeline.steps().get(i) instanceof Bound.Step.Command(var command)) {
                Optional<String> variable = command.common().outVariable();
                if (variable.isPresent())
                    head = new Outlet.Tap(variables.computeIfAbsent(variable.get(), _ -> new ArrayList<>()), head);
                if (i == 0 && tests(command)) head = new Outlet.Tap(first, head);
                if (i > 0) head = joined(command, head);
            }
        switch (pipeline.steps().getFirst()) {
            case Bound.Step.Given(var value) -> {
                for (Item item : Given.items(Values.evaluate(value, scope)))
                    if (!head.full()) head.put(item);
            }
            case Bound.Step.Numbers numbers -> {
                for (Item item : Given.items(numbers.all()))
                    if (!head.full()) head.put(item);
            }
            case Bound.Step.File(var path, var arguments, _) -> scripts.run(Path.of(path), arguments);
            case Bound.Step.Command(var command) when command.descriptor().runsInShell() ->
                head = joined(command, head);
            case Bound.Step.Command(var command) -> commands.run(command, head);
        }
        commands.refuseIfCancelled();
        head.end();
        faults.rethrow();
        return new Outcome(last.kept(), conditionFalse(first), variables);
    }

    private Outlet joined(BoundCommand command, Outlet next) throws BindException {
        if (!command.descriptor().runsInShell()) return new Outlet.Fed(command, next, commands);
        return new Outlet.Stage(commands.stage(command).open(new Around()), next, faults);
    }

    /// One record fetched by its identity is shown as a list.
    private static boolean single(Bound.Pipeline pipeline) {
        if (pipeline.steps().size() != 1 || !(pipeline.steps().getFirst() instanceof Bound.Step.Command(var command)))
            return false;
        var descriptor = command.descriptor();
        if (descriptor.runsInShell() || descriptor.changes()) return false;
        return descriptor.parameters().stream().filter(p -> p.position() == 0)
                .allMatch(p -> command.arguments().containsKey(p.name()));
    }

    /// After a change the line of its new state says enough, unless something new was made.
    private boolean quiet(Bound.Pipeline pipeline) {
        var all = commandsOf(pipeline);
        if (format != Format.Text || all.isEmpty()) return false;
        var descriptor = all.getLast().descriptor();
        return descriptor.changes() && !NEW_RECORDS.contains(descriptor.name().split("-")[0]);
    }

    private static boolean tests(BoundCommand command) { return command.descriptor().name().matches("(Test|Wait)-.*"); }

    private static boolean conditionFalse(List<Item> records) {
        return records.stream().anyMatch(record -> VERDICTS.stream()
                .anyMatch(name -> record.has(name) && Boolean.FALSE.equals(record.get(name))));
    }

    private static List<BoundCommand> commandsOf(Bound.Pipeline pipeline) {
        return pipeline.steps().stream().flatMap(step -> step instanceof Bound.Step.Command(var command)
                ? java.util.stream.Stream.of(command)
                : java.util.stream.Stream.empty()).toList();
    }

    /// What stages may ask of the shell.
    private final class Around implements Cmdlet.Surroundings {
        @Override
        public int width() { return voice.width(); }

        @Override
        public Cmdlet.Layout layout() { return sheets(); }

        @Override
        public Catalogue catalogue() { return catalogue; }
    }

    /// What a stage of the shell makes at the end is data, though it be text.
    private static boolean endsInShell(Bound.Pipeline pipeline) {
        return pipeline.steps().getLast() instanceof Bound.Step.Command(var command)
                && command.descriptor().runsInShell();
    }

    private Sheets sheets() { return new Sheets(sheets.show(), sheets.ink(), voice.width()); }
}
