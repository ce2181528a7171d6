package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.process.UnpackedLibrary;

/// SQLite's driver has its library from beside the program, or unpacks its own beside the data.
class SqliteLibraryTest {

    private static final String TAKEN = "org.sqlite.lib.path";
    private static final String UNPACKED = "org.sqlite.tmpdir";

    private final String before = System.getProperty(UNPACKED);

    @TempDir
    Path home;

    private Path folder;
    private Path data;

    @BeforeEach
    void place() throws IOException {
        folder = Files.createDirectory(home.resolve("program"));
        data = Files.createDirectory(home.resolve("data"));
        System.setProperty(UnpackedLibrary.PLACE, folder.toString());
        System.clearProperty(UNPACKED);
    }

    @AfterEach
    void asBefore() {
        for (String property : new String[]{UnpackedLibrary.PLACE, TAKEN, UNPACKED})
            System.clearProperty(property);
        if (before != null) System.setProperty(UNPACKED, before);
    }

    @Test
    void theOneBesideTheProgramIsTakenAndOldOnesBesideTheDataGo() throws IOException {
        SqliteLibrary.unpack(folder);
        assertTrue(Files.size(folder.resolve(System.mapLibraryName("sqlitejdbc"))) > 100_000);
        Files.writeString(Files.createDirectory(data.resolve("native")).resolve("sqlite-3-of-a-kill.so"), "old");
        SqliteLibrary.prepare(data);
        assertEquals(folder.toString(), System.getProperty(TAKEN));
        assertNull(System.getProperty(UNPACKED));
        assertFalse(Files.exists(data.resolve("native")));
    }

    @Test
    void withoutAWholeOneTheDriverUnpacksItsOwn() throws IOException {
        SqliteLibrary.unpack(folder);
        Files.writeString(folder.resolve(System.mapLibraryName("sqlitejdbc")), "damaged");
        Files.writeString(Files.createDirectory(data.resolve("native")).resolve("sqlite-3-of-a-kill.so"), "old");
        SqliteLibrary.prepare(data);
        assertNull(System.getProperty(TAKEN));
        assertEquals(data.resolve("native").toString(), System.getProperty(UNPACKED));
        try (var left = Files.list(data.resolve("native"))) {
            assertEquals(0, left.count());
        }
    }
}
