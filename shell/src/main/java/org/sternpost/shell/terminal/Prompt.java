package org.sternpost.shell.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jline.nativ.OSInfo;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.InfoCmp;
import org.sternpost.cmdlets.wire.EngineClient;
import org.sternpost.engine.process.UnpackedLibrary;
import org.sternpost.engine.store.OwnerOnly;
import org.sternpost.shell.render.AnsiStyle;
import org.sternpost.shell.run.ExitCode;
import org.sternpost.shell.run.ShellSession;
import org.sternpost.shell.run.Console;

/// Reads and runs lines until the operator leaves.
public final class Prompt {

    private static final int HISTORY_LINES_MAX = 5000;
    private static final Set<String> LEAVING = Set.of("exit", "quit");

    private static final int LINES_IF_UNKNOWN = 24;
    private static final String LIBRARY = "jlinenative";

    private Prompt() {}

    /// Unpacks the terminal's library into a folder of the program, for all prompts to come.
    public static void unpackLibrary(Path folder) throws IOException {
        UnpackedLibrary.unpack(OSInfo.class, "/org/jline/nativ/" + OSInfo.getNativeLibFolderPathForCurrentOS() + "/"
                + System.mapLibraryName(LIBRARY), folder);
    }

    /// @param sessions makes the session once there is a terminal to speak to
    public static int run(Function<Console, ShellSession> sessions, EngineClient client, boolean colour,
            Map<String, String> environment) {
        // The grapheme probe costs a tenth of a second and sends queries down the line.
        String type = type(environment);
        UnpackedLibrary.folderOf(LIBRARY)
                .ifPresent(folder -> System.setProperty("library.jline.path", folder.toString()));
        boolean coloured = colour && !type.equals(Terminal.TYPE_DUMB);
        try (Terminal terminal = TerminalBuilder.builder().name("sternpost").system(true).provider("jni").type(type)
                .graphemeCluster(false).encoding(StandardCharsets.UTF_8).build()) {
            var console = new TerminalConsole(terminal, new AnsiStyle(coloured));
            // A line editor without columns has no place for a character.
            if (terminal.getSize().getColumns() <= 0) terminal.setSize(Size.of(console.width(), LINES_IF_UNKNOWN));
            ShellSession session = sessions.apply(console);
            var notices = new AlertNotices(session);
            notices.start();
            return run(terminal, session, client, coloured, environment, notices);
        } catch (IOException noTerminal) {
            throw new java.io.UncheckedIOException(noTerminal);
        }
    }

    /// What the terminal calls itself, if that says anything; else the prompt is plain.
    static String type(Map<String, String> environment) {
        String told = environment.getOrDefault("TERM", "");
        try {
            if (!told.isEmpty() && !InfoCmp.getInfoCmp(told).isEmpty()) return told;
        } catch (IOException unknown) {
            // Nobody knows what such a terminal can do, so it is asked for nothing.
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        return Terminal.TYPE_DUMB;
    }

    /// Without notices of alerts.
    static int run(Terminal terminal, ShellSession session, EngineClient client, boolean colour,
            Map<String, String> environment) {
        return run(terminal, session, client, colour, environment, new AlertNotices(session));
    }

    private static int run(Terminal terminal, ShellSession session, EngineClient client, boolean colour,
            Map<String, String> environment, AlertNotices notices) {
        var catalogue = session.configuration().catalogue();
        var completions = new Completions(catalogue, new EngineNames(session), session::variableNames);
        LineReader reader = reader(terminal, new LineSyntax(completions, catalogue, colour), environment);
        String prompt = client.engine() + " sternpost" + (session.configuration().dry() ? " [dry]" : "") + "> ";
        Thread.ofPlatform().daemon().name("groovy-warm-up").start(() -> session.scripting().warm());
        boolean warned = false;
        while (true) {
            try {
                String line = read(reader, prompt, notices).strip();
                if (!LEAVING.contains(line.toLowerCase(Locale.ROOT))) {
                    warned = false;
                    if (!line.isEmpty()) run(terminal, session, line);
                    continue;
                }
            } catch (UserInterruptException dropped) {
                continue; // Ctrl-C drops the line.
            } catch (EndOfFileException leaves) {
                // As `exit` does.
            }
            if (warned || client.otherUsers().isEmpty()) return ExitCode.DONE;
            warned = true;
            session.configuration().console().message("This shell runs the engine, and others are connected to it: "
                    + String.join(", ", client.otherUsers()) + ". Leaving stops the engine; once more leaves.");
        }
    }

    /// A dumb terminal puts nothing above a line: it shows what there is before the prompt.
    private static String read(LineReader reader, String prompt, AlertNotices notices) {
        notices.typing(reader.getTerminal().getType().startsWith(Terminal.TYPE_DUMB)
                ? Optional.empty()
                : Optional.of(reader::printAbove));
        try {
            return reader.readLine(prompt);
        } finally {
            notices.typed();
        }
    }

    private static void run(Terminal terminal, ShellSession session, String line) {
        Thread running = Thread.currentThread();
        var before = terminal.handle(Terminal.Signal.INT, _ -> {
            session.cancel();
            running.interrupt();
        });
        try {
            session.run(line);
        } finally {
            terminal.handle(Terminal.Signal.INT, before);
            // A Ctrl-C that came too late must not stop the next line.
            Thread.interrupted();
        }
    }

    private static LineReader reader(Terminal terminal, LineSyntax syntax, Map<String, String> environment) {
        var builder = LineReaderBuilder.builder().terminal(terminal).appName("sternpost").parser(syntax)
                .completer(syntax).highlighter(syntax).variable(LineReader.SECONDARY_PROMPT_PATTERN, ">> ")
                .variable(LineReader.HISTORY_SIZE, HISTORY_LINES_MAX).variable(LineReader.INDENTATION, 0)
                .option(LineReader.Option.CASE_INSENSITIVE, true)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.HISTORY_IGNORE_SPACE, true)
                .option(LineReader.Option.HISTORY_TIMESTAMPED, false).option(LineReader.Option.AUTO_FRESH_LINE, true);
        try {
            Path directory = state(environment);
            // What was typed names people and their mail.
            builder.variable(LineReader.HISTORY_FILE,
                    OwnerOnly.file(OwnerOnly.directory(directory).resolve("history")));
        } catch (IOException readOnly) {
            // Without a place to keep it, the history lasts as long as the shell.
        }
        return builder.build();
    }

    private static Path state(Map<String, String> environment) {
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        Path base = state.isEmpty()
                ? Path.of(environment.getOrDefault("HOME", "."), ".local", "state")
                : Path.of(state);
        return base.resolve("sternpost");
    }
}
