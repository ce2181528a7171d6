package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.Engine;
import org.sternpost.engine.config.Settings;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SystemTime;

/// `sternpost store check` tells what it found, and its exit code says whether it is well.
class StoreTaskTest {

    private Path file;
    private Path data;

    record Ran(int exit, String out, String err) {}

    @BeforeEach
    void settings(@TempDir Path directory) throws Exception {
        file = Files.writeString(directory.resolve("sternpost.yaml"), "hostName: relay.example.test\n");
        data = Settings.load(file).dataDirectory();
    }

    @Test
    void aStoreThatIsWholeIsSaidToBe() throws Exception {
        SqliteDatabase.open(data, Engine.SCHEMA).close();
        Ran ran = check();
        assertEquals(0, ran.exit(), ran + "");
        assertTrue(ran.out().contains("Nothing is damaged"), ran.out());
    }

    @Test
    void damageIsToldAndTheExitCodeSaysSo() throws Exception {
        SqliteDatabase.open(data, Engine.SCHEMA).close();
        Files.delete(data.resolve("sternpost.db"));
        Ran ran = check();
        assertEquals(1, ran.exit(), ran + "");
        assertTrue(ran.out().contains("sternpost.db is missing") && ran.out().contains("nothing was changed"),
                ran.out());
    }

    @Test
    void aStoreInUseIsNotLookedAt() throws Exception {
        try (var _ = SqliteDatabase.open(data, Engine.SCHEMA)) {
            Ran ran = check();
            assertEquals(1, ran.exit(), ran + "");
            assertTrue(ran.err().contains("Get-EngineStatus"), ran.err());
        }
    }

    @Test
    void whereNoDirectoryIsNothingIsMade() {
        Ran ran = check();
        assertEquals(1, ran.exit(), ran + "");
        assertTrue(Files.notExists(data));
    }

    private Ran check() {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var process = new Launcher.Process(new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8), Map.of(), 0, false);
        int exit = new Launcher(process, new NoEngine(), new SystemTime())
                .run(List.of("-Settings", file.toString(), "store", "check"));
        return new Ran(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
