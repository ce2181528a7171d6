package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The log of an engine inside a shell keeps the youngest lines and a limit.
class EngineLogTest {

    @TempDir
    Path home;

    @Test
    void fiveFilesOfBoundedSizeKeepTheYoungestLines() throws IOException {
        Path file = home.resolve("engine.log");
        var log = new EngineLog(file, 100);
        for (int i = 1000; i < 1200; i++)
            log.write(List.of(line("line " + i)));
        log.close();
        var files = new TreeMap<String, String>();
        try (var all = Files.list(home)) {
            for (Path one : all.toList()) {
                files.put(one.getFileName().toString(), Files.readString(one));
                assertTrue(Files.size(one) <= 100, one + " has " + Files.size(one));
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(one)));
            }
        }
        assertEquals("[engine.log, engine.log.1, engine.log.2, engine.log.3, engine.log.4]",
                files.keySet().toString());
        assertTrue(files.get("engine.log").endsWith("line 1199\n"));
        assertTrue(files.get("engine.log.4").startsWith("line 11"));
    }

    @Test
    void goesOnWithTheFileOfTheLastEngineAndClosesItToOthers() throws IOException {
        Path file = Files.writeString(home.resolve("engine.log"), "before\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        var log = new EngineLog(file, 100);
        log.write(List.of(line("after")));
        log.close();
        assertEquals("before\nafter\n", Files.readString(file));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void aLineThatIsLongerThanTheLimitIsKeptWhole() throws IOException {
        Path file = home.resolve("engine.log");
        var log = new EngineLog(file, 10);
        log.write(List.of(line("a line that is longer")));
        log.write(List.of(line("next")));
        log.close();
        assertEquals("next\n", Files.readString(file));
        assertEquals("a line that is longer\n", Files.readString(home.resolve("engine.log.1")));
    }

    @Test
    void linesThatTheDiskDoesNotTakeAreCountedAndTold() throws IOException {
        Path file = home.resolve("engine.log");
        var log = new EngineLog(file, 20);
        log.write(List.of(line("first line, long")));
        for (int age = 1; age <= 3; age++)
            Files.writeString(home.resolve("engine.log." + age), "older");
        Path inTheWay = Files.createDirectories(home.resolve("engine.log.4/full"));
        log.write(List.of(line("second line")));
        log.write(List.of(line("third line")));
        Files.delete(inTheWay);
        log.write(List.of(line("fourth")));
        log.close();
        assertEquals("event=log-lines-lost lines=2\nfourth\n", Files.readString(file));
    }

    @Test
    void linesThatComeTogetherAreKeptAsIfTheyCameOneByOne() throws IOException {
        var one = new EngineLog(Files.createDirectory(home.resolve("one")).resolve("engine.log"), 100);
        var all = new EngineLog(Files.createDirectory(home.resolve("all")).resolve("engine.log"), 100);
        var lines = new ArrayList<byte[]>();
        for (int i = 0; i < 40; i++)
            lines.add(line("line " + "x".repeat(i * 37 % 120) + i));
        for (byte[] line : lines)
            one.write(List.of(line));
        all.write(lines);
        for (String name : List.of("", ".1", ".2", ".3", ".4"))
            assertEquals(Files.readString(home.resolve("one/engine.log" + name)),
                    Files.readString(home.resolve("all/engine.log" + name)), name);
    }

    private static byte[] line(String text) { return (text + "\n").getBytes(StandardCharsets.UTF_8); }
}
