package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.time.Patience;

/// What the launcher script makes of a command line: a stand-in for Java prints what it was given.
class ScriptTest {

    private static final List<String> LIBRARIES = List.of("engine-0.1.0.jar", "groovy-6.0.0.jar", "jline-4.5.0.jar",
            "lab-0.1.0.jar", "shell-0.1.0.jar", "sqlite-jdbc-3.jar");
    private static final String JAVA = """
            #!/bin/sh
            while [ $# -gt 3 ] && [ "$1" != org.sternpost.shell.training.Training ]; do
                given="${given:-}$1
            "
                shift
            done
            if [ "$1" = org.sternpost.shell.training.Training ]; then
                echo training >>"${0%/jdk*}/trainings"
                [ -z "${TRAINING_ENDS:-}" ] || exit "$TRAINING_ENDS"
                touch "$3/command.aot"
                exit
            fi
            [ -z "${UMASK_TO:-}" ] || umask >"$UMASK_TO"
            printf %s "${given:-}"
            printf '%s\\n' "$@"
            """;
    private static final String TRAINING = "Learning how to start faster (once, this takes half a minute) ...";

    @TempDir
    Path home;

    /// The folder with the libraries.
    private Path program;

    record Said(int exit, List<String> out, String err) {}

    @BeforeEach
    void install() throws IOException {
        Files.copy(Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().resolve("sternpost"),
                home.resolve("sternpost"));
        program = program(home);
        jdk(home.resolve("jdk"), "25.0.3");
    }

    private static Path program(Path folder) throws IOException {
        Path lib = Files.createDirectories(folder.resolve("lib"));
        for (String library : LIBRARIES)
            Files.createFile(lib.resolve(library));
        Files.writeString(folder.resolve("version"), "0.1.0\n");
        return folder;
    }

    private static void jdk(Path home, String version) throws IOException {
        Path bin = Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Example\"\nJAVA_RUNTIME_VERSION=\"" + version
                + "+9\"\nJAVA_VERSION=\"" + version + "\"\n");
        for (String name : List.of("java", "javac"))
            program(bin.resolve(name), JAVA);
    }

    private static void program(Path file, String text) throws IOException {
        Files.setPosixFilePermissions(Files.writeString(file, text), PosixFilePermissions.fromString("rwx------"));
    }

    /// The engine for long, without what it must not load; the shell at once; each with what was kept for its kind.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            engine                             | engine
            -Settings x engine                 | engine
            -settings:x ENGINE                 | engine
            --Settings x --NoColor Engine      | engine
            -OutputFormat Json engine          | engine
            -File t.groovy engine              | script
            -Settings x -file t.groovy         | script
            -Command engine                    | command
            --command=engine                   | command
            Get-Queue engine                   | command
            -Settings engine                   | command
            -Timeout engine Get-Queue          | command
            lab                                | command
            -Version engine                    | engine
            ''                                 | command
            """)
    void eachKindOfStartGetsItsClassesAndItsCache(String words, String task) throws Exception {
        Files.createFile(home.resolve("training.groovy"));
        run(List.of("Get-Queue"));
        Path caches = home.resolve("cache/jdk-25.0.3-25.0.3+9");
        for (String cache : List.of("engine", "script", "command", "prompt"))
            Files.write(caches.resolve(cache + ".aot"), new byte[0]);
        boolean engine = task.equals("engine");
        List<String> given = run(words.isEmpty() ? List.of() : List.of(words.split(" "))).out();
        assertEquals(engine, given.contains("-XX:+UseG1GC"), given::toString);
        assertEquals(engine, given.contains("-XX:G1PeriodicGCInterval=30000"), given::toString);
        assertTrue(given.contains("-XX:AOTCache=" + caches.resolve(task + ".aot")), given::toString);
        assertTrue(given.contains("-Dsternpost.native=" + caches.resolve("native")), given::toString);
        var classes = new ArrayList<>(List.of("shell-0.1.0.jar"));
        for (String library : LIBRARIES)
            if (!library.startsWith("shell")
                    && (!engine || library.startsWith("engine") || library.startsWith("sqlite")))
                classes.add(library);
        assertEquals(classes, List.of(given.get(given.indexOf("-cp") + 1).split(":")).stream()
                .map(entry -> Path.of(entry).getFileName().toString()).toList());
        Files.delete(caches.resolve(task + ".aot"));
        assertFalse(run(List.of(words.split(" "))).out().stream().anyMatch(flag -> flag.startsWith("-XX:AOTCache")));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            25,       true
            25.0.3,   true
            25-ea,    true
            24.0.2,   false
            26,       false
            250,      false
            2,        false
            """)
    void onlyTheJdkOfTheBuildIsTaken(String version, boolean taken) throws Exception {
        Files.delete(home.resolve("jdk/release"));
        jdk(home.resolve("other"), version);
        // No other place is looked into: what this machine has there is not known.
        Path script = home.resolve("sternpost");
        Files.writeString(script,
                Files.readString(script).replaceAll("/usr/lib/jvm/\\*|/opt/java/\\*|/opt/jdk\\*", ""));
        Said said = run(List.of("Get-Queue"), "JAVA_HOME=" + home.resolve("other"), "HOME=" + home,
                "PATH=/bin:/usr/bin");
        assertEquals(taken ? 0 : 1, said.exit(), said::toString);
        if (!taken)
            assertTrue(said.err().startsWith("Sternpost needs a JDK 25, no older and no newer one"), said.err());
    }

    @Test
    void theVersionIsThatOfTheBuildAndNeedsNoJava() throws Exception {
        Files.writeString(home.resolve("version"), "0.7.3\n");
        Files.delete(home.resolve("jdk/release"));
        for (String typed : List.of("--version", "-Version"))
            assertEquals(List.of("sternpost 0.7.3"), run(List.of(typed), "HOME=" + home).out());
        jdk(home.resolve("jdk"), "25");
        assertTrue(run(List.of("-Version", "-Help")).out().contains("-Version"), "Java is to say what that means");
        Files.delete(home.resolve("version"));
        assertTrue(run(List.of("-Version")).out().contains("-Version"), "Java is to say it");
    }

    /// The JDK takes a cache whatever the jars are; so one that does not fit must not reach it.
    @Test
    void aFolderIsTrainedOnceForItsJarsAndItsJdk() throws Exception {
        Files.createFile(home.resolve("training.groovy"));
        assertTrue(trainsAndUsesIt());
        assertFalse(trainsAndUsesIt());
        Path jar = home.resolve("lib/shell-0.1.0.jar");
        FileTime built = Files.getLastModifiedTime(jar);
        for (long millis : List.of(-5000L, 5000L)) { // another build; a copy
            Files.setLastModifiedTime(jar, FileTime.fromMillis(built.toMillis() + millis));
            assertTrue(trainsAndUsesIt());
        }
        assertFalse(trainsAndUsesIt());
        Path library = home.resolve("lib/engine-0.1.0.jar");
        FileTime before = Files.getLastModifiedTime(library);
        Files.setLastModifiedTime(Files.writeString(library, "mended"), before);
        assertTrue(trainsAndUsesIt(), "another size");
        Files.setLastModifiedTime(Files.createFile(home.resolve("lib/zlib-1.jar")), before);
        assertTrue(trainsAndUsesIt(), "another library");
        Files.delete(home.resolve("lib/zlib-1.jar"));
        assertTrue(trainsAndUsesIt(), "one library less");
        Files.setLastModifiedTime(library, FileTime.fromMillis(built.toMillis() + 9000));
        Files.delete(home.resolve("training.groovy"));
        List<String> given = run(List.of("Get-Queue")).out();
        assertFalse(given.stream().anyMatch(word -> word.startsWith("-XX:AOTCache")), given::toString);
        Files.createFile(home.resolve("training.groovy"));
        Files.setLastModifiedTime(library, before);
        assertFalse(trainsAndUsesIt());
        jdk(home.resolve("jdk"), "25.0.4");
        assertTrue(trainsAndUsesIt());
    }

    private boolean trainsAndUsesIt() throws Exception {
        int before = trainings();
        Said said = run(List.of("Get-Queue"));
        assertTrue(
                said.out().stream().anyMatch(word -> word.startsWith("-XX:AOTCache=") && word.endsWith("command.aot")),
                said::toString);
        assertEquals(trainings() == before ? "" : TRAINING, said.err().strip());
        return trainings() > before;
    }

    /// What went wrong goes wrong again; what was stopped, or runs elsewhere, may yet be done.
    @ParameterizedTest
    @CsvSource({"1, 1", "134, 1", "137, 1", "3, 2", "129, 2", "130, 2", "143, 2"})
    void aTrainingThatDiesIsNotTriedAtEachStart(String status, int trainings) throws Exception {
        Files.createFile(home.resolve("training.groovy"));
        for (int start = 0; start < 2; start++) {
            Said said = run(List.of("Get-Queue"), "TRAINING_ENDS=" + status);
            assertTrue(said.out().contains("Get-Queue"), said::toString);
            assertFalse(said.out().stream().anyMatch(word -> word.startsWith("-XX:AOTCache")), said::toString);
        }
        assertEquals(trainings, trainings());
    }

    @ParameterizedTest
    @ValueSource(strings = {"no folder", "no file", "full disk"})
    void whereNothingCanBeKeptNothingIsTriedNorSaid(String trouble) throws Exception {
        Files.createFile(home.resolve("training.groovy"));
        Path first = home.resolve("cache/jdk-25.0.3-25.0.3+9/shell");
        switch (trouble) {
            case "no folder" -> Files.createFile(home.resolve("cache"));
            case "no file" -> Files.createDirectories(first);
            default -> Files.createSymbolicLink(Files.createDirectories(first.getParent()).resolve(first.getFileName()),
                    Path.of("/dev/full"));
        }
        Said said = run(List.of("Get-Queue"));
        assertTrue(said.out().contains("Get-Queue"), said::toString);
        assertEquals("", said.err());
        assertEquals(0, trainings());
    }

    /// What lies there runs as whoever starts the program.
    @Test
    void whateverTheUmaskNobodyElseMayWriteWhereCachesLie() throws Exception {
        Files.createFile(home.resolve("training.groovy"));
        var builder = new ProcessBuilder("sh", "-c", "umask 000; exec sh \"$0\" Get-Queue",
                home.resolve("sternpost").toString()).redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        Path umask = home.resolve("umask");
        builder.environment().putAll(Map.of("JAVA_HOME", home.resolve("jdk").toString(), "UMASK_TO", umask.toString()));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        Path caches = home.resolve("cache/jdk-25.0.3-25.0.3+9");
        for (Path path : List.of(home.resolve("cache"), caches, caches.resolve("shell"), caches.resolve("trained"),
                caches.resolve("command.aot"))) {
            String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
            assertTrue(permissions.charAt(4) == '-' && permissions.charAt(7) == '-', permissions + " " + path);
        }
        assertEquals(0, Integer.parseInt(Files.readString(umask).strip(), 8), "the program itself has the operator's");
    }

    /// A service is not to wait for it, nor what has nothing to be trained with, nor who does not own the folder.
    @Test
    void whereTrainingIsNotForThisStartItStartsWithout() throws Exception {
        assertTrue(run(List.of("Get-Queue")).out().contains("Get-Queue"));
        Files.createFile(home.resolve("training.groovy"));
        assertTrue(run(List.of("engine")).out().contains("engine"));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("r-xr-xr-x"));
        boolean root = Files.isWritable(home); // whom no permission keeps out
        if (root) System.out.println("not tried: a read-only folder, as root may write everywhere");
        else
            assertTrue(run(List.of("Get-Queue")).out().contains("Get-Queue"));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
        assertEquals(0, trainings());
    }

    @Test
    void aCheckoutIsBuiltOnFirstUseAndWhenASourceIsNewer() throws Exception {
        Path checkout = Files.createDirectories(home.resolve("checkout"));
        Files.move(home.resolve("sternpost"), checkout.resolve("sternpost"));
        Path source = Files.createDirectories(checkout.resolve("cmdlets/src/main/java")).resolve("A.java");
        Files.createFile(source);
        program = checkout.resolve("target/sternpost");
        String build = "[ \"$JAVA_HOME\" = '" + home.resolve("jdk") + "' ] || exit 9\necho built >>builds\n";
        Files.createFile(checkout.resolve("pom.xml"));
        program(checkout.resolve("mvnw"), "#!/bin/sh\n" + build + "exit 3\n");
        Said failed = run(List.of("Get-Queue"));
        assertEquals(1, failed.exit());
        assertTrue(failed.err().contains("The build failed"), failed.err());
        program(Files.createDirectories(home.resolve("made")));
        program(checkout.resolve("mvnw"), "#!/bin/sh\n" + build + "mkdir -p target; cp -R '" + home.resolve("made")
                + "/.' target/sternpost\n");
        assertTrue(run(List.of("Get-Queue")).err().contains("first use"));
        assertEquals("", run(List.of("Get-Queue")).err());
        Files.setLastModifiedTime(source, FileTime.fromMillis(
                Files.getLastModifiedTime(program.resolve("version")).toMillis() + 2000));
        assertTrue(run(List.of("-Version")).err().contains("the sources have changed"),
                "its version is told once built");
        assertEquals(3, Files.readAllLines(checkout.resolve("builds")).size());
        assertTrue(run(List.of("Get-Queue")).out().stream().anyMatch(word -> word.startsWith("" + program)));
    }

    /// A build that another writes over at the same moment is neither's.
    @Test
    void ofTwoFirstStartsOneBuildsAndTheOtherWaits() throws Exception {
        Path checkout = slowlyBuilt();
        Process first = start(checkout, "first");
        awaitLine(checkout.resolve("builds"));
        Process second = start(checkout, "second");
        awaitLine(home.resolve("second"));
        Files.createFile(checkout.resolve("go"));
        for (Process one : List.of(first, second))
            assertEquals("sternpost 0.1.0\n", new String(one.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(1, Files.readAllLines(checkout.resolve("builds")).size());
        assertEquals("Waiting until another start has built Sternpost ...\n", Files.readString(home.resolve("second")));
    }

    /// What it left is no program, though it is newer than all sources.
    @Test
    void whatAKilledBuildLeftIsBuiltAnew() throws Exception {
        Path checkout = slowlyBuilt();
        Process killed = start(checkout, "killed");
        awaitLine(checkout.resolve("builds"));
        assertNotEquals(0, killed.destroyForcibly().waitFor());
        Files.createFile(checkout.resolve("go"));
        Process next = start(checkout, "next");
        assertEquals("sternpost 0.1.0\n", new String(next.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(2, Files.readAllLines(checkout.resolve("builds")).size());
        String said = Files.readString(home.resolve("next"));
        assertTrue(said.endsWith("Building Sternpost (the last build did not end) ...\n"), said);
    }

    /// Its build has written a version, and goes on when the test says so.
    private Path slowlyBuilt() throws IOException {
        Path checkout = Files.createDirectories(home.resolve("checkout"));
        Files.move(home.resolve("sternpost"), checkout.resolve("sternpost"));
        Files.createFile(checkout.resolve("pom.xml"));
        program(Files.createDirectories(home.resolve("made")));
        program(checkout.resolve("mvnw"), "#!/bin/sh\nmkdir -p target/sternpost\necho 0.1.0 >target/sternpost/version\n"
                + "echo built >>builds\ni=0\nwhile ! [ -f go ] && [ $i -lt " + 20 * Patience.AMPLE.toSeconds()
                + " ]; do sleep 0.05; i=$((i + 1)); done\ncp -R '" + home.resolve("made") + "/.' target/sternpost\n");
        return checkout;
    }

    private Process start(Path checkout, String errors) throws IOException {
        var builder = new ProcessBuilder("sh", checkout.resolve("sternpost").toString(), "-Version")
                .redirectError(home.resolve(errors).toFile());
        builder.environment().put("JAVA_HOME", home.resolve("jdk").toString());
        return builder.start();
    }

    private static void awaitLine(Path file) throws Exception {
        Patience.until(file + " has something in it", () -> file.toFile().length() > 0);
    }

    private int trainings() throws IOException {
        Path file = home.resolve("trainings");
        return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    }

    private Said run(List<String> words, String... environment) throws IOException, InterruptedException {
        Path script = home.resolve("sternpost");
        if (!Files.exists(script)) script = home.resolve("checkout/sternpost");
        var command = new ArrayList<>(List.of("sh", script.toString()));
        command.addAll(words.equals(List.of("")) ? List.of() : words);
        Path err = home.resolve("err");
        var builder = new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null")
                .toFile())).redirectError(err.toFile());
        builder.environment().put("JAVA_HOME", home.resolve("jdk").toString());
        for (String variable : environment)
            builder.environment().put(variable.split("=")[0], variable.split("=")[1]);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), said.lines().toList(), Files.readString(err));
    }
}
