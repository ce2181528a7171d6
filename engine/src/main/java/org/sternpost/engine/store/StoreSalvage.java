package org.sternpost.engine.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.sternpost.engine.store.Counts.CountsFile;

/// Makes the whole database of a directory anew: mail from the segments, settings from the old tables where those can
/// be read exactly.
///
/// The old files are kept aside first, and the new database takes their place when it is complete: killed in the midst,
/// it is begun again. No engine may have the directory.
public final class StoreSalvage {

    private static final String MADE = SqliteDatabase.FILE + ".made";

    /// What came of it.
    ///
    /// @param owed     messages that are owed again
    /// @param held     they wait for an operator, because settings are missing or may be old
    /// @param numbers  what the segments hold
    /// @param hurt     messages that are owed and whose content is not what was accepted, a sentence each
    /// @param refused  records that nobody can be owed, each with the reason
    /// @param places   where something cannot be read, a sentence each
    /// @param settings what became of each table of settings
    /// @param kept     where the old files are, if there were any
    public record Done(int owed, boolean held, SegmentScan.Numbers numbers, List<String> hurt, List<String> refused,
            List<String> places, OldTables.Carried settings, Optional<Path> kept) {

        public Done {
            hurt = List.copyOf(hurt);
            refused = List.copyOf(refused);
            places = List.copyOf(places);
        }

        /// Everything that was written could be read.
        public boolean isAll() {
            return hurt.isEmpty() && refused.isEmpty() && places.isEmpty() && numbers.bare() == 0;
        }
    }

    private StoreSalvage() {}

    /// @param ddl      as for [SqliteDatabase#open]
    /// @param settings names of tables that are carried over
    /// @param rows     makes the rows of mail, held or not
    /// @param progress told in words how far it is
    /// @param dryRun   says what would come of it, and leaves all as it was
    public static Done run(Path directory, List<String> ddl, List<String> settings,
            Function<Boolean, Rebuild.Rows> rows,
            Consumer<String> progress, boolean dryRun) throws IOException {
        if (!Files.isDirectory(directory)) throw new IOException("there is no directory " + directory);
        OwnerOnly.directory(directory);
        Path made = directory.resolve(MADE);
        try (DirectoryLock _ = DirectoryLock.take(directory)) {
            SqliteLibrary.prepare(directory);
            removeMade(directory);
            try {
                OwnerOnly.file(made);
                Rebuild rebuild;
                SegmentScan.Numbers numbers;
                OldTables.Carried carried;
                boolean held;
                try (Connection connection = SqliteDialect.connect(made, false)) {
                    SqliteDatabase.createTables(connection, ddl, Counts.NONE);
                    progress.accept("settings of the old database");
                    carried = OldTables.carry(directory, connection, settings);
                    held = !carried.isAll();
                    rebuild = new Rebuild(directory, connection, Counts.NONE.next(), Set.of(), rows.apply(held),
                            progress);
                    numbers = rebuild.read();
                }
                Optional<Path> kept = dryRun ? Optional.empty() : replace(directory, rebuild);
                return new Done(rebuild.owed(), held, numbers, rebuild.hurt(), rebuild.refused(), rebuild.places(),
                        carried, kept);
            } finally {
                removeMade(directory);
            }
        } catch (SQLException failed) {
            throw SqliteTrouble.of(directory, "the database of " + directory + " cannot be made anew", failed);
        }
    }

    private static Optional<Path> replace(Path directory, Rebuild rebuild) throws IOException {
        Path made = directory.resolve(MADE);
        // The end of a connection moves the log into the file, and does not say so where it cannot.
        Path log = directory.resolve(MADE + "-wal");
        if (Files.exists(log) && Files.size(log) > 0)
            throw new IOException("a part of the new database is still in its log, and could not be moved from there "
                    + "into " + made + "; nothing was changed. Look at the disk of " + directory
                    + " and at the room on it, then begin again");
        try (var file = new RandomAccessFile(made.toFile(), "rw")) {
            file.getChannel().force(true);
        }
        var old = new ArrayList<Path>();
        for (String name : List.of(SqliteDatabase.FILE, SqliteDatabase.FILE + "-wal", CountsFile.NAME))
            if (Files.exists(directory.resolve(name))) old.add(directory.resolve(name));
        Optional<Path> kept = rebuild.keep(old);
        // Without its log the old database is older than its counts say, so a crash here is seen by whoever comes next.
        for (String end : List.of("-wal", "-shm"))
            Files.deleteIfExists(directory.resolve(SqliteDatabase.FILE + end));
        Files.move(made, directory.resolve(SqliteDatabase.FILE), StandardCopyOption.ATOMIC_MOVE);
        try (CountsFile file = CountsFile.open(directory)) {
            file.write(rebuild.counts());
        }
        OwnerOnly.syncNames(directory);
        return kept;
    }

    private static void removeMade(Path directory) throws IOException {
        for (String end : List.of("", "-wal", "-shm"))
            Files.deleteIfExists(directory.resolve(MADE + end));
    }
}
