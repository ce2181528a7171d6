package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.time.SimTime;
import org.sternpost.shell.run.ExitCode;

/// Whatever a page tells somebody to type can be typed: lines of the shell are bound, command lines of the program are
/// read, and what builds and tests are told is there.
class PageCommandsTest {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(sh|powershell)\n(.*?)^```");
    private static final Pattern TEST = Pattern.compile("-Dtest=(\\S+)");
    private static final Pattern PROPERTY = Pattern.compile("-D([\\w.]+)");
    private static final List<String> OF_MAVEN = List.of("test", "surefire.failIfNoSpecifiedTests",
            "spotless.check.skip");
    private static final List<String> GOALS = List.of("verify", "test", "test-compile", "spotless:apply", "-q", "-am");

    private final Path root = Path.of("..");

    /// @param page where it stands
    record Typed(Path page, String language, String line) {
        @Override
        public String toString() { return page.getFileName() + ": " + line; }
    }

    @Test
    void linesOfTheShellAreUnderstood() throws IOException {
        var broken = new ArrayList<String>();
        for (Typed typed : typed())
            if (typed.language().equals("powershell"))
                understood(typed.line()).ifPresent(why -> broken.add(typed + why));
        assertEquals(List.of(), broken);
    }

    @Test
    void commandLinesCanBeTyped() throws IOException {
        var broken = new ArrayList<String>();
        for (Typed typed : typed())
            if (typed.language().equals("sh")) problem(typed.line()).ifPresent(why -> broken.add(typed + ": " + why));
        assertEquals(List.of(), broken);
    }

    @Test
    void whatIsWrongIsFound() {
        assertTrue(problem("./sternpost -Comand x").isPresent());
        assertTrue(problem("./sternpost -File scripts/nobody.groovy").isPresent());
        assertTrue(problem("./sternpost -Command 'Get-Quue'").isPresent());
        assertTrue(problem("./mvnw -pl motor verify").isPresent());
        assertTrue(problem("./mvnw -pl engine -am test -Dtest=NobodyTest").isPresent());
        assertTrue(problem("./mvnw -pl shell -am test -Dtest=PageCommandsTest#nobody").isPresent());
        assertTrue(problem("./mvnw verify -Dno.such.property=1").isPresent());
        assertTrue(problem("make all").isPresent());
        assertTrue(problem("bench/run --mesages 5").isPresent());
        assertEquals(Optional.empty(), problem("bench/run --messages 5"));
        assertEquals(Optional.empty(), problem("./mvnw -pl shell -am test -Dtest=PageCommandsTest#whatIsWrongIsFound"));
    }

    private List<Typed> typed() throws IOException {
        var all = new ArrayList<Typed>();
        for (Path page : pages())
            BLOCK.matcher(Files.readString(page)).results().forEach(block -> block.group(2)
                    .replace("\\\n", " ").lines().map(line -> line.replaceFirst("(^|\\s+)#.*", "").strip())
                    .filter(line -> !line.isEmpty()).map(line -> new Typed(page, block.group(1), line))
                    .forEach(all::add));
        return all;
    }

    private List<Path> pages() throws IOException {
        try (Stream<Path> top = Files.list(root); Stream<Path> docs = Files.list(root.resolve("docs"))) {
            return Stream.concat(top, docs).filter(path -> path.toString().endsWith(".md")).sorted().toList();
        }
    }

    private Optional<String> problem(String line) {
        String command = line.replaceFirst("^([A-Z_]+=\\S+ )+", "").replaceFirst(" \\| jq .*", "");
        if (command.startsWith("./sternpost")) return program(words(command));
        if (command.startsWith("./mvnw")) return build(command);
        if (command.startsWith("git ")) return Optional.empty();
        return ownProgram(words(command));
    }

    /// A program of a module knows the options it is given, in its script or in its classes.
    private Optional<String> ownProgram(List<String> words) {
        Path program = root.resolve(words.getFirst());
        if (!Files.isExecutable(program)) return Optional.of("nothing runs this");
        Path sources = program.resolveSibling("src/main/java");
        return words.stream().filter(word -> word.startsWith("--")).map(word -> word.substring(2))
                .filter(option -> !text(program).contains("$(value --" + option + " "))
                .filter(option -> !Files.exists(sources) || javaBelow(sources).stream()
                        .noneMatch(file -> text(file).contains("\"" + option + "\"")))
                .findFirst().map(option -> "it knows no --" + option);
    }

    private static List<Path> javaBelow(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(path -> path.toString().endsWith(".java")).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private Optional<String> program(List<String> words) {
        try {
            return switch (Options.read(words.subList(1, words.size())).task()) {
                case Options.Task.File(var file, _) -> Files.exists(root.resolve(file))
                        ? Optional.empty()
                        : Optional.of(file + " is not there");
                case Options.Task.Command(var text) -> understood(text);
                default -> Optional.empty();
            };
        } catch (Options.UsageException misuse) {
            return Optional.of(misuse.message());
        }
    }

    private Optional<String> build(String command) {
        List<String> words = words(command);
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("-pl") || word.equals("-P")) {
                String named = words.get(++i);
                if (word.equals("-pl") && !Files.exists(root.resolve(named).resolve("pom.xml")))
                    return Optional.of("there is no module " + named);
                if (word.equals("-P") && !text(root.resolve("pom.xml")).contains("<id>" + named + "</id>"))
                    return Optional.of("there is no profile " + named);
            } else if (!word.startsWith("-D") && !GOALS.contains(word)) return Optional.of("what is " + word + "?");
        }
        var property = PROPERTY.matcher(command).results().map(found -> found.group(1))
                .filter(name -> !OF_MAVEN.contains(name))
                .filter(name -> tests().stream().noneMatch(test -> text(test).contains("\"" + name + "\"")))
                .findFirst();
        if (property.isPresent()) return Optional.of("no test reads " + property.get());
        return TEST.matcher(command).results().flatMap(found -> Stream.of(found.group(1).split(",")))
                .filter(named -> !isTest(named)).findFirst().map(named -> "there is no test " + named);
    }

    private boolean isTest(String named) {
        String[] parts = named.split("#");
        return tests().stream().filter(file -> file.endsWith(parts[0] + ".java"))
                .anyMatch(file -> parts.length == 1 || text(file).contains(" " + parts[1] + "("));
    }

    private List<Path> tests() {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(path -> path.toString().contains("/src/test/") && path.toString().endsWith(".java"))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// Words as a shell splits them, as far as pages need it.
    private static List<String> words(String command) {
        return Pattern.compile("'([^']*)'|(\\S+)").matcher(command).results()
                .map(word -> word.group(1) == null ? word.group(2) : word.group(1)).toList();
    }

    private static Optional<String> understood(String text) {
        Ran ran = Ran.of(new NoEngine(), new SimTime(), List.of("-Command", text));
        return ran.exit() == ExitCode.NOT_UNDERSTOOD
                ? Optional.of(" is not understood: " + ran.err())
                : Optional.empty();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
