package org.sternpost.engine.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Programs of others that hand mail in, in the folder that `lab/real/install.sh` fills: swaks, msmtp and curl, and
/// Python's smtplib, which is the machine's own.
public final class MailClients {

    private static final String FOLDER = "mail-clients";
    private static final int PATIENCE_SECONDS = 120;

    private final Path directory;
    private int runs;

    /// What a program came to.
    ///
    /// @param text what it said, both streams
    public record Said(int status, String text) {}

    /// @param directory for what they print and read
    public MailClients(Path directory) { this.directory = directory; }

    /// Skips the test where they are not there; fails it where they are required.
    public static void require() { Unpacked.require(FOLDER, "mail clients"); }

    /// The packages and their versions.
    public static List<String> versions() throws IOException {
        return Files.readAllLines(Unpacked.folder(FOLDER).resolve("versions"));
    }

    public Said swaks(List<String> arguments) throws IOException, InterruptedException {
        return run(Stream.concat(Stream.of("perl", program("swaks").toString()), arguments.stream()).toList(), "");
    }

    /// @param message on its standard input
    public Said msmtp(String message, List<String> arguments) throws IOException, InterruptedException {
        return run(Stream.concat(Stream.of(program("msmtp").toString()), arguments.stream()).toList(), message);
    }

    public Said curl(List<String> arguments) throws IOException, InterruptedException {
        return run(Stream.concat(Stream.of(program("curl").toString()), arguments.stream()).toList(), "");
    }

    /// Python's smtplib by `smtp/dialogue.py` of the test resources.
    ///
    /// @param dialogue what it is to say, line by line
    public Said python(String dialogue, List<String> arguments) throws IOException, InterruptedException {
        return run(
                Stream.concat(Stream.of(Unpacked.python(), Path.of("src/test/resources/smtp/dialogue.py").toString()),
                        arguments.stream()).toList(),
                dialogue);
    }

    /// Where Postfix finds the mechanisms by which it proves who it is.
    static Path saslMechanisms() throws IOException {
        return libraries().stream().map(folder -> folder.resolve("sasl2")).filter(Files::isDirectory).findFirst()
                .orElseThrow(() -> new IOException("no mechanisms of SASL in " + Unpacked.folder(FOLDER)));
    }

    private static Path program(String name) { return Unpacked.folder(FOLDER).resolve("root/usr/bin").resolve(name); }

    private static List<Path> libraries() throws IOException {
        try (Stream<Path> children = Files.list(Unpacked.folder(FOLDER).resolve("root/usr/lib"))) {
            return children.filter(child -> child.getFileName().toString().contains("-linux-gnu")).toList();
        }
    }

    private static String joined(Stream<Path> paths) {
        return paths.map(Path::toString).collect(Collectors.joining(":"));
    }

    private static Map<String, String> environment(boolean machinesOwn) throws IOException {
        var all = new HashMap<>(Map.of("PATH", "/usr/bin:/bin", "LANG", "C", "PYTHONUTF8", "1",
                "PYTHONDONTWRITEBYTECODE", "1"));
        if (!machinesOwn) all.put("LD_LIBRARY_PATH", joined(libraries().stream()));
        var perl = new ArrayList<>(List.of(Unpacked.folder(FOLDER).resolve("root/usr/share/perl5")));
        for (Path library : libraries())
            if (Files.isDirectory(library.resolve("perl5")))
                try (Stream<Path> versions = Files.list(library.resolve("perl5"))) {
                    versions.forEach(perl::add);
                }
        all.put("PERL5LIB", joined(perl.stream()));
        return all;
    }

    private Said run(List<String> command, String input) throws IOException, InterruptedException {
        Path said = directory.resolve("said-" + ++runs);
        Path read = Files.writeString(directory.resolve("read-" + runs), input);
        boolean machinesOwn = command.getFirst().equals(Unpacked.python());
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectInput(read.toFile())
                .redirectOutput(said.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment(machinesOwn));
        builder.environment().put("HOME", directory.toString());
        Process process = builder.start();
        if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
            return new Said(process.exitValue(), Files.readString(said).strip());
        process.destroyForcibly();
        throw new IOException(command.getFirst() + " does not end: " + Files.readString(said));
    }
}
