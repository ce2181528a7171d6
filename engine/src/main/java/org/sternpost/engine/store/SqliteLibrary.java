package org.sternpost.engine.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.sqlite.JDBC;
import org.sqlite.util.OSInfo;
import org.sternpost.engine.process.UnpackedLibrary;

/// Where SQLite's driver has its library of machine code from.
public final class SqliteLibrary {

    static final String OWN = "native"; // of the data directory

    private static final String NAME = "sqlitejdbc";
    private static final String TEMPORARY = "org.sqlite.tmpdir";

    private SqliteLibrary() {}

    /// Unpacks it into a folder of the program, for all processes to come.
    public static void unpack(Path folder) throws IOException {
        UnpackedLibrary.unpack(JDBC.class, "/org/sqlite/native/" + OSInfo.getNativeLibFolderPathForCurrentOS() + "/"
                + System.mapLibraryName(NAME), folder);
    }

    /// Before the driver is used first. Without an unpacked one, the driver unpacks its own for each process and leaves
    /// it behind when killed: whoever has the directory's lock sweeps.
    static void prepare(Path directory) throws IOException {
        Path own = directory.resolve(OWN).toAbsolutePath();
        var unpacked = UnpackedLibrary.folderOf(NAME);
        if (unpacked.isPresent()) {
            System.setProperty("org.sqlite.lib.path", unpacked.get().toString());
            if (Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS)) {
                sweep(own);
                Files.deleteIfExists(own);
            }
        } else if (System.getProperty(TEMPORARY) == null) {
            sweep(OwnerOnly.directory(own));
            System.setProperty(TEMPORARY, own.toString());
        }
    }

    private static void sweep(Path own) throws IOException {
        try (var leftovers = Files.newDirectoryStream(own)) {
            for (Path file : leftovers)
                Files.deleteIfExists(file);
        }
    }
}
