package org.sternpost.shell.groovy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.codehaus.groovy.control.CompilerConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.time.SimTime;
import org.sternpost.shell.run.ExitCode;

/// A script that was compiled is found again by all that it was checked against, and only where nobody else can have
/// put it; whatever lies there instead, the script runs as its text says.
class KeptScriptsTest {

    private static final String TEXT = "println 'compiled'";
    private static final List<String> COMPILED = List.of("compiled");
    private static final List<String> KEPT = List.of("kept");
    private static final int FILES_MAX = 100;

    private final SimTime time = new SimTime();

    @TempDir
    Path home;

    private Path directory;
    private KeptScripts scripts;

    @BeforeEach
    void prepare() {
        directory = home.resolve("cache/sternpost/scripts");
        scripts = new KeptScripts(directory, "a program", time);
    }

    /// What the script of that text prints, and what its messages are where it fails.
    private List<String> printed(String text) throws IOException {
        var session = new GroovySession(Optional.of(scripts));
        int exit = session.script(home, text);
        return exit == ExitCode.DONE ? List.copyOf(session.console.data) : List.copyOf(session.console.messages);
    }

    /// Keeps another script in the place of that text, so that it shows which of the two ran.
    private Path plant() {
        String key = scripts.key(TEXT, "some_script.groovy", List.of());
        scripts.keep(key, script("println 'kept'"));
        return directory.resolve(key + ".script");
    }

    private static CompiledScript script(String text) {
        var configuration = new CompilerConfiguration();
        configuration.setScriptBaseClass(ScriptBase.class.getName());
        return CompiledScript.of(text, "some_script.groovy", configuration);
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.sorted().toList();
        }
    }

    @Test
    void whatWasKeptRunsInsteadOfTheCompiler() throws IOException {
        plant();
        assertEquals(KEPT, printed(TEXT));
        assertEquals(List.of("other"), printed("println 'other'"));
    }

    @Test
    void aScriptWithClosuresClassesAndParametersRunsTwiceAlike() throws IOException {
        String text = """
            @Field @ScriptParam String connector = 'gov'
            class Line { String text; String toString() { "<$text>" } }
            def all = getOutboundConnector(connector).collect { new Line(text: it.name) }
            all.each { println "$it ${2.hours}" }
            """;
        List<String> first = printed(text);
        assertEquals(List.of("<gov> PT2H"), first);
        assertEquals(1, files(directory).size());
        assertEquals(first, printed(text));
        assertEquals(1, files(directory).size());
    }

    @Test
    void whatFailsIsToldWithItsLineFromACacheToo() throws IOException {
        String text = "def n = [1, 2]\n\nprintln n[0].intdiv(n.size() - 2)\n";
        List<String> first = printed(text);
        assertTrue(first.toString().contains("(line 3)"), first::toString);
        assertEquals(first, printed(text));
    }

    @Test
    void whatIsRefusedIsNotKept() throws IOException {
        assertTrue(printed("getOutboundConector()").toString().contains("did you mean"));
        assertFalse(Files.exists(directory));
    }

    @Test
    void aKeyIsOfAllThatTheChecksDependOn() {
        String key = scripts.key(TEXT, "a.groovy", List.of("x", "y"));
        assertEquals(key, scripts.key(TEXT, "a.groovy", List.of("x", "y")));
        for (String other : List.of(scripts.key(TEXT + " ", "a.groovy", List.of("x", "y")),
                scripts.key(TEXT, "b.groovy", List.of("x", "y")), scripts.key(TEXT, "a.groovy", List.of("x")),
                scripts.key("y\n" + TEXT, "a.groovy", List.of("x")), scripts.key("x", "a.groovy", List.of()),
                new KeptScripts(directory, "another program", time).key(TEXT, "a.groovy", List.of("x", "y"))))
            assertNotEquals(key, other);
    }

    /// A variable of the session makes a text right that is wrong without it.
    @Test
    void aVariableOfOneSessionIsNoneOfAnother() throws IOException {
        String text = "println 'before'\nprintln marked\n";
        var with = new GroovySession(Optional.of(scripts));
        assertEquals(ExitCode.DONE, with.shell.run("$marked = 'yes'"));
        assertEquals(ExitCode.DONE, with.script(home, text), with.console.messages::toString);
        var without = new GroovySession(Optional.of(scripts));
        assertEquals(ExitCode.NOT_UNDERSTOOD, without.script(home, text));
        assertEquals(List.of(), without.console.data);
    }

    @Test
    void aProgramIsItsJarsByNameSizeAndDate() throws IOException {
        Path jar = Files.writeString(home.resolve("a.jar"), "1");
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000));
        String before = KeptScripts.program(jar.toString()).orElseThrow();
        assertEquals(before, KeptScripts.program(jar.toString()).orElseThrow());
        Files.setLastModifiedTime(jar, FileTime.fromMillis(2_000));
        assertNotEquals(before, KeptScripts.program(jar.toString()).orElseThrow());
        Files.writeString(jar, "22");
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000));
        assertNotEquals(before, KeptScripts.program(jar.toString()).orElseThrow());
        assertEquals(Optional.empty(), KeptScripts.program(jar + ":" + home), "classes in folders change silently");
        assertEquals(Optional.empty(), KeptScripts.program(jar + ":" + home.resolve("gone.jar")));
    }

    /// Each octet altered, and each length.
    @Test
    void whatIsDamagedIsCompiledAnew() throws IOException {
        Path file = plant();
        byte[] whole = Files.readAllBytes(file);
        String key = file.getFileName().toString().replace(".script", "");
        assertTrue(scripts.find(key).isPresent());
        int step = Math.max(1, whole.length / 300);
        for (int i = 0; i < whole.length; i += step) {
            byte[] altered = whole.clone();
            altered[i] ^= 4;
            Files.write(file, altered);
            assertTrue(scripts.find(key).isEmpty(), "octet " + i);
            Files.write(file, java.util.Arrays.copyOf(whole, i));
            assertTrue(scripts.find(key).isEmpty(), "length " + i);
        }
        assertEquals(COMPILED, printed(TEXT));
        assertEquals(COMPILED, printed(TEXT));
        assertTrue(scripts.find(key).isPresent(), "it was replaced");
    }

    /// Whole, of us, and made for another program all the same.
    @Test
    void classesThatDoNotFitAreCompiledAnew() throws IOException {
        String key = scripts.key(TEXT, "some_script.groovy", List.of());
        scripts.keep(key, new CompiledScript("some_script", Map.of("some_script", new byte[]{1, 2, 3})));
        assertEquals(COMPILED, printed(TEXT));
        scripts.keep(key, new CompiledScript("gone", Map.of("some_script", new byte[]{1, 2, 3})));
        assertEquals(COMPILED, printed(TEXT));
    }

    @Test
    void whatOthersMayWriteDoesNotRun() throws IOException {
        Path file = plant();
        for (String open : List.of("rw--w----", "rw-----w-")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(open));
            assertEquals(COMPILED, printed(TEXT), open);
            plant();
            assertEquals(KEPT, printed(TEXT));
        }
        for (String open : List.of("rwx-w----", "rwx----w-", "rwxrwxrwx")) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(open));
            assertEquals(COMPILED, printed(TEXT), open);
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertEquals(KEPT, printed(TEXT));
    }

    @Test
    void whatIsElsewhereDoesNotRun() throws IOException {
        Path file = plant();
        Files.move(file, home.resolve("elsewhere"));
        Files.createSymbolicLink(file, home.resolve("elsewhere"));
        assertEquals(COMPILED, printed(TEXT));
        plant();
        Files.move(directory, home.resolve("folder"));
        Files.createSymbolicLink(directory, home.resolve("folder"));
        assertEquals(COMPILED, printed(TEXT));
    }

    @Test
    void whatBelongsToSomebodyElseDoesNotRun() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can give a file away");
        Path file = plant();
        Files.setAttribute(file, "unix:uid", 65_534);
        assertEquals(COMPILED, printed(TEXT));
        plant();
        Files.setAttribute(directory, "unix:uid", 65_534);
        assertEquals(COMPILED, printed(TEXT));
    }

    /// As who may write into a folder above could do it, between the look at the owner and the reading.
    @Test
    void whatTakesTheFoldersPlaceAfterItWasLookedAtIsNotRead() throws IOException {
        Path file = plant();
        byte[] whole = Files.readAllBytes(file);
        try (var folder = OwnFolder.open(directory)) {
            Files.move(directory, home.resolve("away"));
            Files.createDirectory(directory);
            Files.writeString(file, "another's");
            assertArrayEquals(whole, folder.content(file.getFileName(), whole.length));
            folder.put(Path.of("new"), Path.of("new.part"), new byte[1]);
        }
        assertEquals(List.of(file), files(directory));
        assertTrue(Files.exists(home.resolve("away/new")));
    }

    @Test
    void whatDoesNotGetItsNameLeavesNothingBehind() throws IOException {
        plant();
        Files.createDirectories(directory.resolve("taken/full"));
        try (var folder = OwnFolder.open(directory)) {
            assertThrows(IOException.class, () -> folder.put(Path.of("taken"), Path.of("taken.part"), new byte[9]));
        }
        assertFalse(Files.exists(directory.resolve("taken.part")));
    }

    @Test
    void aScriptRunsWhereNothingCanBeKept() throws IOException {
        Files.createDirectories(directory.getParent());
        Files.writeString(directory, "a file in the way");
        assertEquals(COMPILED, printed(TEXT));
        assertEquals("a file in the way", Files.readString(directory));
        scripts = new KeptScripts(Path.of("/proc/sternpost/scripts"), "a program", time);
        assertEquals(COMPILED, printed(TEXT));
    }

    @Test
    void whatIsKeptIsForItsOwnerAlone() throws IOException {
        Path file = plant();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
    }

    @Test
    void theOldestGoWhenThereAreTooMany() throws IOException {
        CompiledScript one = script(TEXT);
        for (int i = 0; i < FILES_MAX + 5; i++) {
            String key = scripts.key(TEXT, "some_script.groovy", List.of("v" + i));
            scripts.keep(key, one);
            Files.setLastModifiedTime(directory.resolve(key + ".script"),
                    FileTime.from(time.instant().plusSeconds(i)));
        }
        scripts.keep("last", one);
        assertEquals(FILES_MAX, files(directory).size());
        assertTrue(scripts.find("last").isPresent());
        assertTrue(scripts.find(scripts.key(TEXT, "some_script.groovy", List.of("v0"))).isEmpty());
        assertTrue(scripts.find(scripts.key(TEXT, "some_script.groovy", List.of("v104"))).isPresent());
    }

    @Test
    void whatIsUsedStaysAmongTheYoungest() throws IOException {
        Path file = plant();
        FileTime long_ago = FileTime.from(time.instant().minus(Duration.ofDays(40)));
        Files.setLastModifiedTime(file, long_ago);
        assertEquals(KEPT, printed(TEXT));
        assertEquals(time.instant(), Files.getLastModifiedTime(file).toInstant());
    }
}
