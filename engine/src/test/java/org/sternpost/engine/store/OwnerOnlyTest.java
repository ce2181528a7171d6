package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nobody but the owner gets at what the store writes; what was open is closed, what may be foreign is refused.
class OwnerOnlyTest {

    @TempDir
    Path home;

    @Test
    void everythingThatTheStoreWritesIsForItsOwnerAlone() throws IOException {
        Path data = home.resolve("new/data");
        try (var store = SqliteDatabase.open(data, List.of("CREATE TABLE IF NOT EXISTS word (text TEXT)"))) {
            fill(store);
            assertEquals(List.of(), open(data));
        }
        assertEquals(List.of(), open(data));
        assertEquals("rwx------", permissions(home.resolve("new")));
    }

    @Test
    void whatAnOlderVersionLeftOpenIsClosedAtStart() throws IOException {
        Path data = home.resolve("data");
        try (var store = SqliteDatabase.open(data, List.of("CREATE TABLE IF NOT EXISTS word (text TEXT)"))) {
            fill(store);
        }
        try (var all = Files.walk(data)) {
            for (Path one : all.toList())
                set(one, Files.isDirectory(one) ? "rwxr-xr-x" : "rw-r--r--");
        }
        try (var store = SqliteDatabase.open(data, List.of())) {
            assertEquals(List.of(), open(data));
            fill(store);
            assertEquals(List.of(), open(data));
        }
    }

    @Test
    void copiesThatAreKeptAsideAreForTheOwnerToo() throws IOException {
        Path data = home.resolve("data");
        try (var store = SqliteDatabase.open(data, List.of("CREATE TABLE IF NOT EXISTS word (text TEXT)"))) {
            fill(store);
        }
        Files.write(data.resolve("bodies/00000000000000ff.seg"), new byte[5]);
        SqliteDatabase.open(data, List.of()).close();
        assertTrue(Files.exists(data.resolve("kept/1/00000000000000ff.seg")), "nothing was kept");
        assertEquals(List.of(), open(data));
    }

    @Test
    void aDirectoryThatEverybodyMayWriteToIsRefusedAndLeftAsItIs() throws IOException {
        Path data = Files.createDirectories(home.resolve("data"));
        set(data, "rwxrwxrwx");
        var refused = assertThrows(IOException.class, () -> SqliteDatabase.open(data, List.of()));
        assertTrue(refused.getMessage().endsWith("chmod 700 " + data), refused.getMessage());
        assertEquals("rwxrwxrwx", permissions(data));
        try (var left = Files.list(data)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwx---", "rwxr-x--x", "rwxrwxr-x", "r-x------"})
    void aDirectoryThatOthersMayLookIntoIsClosed(String before) throws IOException {
        Path data = Files.createDirectories(home.resolve("data"));
        set(data, before);
        SqliteDatabase.open(data, List.of()).close();
        assertEquals("rwx------", permissions(data));
    }

    @Test
    void filesOfOthersInTheDirectoryAreLeftAlone() throws IOException {
        Path data = Files.createDirectories(home.resolve("data"));
        Path theirs = Files.writeString(data.resolve("notes.txt"), "mine");
        set(theirs, "rw-r--r--");
        SqliteDatabase.open(data, List.of()).close();
        assertEquals("rw-r--r--", permissions(theirs));
    }

    @Test
    void aFileWhereADirectoryBelongsIsNamedWithTheRemedy() throws IOException {
        Path inTheWay = Files.createFile(home.resolve("data"));
        var refused = assertThrows(IOException.class, () -> SqliteDatabase.open(inTheWay, List.of()));
        assertTrue(refused.getMessage().startsWith(inTheWay + " is in the way"), refused.getMessage());
    }

    private static void fill(SqliteDatabase store) throws IOException {
        byte[] body = "a body".getBytes(StandardCharsets.US_ASCII);
        store.<Boolean>writeWithBodies(List.of(NewBody.bare(Content.of(body))), (connection, _) -> {
            try (var statement = connection.createStatement()) {
                return statement.execute("INSERT INTO word VALUES ('x')");
            }
        });
    }

    /// What others might get at.
    private static List<String> open(Path data) throws IOException {
        var open = new ArrayList<String>();
        try (var all = Files.walk(data)) {
            for (Path one : all.toList()) {
                String wanted = Files.isDirectory(one) ? "rwx------" : "rw-------";
                if (!permissions(one).equals(wanted)) open.add(permissions(one) + " " + data.relativize(one));
            }
        }
        return open;
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static void set(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
}
