package org.sternpost.engine.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;

/// Copies of what may still be needed, made before the engine goes on without it: `kept/1`, `kept/2` and so on.
final class KeptAside {

    private static final String DIRECTORY = "kept";

    private KeptAside() {}

    static Path directory(Path data) { return data.resolve(DIRECTORY); }

    /// True if a copy of a file as it is now was kept before: an engine that is started again and again keeps one.
    static boolean has(Path data, Path file) throws IOException {
        Path all = directory(data);
        if (!Files.isDirectory(all)) return false;
        try (var kept = Files.newDirectoryStream(all)) {
            for (Path here : kept) {
                Path copy = here.resolve(file.getFileName());
                if (Files.isRegularFile(copy) && Files.mismatch(copy, file) < 0) return true;
            }
        }
        return false;
    }

    /// @return the directory that now has them
    static Path keep(Path data, Collection<Path> files) throws IOException {
        Path all = OwnerOnly.directory(directory(data));
        int number = 1;
        while (Files.exists(all.resolve(Integer.toString(number))))
            number++;
        Path here = OwnerOnly.directory(all.resolve(Integer.toString(number)));
        for (Path file : files)
            keep(file, here.resolve(file.getFileName()));
        OwnerOnly.syncNames(here);
        return here;
    }

    /// A second name costs nothing and outlives the first; what is written over in place, such as the log of the
    /// database, is copied.
    private static void keep(Path file, Path copy) throws IOException {
        String name = file.getFileName().toString();
        if (name.endsWith(".seg") || name.equals(SqliteDatabase.FILE))
            try {
                Files.createLink(copy, file);
                return;
            } catch (IOException | UnsupportedOperationException withoutLinks) {
                // File systems without hard links get a copy.
            }
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        // The first may be removed now, and a power loss must not leave neither.
        try (var channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
