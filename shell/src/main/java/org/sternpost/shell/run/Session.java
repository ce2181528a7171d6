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
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Block;
import org.sternpost.cmdlets.Catalogue;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.wire.Link;
import org.sternpost.engine.time.Time;
import org.sternpost.shell.bind.BindException;
import org.sternpost.shell.bind.BindResult;
import org.sternpost.shell.bind.Binder;
import org.sternpost.shell.bind.Blocks;
import org.sternpost.shell.bind.Bound;
import org.sternpost.shell.bind.BoundCommand;
import org.sternpost.shell.bind.Conversion;
import org.sternpost.shell.bind.Scope;
import org.sternpost.shell.filter.Filter;
import org.sternpost.shell.filter.Sieve;
import org.sternpost.shell.item.ViewType;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.Statement;
import org.sternpost.shell.line.Value;
import org.sternpost.shell.render.Format;
import org.sternpost.shell.render.Printer;
import org.sternpost.shell.render.Sheets;
import org.sternpost.shell.render.Show;

/// One operator's conversation with one engine: reads texts, runs them, keeps the variables.
public final class Session {

    private final Setting setting;
    private final Binder binder;
    private final Conversion conversion;
    private final Scope scope = new Variables();
    private final Blocks blocks = new Made();
    private final Faults faults;
    private final Changes changes;
    private final Commands commands;
    private final Pipelines pipelines;
    private final Map<String, Object> variables = new HashMap<>();
    private @Nullable Scripting scripting;
    private volatile @Nullable Thread groovy;

    /// What a session is made of.
    ///
    /// @param prompt    true where a person types: abbreviations are understood
    /// @param scripting makes Groovy when it is first needed
    public record Setting(Catalogue catalogue, Link link, Time time, ZoneId zone, Voice voice, Format format,
            boolean prompt, boolean dry, Optional<Duration> timeout, Map<String, String> environment,
            Function<Session, Scripting> scripting) {}

    public Session(Setting setting) {
        this.setting = setting;
        this.conversion = new Conversion(setting.time(), setting.zone(), setting.prompt());
        this.binder = new Binder(setting.catalogue(), conversion, blocks);
        this.faults = new Faults(setting.voice(), setting.format());
        this.changes = new Changes(setting.link(), setting.time(), setting.voice(), setting.format(), faults,
                setting.dry());
        this.commands = new Commands(setting.link(), setting.time(), conversion, scope, faults, changes,
                setting.timeout());
        var sheets = new Sheets(new Show(setting.zone()), setting.voice().ink(), setting.voice().width());
        this.pipelines = new Pipelines(commands, setting.catalogue(), scope, faults, setting.voice(), sheets,
                setting.format());
    }

    /// Runs a whole text; answers the exit code.
    public int run(String text) {
        return switch (binder.bind(text)) {
            case BindResult.Ready(var script) -> run(script, text);
            case BindResult.Refused(var error) -> {
                faults.tell(error, text);
                setting.voice().flush();
                yield Exit.NOT_UNDERSTOOD;
            }
        };
    }

    /// Runs one command whose words the calling shell has split already.
    public int run(List<String> words) {
        String text = String.join(" ", words.stream().map(Session::quotedIfNeeded).toList());
        return run(text);
    }

    /// Runs a Groovy file.
    public int file(Path file, List<String> arguments) {
        return guarded(() -> {
            script(file, arguments);
            return Exit.DONE;
        }, "");
    }

    /// Stops what runs; safe from any thread.
    public void cancel() {
        commands.cancel();
        Thread running = groovy;
        if (running != null) running.interrupt();
    }

    public Setting setting() { return setting; }

    /// A variable, under its name without `$`.
    public Optional<Object> variable(String name) { return scope.variable(name); }

    public void variable(String name, Object value) {
        variables.put(name.toLowerCase(Locale.ROOT), value);
        binder.know(name);
    }

    /// Names of all variables, for completion.
    public List<String> variableNames() { return variables.keySet().stream().sorted().toList(); }

    /// Makes the cmdlet of a call, for who runs it beside the session.
    public Cmdlet made(BoundCommand command) throws BindException { return command.create(conversion, scope, null); }

    public Conversion conversion() { return conversion; }

    /// For Groovy: turns dry running on or off; answers what it was.
    public boolean dry(boolean wanted) { return changes.dry(wanted); }

    /// For Groovy: runs one cmdlet; records go to `records` as they come.
    public void call(BoundCommand command, Consumer<Item> records) throws Failure, BindException {
        commands.begin();
        var step = new Bound.Step.Command(command);
        var collected = pipelines.records(new Bound.Pipeline(Optional.empty(), List.of(step), Optional.empty()),
                this::script);
        collected.forEach(records);
    }

    /// Shows records as a statement would.
    public void show(List<Item> records) {
        var sheets = new Sheets(new Show(setting.zone()), setting.voice().ink(), setting.voice().width());
        var printer = Printer.of(setting.format(), sheets, false, setting.voice()::out);
        records.forEach(printer::put);
        printer.end();
    }

    /// Tells a failure as a statement would.
    public void tell(Failure failure) { faults.tell(failure); }

    /// Groovy, made at first use.
    public synchronized Scripting scripting() {
        Scripting made = scripting;
        if (made == null) {
            made = setting.scripting().apply(this);
            scripting = made;
        }
        return made;
    }

    private int run(Bound script, String text) {
        return guarded(() -> {
            int exit = Exit.DONE;
            for (Bound.Pipeline pipeline : script.statements()) {
                commands.begin();
                var outcome = pipelines.run(pipeline, this::script);
                pipeline.variable().ifPresent(name -> variable(name, outcome.records()));
                outcome.variables().forEach(this::variable);
                if (outcome.conditionFalse()) exit = Exit.CONDITION_FALSE;
                setting.voice().flush();
            }
            return exit;
        }, text);
    }

    private interface Work {
        int run() throws Failure, BindException;
    }

    private int guarded(Work work, String text) {
        int exit;
        try {
            exit = work.run();
        } catch (Failure failure) {
            faults.tell(failure);
            exit = failure.exit();
        } catch (BindException refused) {
            faults.tell(refused.error(), text);
            exit = Exit.FAILED;
        }
        setting.voice().flush();
        boolean partly = faults.takePartly();
        return exit == Exit.DONE && partly ? Exit.PARTLY : exit;
    }

    private void script(Path file, List<String> arguments) throws Failure {
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

    private final class Variables implements Scope {
        @Override
        public Optional<Object> variable(String name) {
            return Optional.ofNullable(variables.get(name.toLowerCase(Locale.ROOT)));
        }

        @Override
        public Optional<String> environment(String name) {
            return Optional.ofNullable(setting.environment().get(name));
        }

        @Override
        public List<Item> records(Statement statement) throws BindException {
            try {
                return new ArrayList<>(pipelines.records(binder.statement(statement), Session.this::script));
            } catch (Failure failure) {
                throw new BindException(new org.sternpost.shell.line.SyntaxError(failure.code(), failure.message(),
                        statement.span(), failure.hint()));
            }
        }

        @Override
        public Object groovy(String text, Span span) throws BindException { return scripting().evaluate(text, span); }
    }

    private final class Made implements Blocks {
        @Override
        public Block filter(Filter filter, String source) {
            return new FilterBlock(new Sieve(filter, setting.time(), setting.zone(), scope::variable), source);
        }

        @Override
        public Block groovy(Value.Block block, Optional<ViewType> records) throws BindException {
            return scripting().block(block, records);
        }
    }
}
