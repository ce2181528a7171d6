package org.sternpost.engine.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A library that lies beside the program is taken whole or not at all.
class UnpackedLibraryTest {

    private static final String NAME = "UnpackedLibrary.class"; // a resource like any other

    @TempDir
    Path folder;

    @BeforeEach
    void place() { System.setProperty(UnpackedLibrary.PLACE, folder.toString()); }

    @AfterEach
    void noPlace() { System.clearProperty(UnpackedLibrary.PLACE); }

    /// As the driver would ask: the file is called as this system calls a library of that name.
    private Path unpacked() throws IOException {
        UnpackedLibrary.unpack(UnpackedLibrary.class, NAME, folder);
        Path file = folder.resolve(System.mapLibraryName("thing"));
        for (String part : new String[]{"", ".crc32"})
            Files.move(folder.resolve(NAME + part), Path.of(file + part));
        return file;
    }

    @Test
    void aWholeOneIsTaken() throws IOException {
        Path file = unpacked();
        assertEquals(Optional.of(folder), UnpackedLibrary.folderOf("thing"));
        try (var original = UnpackedLibrary.class.getResourceAsStream(NAME)) {
            assertTrue(Arrays.equals(original.readAllBytes(), Files.readAllBytes(file)));
        }
        try (var files = Files.list(folder)) {
            assertEquals(2, files.count(), "nothing half written is left");
        }
    }

    @Test
    void oneThatIsDamagedCutOrOfAnotherMachineIsNot() throws IOException {
        Path file = unpacked();
        byte[] whole = Files.readAllBytes(file);
        byte[] altered = whole.clone();
        altered[altered.length / 2] ^= 1;
        for (byte[] wrong : new byte[][]{altered, Arrays.copyOf(whole, whole.length - 1), {}}) {
            Files.write(file, wrong);
            assertEquals(Optional.empty(), UnpackedLibrary.folderOf("thing"));
        }
        Files.write(file, whole);
        assertEquals(Optional.of(folder), UnpackedLibrary.folderOf("thing"));
        Path sum = Path.of(file + ".crc32");
        Files.writeString(sum, Files.readString(sum).replace(System.getProperty("os.arch"), "another"));
        assertEquals(Optional.empty(), UnpackedLibrary.folderOf("thing"));
        Files.delete(sum);
        assertEquals(Optional.empty(), UnpackedLibrary.folderOf("thing"));
    }

    @Test
    void whereNothingLiesTheDriverUnpacksItsOwn() throws IOException {
        unpacked();
        assertEquals(Optional.empty(), UnpackedLibrary.folderOf("other"));
        System.setProperty(UnpackedLibrary.PLACE, folder.resolve("gone").toString());
        assertEquals(Optional.empty(), UnpackedLibrary.folderOf("thing"));
        System.setProperty(UnpackedLibrary.PLACE, "");
        assertEquals(Optional.empty(), UnpackedLibrary.folderOf("thing"));
        System.clearProperty(UnpackedLibrary.PLACE);
        assertEquals(Optional.empty(), UnpackedLibrary.folderOf("thing"));
    }

    @Test
    void whatIsInNoJarCannotBeUnpacked() {
        assertThrows(IOException.class, () -> UnpackedLibrary.unpack(UnpackedLibrary.class, "/gone.so", folder));
    }
}
