package org.sternpost.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.zip.CRC32;

/// A library of machine code that lies beside the program, so that a start need not unpack it from its jar.
///
/// Whoever makes the caches for the program's folder puts it there; the launcher says where, once it has compared the
/// jars. One that is damaged, or of
/// another machine, is passed over: it could end the process.
public final class UnpackedLibrary {

    /// Names the folder with the libraries.
    public static final String PLACE = "sternpost.native";

    private static final String SUM = ".crc32";

    private UnpackedLibrary() {}

    /// Puts a library into a folder, with the sum that [#folderOf] holds it against.
    ///
    /// @param resource of the jar of that class
    public static void unpack(Class<?> of, String resource, Path folder) throws IOException {
        try (var in = of.getResourceAsStream(resource)) {
            if (in == null) throw new IOException("no " + resource + " is in the jar of " + of.getName());
            byte[] content = in.readAllBytes();
            Path file = folder.resolve(resource.substring(resource.lastIndexOf('/') + 1));
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.write(part, content);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            Files.writeString(sum(file), sum(content));
        }
    }

    /// Where the library of that name lies, whole; empty where the driver has to unpack its own.
    ///
    /// @param name without what a system has before and behind it: `sqlitejdbc`
    public static Optional<Path> folderOf(String name) {
        String place = System.getProperty(PLACE, "");
        if (place.isEmpty()) return Optional.empty();
        Path folder = Path.of(place).toAbsolutePath();
        Path file = folder.resolve(System.mapLibraryName(name));
        try {
            return Files.readString(sum(file)).equals(sum(Files.readAllBytes(file)))
                    ? Optional.of(folder)
                    : Optional.empty();
        } catch (IOException missing) {
            return Optional.empty();
        }
    }

    private static Path sum(Path file) { return file.resolveSibling(file.getFileName() + SUM); }

    private static String sum(byte[] content) {
        var sum = new CRC32();
        sum.update(content);
        return System.getProperty("os.arch") + " " + content.length + " " + Long.toHexString(sum.getValue());
    }
}
