package org.sternpost.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.lab.real.ServerProcess;

class MeasurementTest {

    private static final int NETWORK = 84;

    @TempDir
    Path directory;

    /// The engine of this build, started as a program of its own, without the launcher, which might build first.
    @Test
    void aSmallRunOfTheEngineIsMeasuredAndNothingIsLost() throws Exception {
        var launcher = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-Dorg.sqlite.tmpdir=" + directory, "-cp",
                System.getProperty("java.class.path"), "org.sternpost.shell.Main");
        var engine = new Sternpost(directory, launcher, Gateway.Security.dane, Sternpost.Start.PLAIN);
        var row = Row.of("3x2@0");
        try (var world = World.open(NETWORK, directory.resolve("world"), row)) {
            var result = Measurement.of(engine, world, new ProcessTree(ProcessHandle.current().pid()), row,
                    new Measurement.Load(20, 4096, 3), directory.resolve("run")).values();
            String all = result.toString();
            assertEquals(0, result.get(Column.LOST), all);
            assertEquals(0, result.get(Column.WAITING), all);
            assertEquals(0, result.get(Column.DUPLICATED), all);
            assertEquals(0, result.get(Column.REFUSED), all);
            assertEquals(0, result.get(Column.PLAIN), all);
            for (var measured : List.of(Column.COLD, Column.WARM, Column.ACCEPTED, Column.ACCEPT_P99, Column.CPU_COLD,
                    Column.MEMORY, Column.CONNECTIONS, Column.FULL, Column.START))
                assertTrue(result.get(measured) > 0, measured + " in " + all);
        }
    }

    @Test
    void aProcessTreeHasTheCpuAndTheMemoryOfItsChildren() throws Exception {
        var child = new ProcessBuilder("sh", "-c", "sleep 60 & wait").start();
        try {
            var tree = new ProcessTree(child.pid());
            assertTrue(ServerProcess.until(java.time.Duration.ofMinutes(1), () -> tree.size() == 2), "two of them");
            assertTrue(tree.pssBytes() > 0);
            assertTrue(new ProcessTree(ProcessHandle.current().pid()).cpuSeconds() > 0);
            assertTrue(new ProcessTree(ProcessHandle.current().pid()).size() >= 3);
        } finally {
            child.descendants().forEach(ProcessHandle::destroyForcibly);
            child.destroyForcibly();
        }
    }
}
