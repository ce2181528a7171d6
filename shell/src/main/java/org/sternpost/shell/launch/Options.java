package org.sternpost.shell.launch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.ParseException;
import org.jspecify.annotations.Nullable;
import org.sternpost.shell.line.Literal.LiteralException;
import org.sternpost.engine.mail.Nearest;
import org.sternpost.shell.line.TimeLiteral;
import org.sternpost.shell.render.Printer.OutputFormat;
import org.sternpost.shell.run.ShellSession;

/// What the command line of the process asks for.
///
/// @param format      what `-OutputFormat` says
/// @param startEngine an engine is started in this process where none runs; a prompt does so anyway
record Options(Task task, OutputFormat format, Optional<Path> settings, Optional<Duration> timeout, boolean noColor,
        boolean dryRun, boolean startEngine) {

    /// What is to be done.
    sealed interface Task {
        record Prompt() implements Task {}

        /// @param text of one command or of many
        record Command(String text) implements Task {}

        record StandardInput() implements Task {}

        record File(Path file, List<String> arguments) implements Task {}

        record Engine() implements Task {}

        record Lab(List<String> arguments) implements Task {}

        record StoreCheck() implements Task {}

        /// @param dryRun says what would come of it
        record StoreSalvage(boolean dryRun) implements Task {}

        record StoreHelp() implements Task {}

        record Version() implements Task {}

        record Help() implements Task {}
    }

    /// A command line that is not understood, in words for who typed it.
    static final class UsageException extends Exception {
        private static final long serialVersionUID = 1L;

        UsageException(String message) { super(message, null, false, false); }

        String message() { return String.valueOf(getMessage()); }
    }

    private static final List<String> VALUED = List.of("Command", "File", "OutputFormat", "Settings", "Timeout");
    private static final List<String> SWITCHES = List.of("NoColor", "DryRun", "StartEngine", "Version", "Help");

    /// Reads argv: options up to the first word that is none; `-File` leaves what follows to the script.
    static Options read(List<String> argv) throws UsageException {
        var canonical = new ArrayList<String>();
        int at = 0;
        boolean file = false;
        while (at < argv.size() && !file && argv.get(at).startsWith("-") && argv.get(at).length() > 1) {
            String token = argv.get(at).substring(argv.get(at).startsWith("--") ? 2 : 1);
            at++;
            int split = split(token);
            String name = declared(split < 0 ? token : token.substring(0, split));
            if (VALUED.contains(name)) {
                if (split < 0 && at >= argv.size()) throw new UsageException("-" + name + " needs a value");
                // Attached to its name, as a value that begins with a dash would be taken for an option.
                canonical.add("--" + name + "=" + (split < 0 ? argv.get(at++) : token.substring(split + 1)));
            } else if (split >= 0) throw new UsageException("-" + name + " takes no value");
            else
                canonical.add("--" + name);
            file = name.equals("File");
        }
        return interpret(parsed(canonical), argv.subList(at, argv.size()));
    }

    private static int split(String token) {
        int colon = token.indexOf(':');
        int equals = token.indexOf('=');
        return colon < 0 ? equals : equals < 0 ? colon : Math.min(colon, equals);
    }

    private static String declared(String typed) throws UsageException {
        var names = new ArrayList<>(VALUED);
        names.addAll(SWITCHES);
        for (String name : names)
            if (name.equalsIgnoreCase(typed)) return name;
        throw new UsageException("there is no option -" + typed
                + Nearest.to(typed, names).map(near -> "; did you mean -" + near + "?").orElse(""));
    }

    private static CommandLine parsed(List<String> canonical) throws UsageException {
        var options = new org.apache.commons.cli.Options();
        for (String name : VALUED)
            options.addOption(Option.builder().longOpt(name).hasArg().get());
        for (String name : SWITCHES)
            options.addOption(Option.builder().longOpt(name).get());
        try {
            var line = DefaultParser.builder().setAllowPartialMatching(false).setStripLeadingAndTrailingQuotes(false)
                    .get().parse(options, canonical.toArray(new String[0]));
            for (Option option : line.getOptions())
                if (line.getOptionCount(option) > 1)
                    throw new UsageException("-" + option.getLongOpt() + " is given twice");
            return line;
        } catch (ParseException refused) {
            throw new UsageException(String.valueOf(refused.getMessage()));
        }
    }

    private static Options interpret(CommandLine line, List<String> rest) throws UsageException {
        return new Options(task(line, rest), format(line.getOptionValue("OutputFormat", "Text")),
                Optional.ofNullable(line.getOptionValue("Settings")).map(Path::of),
                timeout(line.getOptionValue("Timeout")), line.hasOption("NoColor"), line.hasOption("DryRun"),
                line.hasOption("StartEngine"));
    }

    private static Task task(CommandLine line, List<String> rest) throws UsageException {
        if (line.hasOption("Help")) return new Task.Help();
        if (line.hasOption("Version")) return new Task.Version();
        String text = line.getOptionValue("Command");
        String file = line.getOptionValue("File");
        if (text != null && file != null) throw new UsageException("-Command and -File exclude each other");
        if (file != null) return new Task.File(Path.of(file), List.copyOf(rest));
        if (text != null) {
            if (!rest.isEmpty()) throw new UsageException("-Command takes one text; quote it whole");
            return text.equals("-") ? new Task.StandardInput() : new Task.Command(text);
        }
        if (rest.isEmpty()) return new Task.Prompt();
        return switch (rest.getFirst().toLowerCase(Locale.ROOT)) {
            case "engine" -> {
                if (rest.size() > 1)
                    throw new UsageException("engine takes no words after it; -Settings FILE goes before it");
                yield new Task.Engine();
            }
            case "lab" -> new Task.Lab(List.copyOf(rest.subList(1, rest.size())));
            case "store" -> storeTask(rest.subList(1, rest.size()), line.hasOption("DryRun"));
            case "help" -> new Task.Help();
            default -> new Task.Command(ShellSession.text(rest));
        };
    }

    /// What is done to the store of an engine that does not run.
    private static Task storeTask(List<String> words, boolean dryRun) throws UsageException {
        var plain = new ArrayList<String>();
        boolean whatIf = dryRun;
        for (String word : words)
            switch (word.replaceFirst("^--?", "-").toLowerCase(Locale.ROOT)) {
                case "-help" -> {
                    return new Task.StoreHelp();
                }
                case "-whatif" -> whatIf = true;
                default -> plain.add(word);
            }
        if (plain.size() == 1 && plain.getFirst().equalsIgnoreCase("check")) return new Task.StoreCheck();
        if (plain.size() == 1 && plain.getFirst().equalsIgnoreCase("salvage")) return new Task.StoreSalvage(whatIf);
        throw new UsageException("store takes one word: check or salvage; -Settings FILE goes before it, and "
                + "sternpost store -Help says more");
    }

    private static OutputFormat format(String typed) throws UsageException {
        for (OutputFormat format : OutputFormat.values())
            if (format.name().equalsIgnoreCase(typed)) return format;
        throw new UsageException(
                "-OutputFormat is one of " + Arrays.toString(OutputFormat.values()) + ", not " + typed);
    }

    private static Optional<Duration> timeout(@Nullable String typed) throws UsageException {
        if (typed == null) return Optional.empty();
        try {
            return Optional.of(TimeLiteral.duration(typed));
        } catch (LiteralException bad) {
            throw new UsageException("-Timeout: " + bad.message() + "; " + bad.hint());
        }
    }
}
