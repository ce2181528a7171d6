package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.TreeMap;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The log of an engine inside a shell keeps the youngest lines and a limit.
class EngineLogTest {

    private static final Formatter PLAIN = new Formatter() {
        @Override
        public String format(LogRecord event) { return event.getMessage() + "\n"; }
    };

    @TempDir
    Path home;

    @Test
    void fiveFilesOfBoundedSizeKeepTheYoungestLines() throws IOException {
        Path file = home.resolve("engine.log");
        var log = new EngineLog(file, PLAIN, 100);
        for (int i = 1000; i < 1200; i++)
            log.publish(new LogRecord(Level.INFO, "line " + i));
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
        var log = new EngineLog(file, PLAIN, 100);
        log.publish(new LogRecord(Level.INFO, "after"));
        log.close();
        assertEquals("before\nafter\n", Files.readString(file));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void aLineThatIsLongerThanTheLimitIsKeptWhole() throws IOException {
        Path file = home.resolve("engine.log");
        var log = new EngineLog(file, PLAIN, 10);
        log.publish(new LogRecord(Level.INFO, "a line that is longer"));
        log.publish(new LogRecord(Level.INFO, "next"));
        log.close();
        assertEquals("next\n", Files.readString(file));
        assertEquals("a line that is longer\n", Files.readString(home.resolve("engine.log.1")));
    }

    @Test
    void linesThatTheDiskDoesNotTakeAreCountedAndTold() throws IOException {
        Path file = home.resolve("engine.log");
        var log = new EngineLog(file, PLAIN, 20);
        log.publish(new LogRecord(Level.INFO, "first line, long"));
        for (int age = 1; age <= 3; age++)
            Files.writeString(home.resolve("engine.log." + age), "older");
        Path inTheWay = Files.createDirectories(home.resolve("engine.log.4/full"));
        log.publish(new LogRecord(Level.INFO, "second line"));
        log.publish(new LogRecord(Level.INFO, "third line"));
        Files.delete(inTheWay);
        log.publish(new LogRecord(Level.INFO, "fourth"));
        log.close();
        assertEquals("event=log-lines-lost lines=2\nfourth\n", Files.readString(file));
    }
}
