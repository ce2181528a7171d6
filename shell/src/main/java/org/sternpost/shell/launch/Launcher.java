package org.sternpost.shell.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sternpost.cmdlets.catalogue.AllCmdlets;
import org.sternpost.cmdlets.Catalogue;
import org.sternpost.engine.time.Time;
import org.sternpost.shell.groovy.GroovyScripting;
import org.sternpost.shell.line.SourceText;
import org.sternpost.shell.render.Printer.OutputFormat;
import org.sternpost.shell.render.AnsiStyle;
import org.sternpost.shell.run.ReconnectingClient;
import org.sternpost.shell.run.ExitCode;
import org.sternpost.shell.run.ShellSession;
import org.sternpost.shell.run.Console;
import org.sternpost.shell.terminal.Prompt;

/// Does what the command line asks for and answers the exit code.
public final class Launcher {

    private static final Set<String> PLAIN_TERMINALS = Set.of("", "dumb", "unknown");
    private static final int READER_GONE = 141; // As a shell tells of SIGPIPE: 128 + 13.
    private static final String USAGE = """
            sternpost                                 the management shell
            sternpost [options] -Command <text | ->   run a text; - reads it from standard input
            sternpost [options] -File <x.groovy | x.sp> [-Parameter value ...]
            sternpost [options] Get-Queue -Status Retry
            sternpost [-Settings FILE] engine         run the engine in the foreground
            sternpost [-Settings FILE] store check    look at all of a stopped engine's data, and change nothing
            sternpost [-Settings FILE] store salvage  make its database anew from the mail in its segments
            sternpost lab [options]                   run the practice internet

              -OutputFormat Text|Json|JsonArray|Csv   Json is one object a line
              -Settings FILE                          of the engine; default: ~/.sternpost/sternpost.yaml
              -Timeout 30s                            give up after this span
              -StartEngine                            if none runs: an engine in this process, which takes and delivers
                                                      mail until the command ends
              -DryRun                                 plan every change, apply none
              -NoColor
              -Version, -Help

            In the shell: Get-Command lists everything, Get-Help explains one command.
            Get-Help about_exit lists the exit codes.
            """;

    private final Process process;
    private final Output out;
    private final EngineHost engines;
    private final Time time;

    /// The world around the process.
    ///
    /// @param columns  of the terminal that shows the output; 0 when it is none
    /// @param terminal true if both input and output are a terminal
    public record Process(InputStream in, OutputStream out, PrintStream err, Map<String, String> environment,
            int columns, boolean terminal) {}

    public Launcher(Process process, EngineHost engines, Time time) {
        this.process = process;
        this.out = new Output(process.out());
        this.engines = engines;
        this.time = time;
    }

    public int run(List<String> argv) {
        Options options;
        try {
            options = Options.read(argv);
        } catch (Options.UsageException misuse) {
            process.err().println("sternpost: " + misuse.message());
            process.err().println("sternpost -Help says more");
            return ExitCode.NOT_UNDERSTOOD;
        }
        try {
            int exit = run(options);
            out.flush();
            return exit;
        } catch (Output.OutputLostException lost) {
            if (lost.readerGone()) return READER_GONE;
            process.err().println("sternpost: error[OUTPUT]: the output cannot be written: " + lost.why());
            return ExitCode.FAILED;
        } catch (RuntimeException | LinkageError defect) {
            return report(defect);
        } finally {
            process.err().flush();
        }
    }

    private int run(Options options) {
        return switch (options.task()) {
            case Options.Task.Help() -> said(USAGE.stripTrailing());
            case Options.Task.Version() -> said("sternpost " + version());
            case Options.Task.Engine() -> engines.serve(options.settings(), process.err()::println);
            case Options.Task.StoreCheck() -> store(options).check();
            case Options.Task.StoreSalvage(var dryRun) -> store(options).salvage(dryRun);
            case Options.Task.StoreHelp() -> said(StoreTask.USAGE.stripTrailing());
            case Options.Task.Lab(var arguments) -> org.sternpost.lab.LabMain.run(arguments.toArray(String[]::new));
            case Options.Task.Prompt() when process.terminal() -> prompt(options);
            case Options.Task.Prompt() -> standardInput(options);
            case Options.Task.StandardInput() -> standardInput(options);
            case Options.Task.Command(var text) -> withSession(options, session -> session.run(text));
            case Options.Task.File(var file, var arguments) -> file(options, file, arguments);
        };
    }

    private StoreTask store(Options options) {
        return new StoreTask(options.settings(), process.environment(), out::line, process.err()::println, time);
    }

    private int file(Options options, Path file, List<String> arguments) {
        if (!Files.isReadable(file)) return refused(file + " cannot be read");
        if (file.toString().toLowerCase(Locale.ROOT).endsWith(".groovy"))
            return withSession(options, session -> session.file(file, arguments));
        if (!arguments.isEmpty())
            return refused(file + " takes no parameters, only a .groovy script does: '" + arguments.getFirst()
                    + "' has no meaning; options of sternpost go before -File");
        try {
            String text = SourceText.read(file);
            return withSession(options, session -> session.run(text));
        } catch (IOException broken) {
            return refused(file + " cannot be read: " + broken.getMessage());
        }
    }

    private int standardInput(Options options) {
        try {
            String text = SourceText.decode(process.in().readAllBytes());
            return withSession(options, session -> session.run(text));
        } catch (IOException broken) {
            return refused("standard input cannot be read: " + broken.getMessage());
        }
    }

    private int refused(String why) {
        process.err().println("sternpost: " + why);
        return ExitCode.NOT_UNDERSTOOD;
    }

    /// What is done with a session.
    private interface Work {
        int with(ShellSession session);
    }

    private int withSession(Options options, Work work) {
        boolean colour = process.columns() > 0 && wantsColour(options);
        var console = new StreamConsole(out, process.err(), process.columns(), new AnsiStyle(colour));
        var wanted = options.startEngine() ? EngineHost.Wanted.RunningOrInside : EngineHost.Wanted.Running;
        try (var client = link(options, wanted)) {
            var closing = Thread.ofPlatform().unstarted(client::close);
            Runtime.getRuntime().addShutdownHook(closing);
            int exit = work.with(session(options, client, console, false));
            Runtime.getRuntime().removeShutdownHook(closing);
            if (!client.otherUsers().isEmpty())
                console.message("The engine of this command ends; others were connected to it: "
                        + String.join(", ", client.otherUsers()));
            return exit;
        }
    }

    private int prompt(Options options) {
        try (var client = link(options, EngineHost.Wanted.RunningOrInside)) {
            client.connected();
            return Prompt.run(console -> session(options, client, console, true), client, wantsColour(options),
                    process.environment());
        } catch (ReconnectingClient.EngineUnavailableException none) {
            process.err().println("sternpost: " + none.getMessage());
            if (!none.hint().isEmpty()) process.err().println("  " + none.hint());
            return ExitCode.UNREACHABLE;
        } catch (IOException broken) {
            process.err().println("sternpost: " + broken.getMessage());
            return ExitCode.UNREACHABLE;
        }
    }

    private ReconnectingClient link(Options options, EngineHost.Wanted first) {
        return new ReconnectingClient(
                again -> engines.open(options.settings(), again ? EngineHost.Wanted.BackAgain : first,
                        process.err()::println));
    }

    private ShellSession session(Options options, ReconnectingClient client, Console console, boolean prompt) {
        OutputFormat format = options.format();
        Catalogue catalogue = new AllCmdlets();
        return new ShellSession(
                new ShellSession.Configuration(catalogue, client, time, ZoneId.systemDefault(), console, format, prompt,
                        options.dryRun(), options.timeout(), process.environment(),
                        session -> new GroovyScripting(session,
                                new PracticeLab(client, engines, options.settings(), console::message))));
    }

    private boolean wantsColour(Options options) {
        var environment = process.environment();
        return !options.noColor() && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !PLAIN_TERMINALS.contains(environment.getOrDefault("TERM", ""));
    }

    private int said(String text) {
        out.line(text);
        return ExitCode.DONE;
    }

    private static String version() {
        return Optional.ofNullable(Launcher.class.getPackage().getImplementationVersion()).orElse("in development");
    }

    /// A defect of ours: the operator gets one line and a file to send us, never a stack trace.
    private int report(Throwable defect) {
        try {
            Path file = Files.createTempFile("sternpost-defect-", ".txt");
            try (var out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
                out.println("sternpost " + version() + ", Java " + Runtime.version() + ", " + time.instant());
                defect.printStackTrace(out);
            }
            process.err().println("sternpost: this is a defect of the shell; " + file + " has what its authors need");
        } catch (IOException full) {
            process.err().println("sternpost: this is a defect of the shell: " + defect);
        }
        return ExitCode.DEFECT;
    }
}
