package org.sternpost.engine.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sternpost.engine.store.Columns.DamagedRowException;
import org.sternpost.engine.store.Counts.CountsFile;
import org.sternpost.engine.store.SqliteDatabase.StoreDamagedException;

/// What SQLite's result codes say of who is to blame: the disk, the file, or our own statement.
final class SqliteTrouble {

    private static final int PRIMARY = 0xff; // of an extended result code (sqlite.org/rescode.html)

    private static final int IO_ERROR = 10;

    private SqliteTrouble() {}

    /// A failure as its reader sees it: a damaged file, or trouble that may pass.
    static IOException of(Path directory, String what, SQLException failed) {
        if (failed instanceof DamagedRowException row)
            return new StoreDamagedException("the database " + directory.resolve(SqliteDatabase.FILE)
                    + " has a row that cannot be read: " + row.getMessage(),
                    "stop the engine and put back " + SqliteDatabase.FILE + " from a backup, or correct the row there "
                            + "by: sqlite3 " + SqliteDatabase.FILE,
                    row);
        return isDamage(failed)
                ? damaged(directory, String.valueOf(failed.getMessage()), failed)
                : new IOException(what + ": " + failed.getMessage(), failed);
    }

    static StoreDamagedException damaged(Path directory, String why, SQLException cause) {
        String file = SqliteDatabase.FILE;
        return new StoreDamagedException("the database " + directory.resolve(file) + " is damaged: " + why
                + ". No mail in it was removed",
                "stop the engine and copy " + directory + " to another place; then put back " + file
                        + " from a backup, without the old -wal and -shm; or, if there is none, make one of the mail "
                        + "in " + Segments.DIRECTORY
                        + ": sternpost store salvage; or, to begin with an empty queue, move "
                        + file + "*, " + Segments.DIRECTORY + " and " + CountsFile.NAME + " to another place first",
                cause);
    }

    /// Refuses work because of the disk, as SQLite itself would.
    static SQLException ofDisk(String why) { return new SQLException(why, null, IO_ERROR); }

    /// The file is no database, or not one whole.
    static boolean isDamage(SQLException failed) {
        return switch (failed.getErrorCode() & PRIMARY) {
            case 11, 26 -> true; // SQLITE_CORRUPT, SQLITE_NOTADB
            default -> false;
        };
    }

    /// The disk, the file or the system refuses, whatever the statement says.
    static boolean isOfDisk(SQLException failed) {
        return switch (failed.getErrorCode() & PRIMARY) {
            // SQLITE_BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB
            case 5, 6, 7, 8, 10, 11, 13, 14, 15, 26 -> true;
            default -> false;
        };
    }
}
