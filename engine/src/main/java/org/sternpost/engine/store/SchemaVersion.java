package org.sternpost.engine.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;
import org.sternpost.engine.store.SqliteDatabase.StoreNewerException;

/// The number of the form that the tables of a directory have.
///
/// | version | what came with it |
/// |---|---|
/// | none | directories of before the number; they are taken as they are |
/// | 1 | the number itself |
/// | 2 | the rule that chose a recipient's connector |
/// | 3 | what came of an attempt as values: reply, reason, sentence and remedy in columns of their own |
/// | 4 | the rule of 2 in the checksum of the envelope; `suspended_destination`, which was `suspended_lane` |
/// | 5 | evidence once for a session, with a number; a recipient's last event in its row alone |
/// | 6 | `journal_applied`: mail that was accepted last may stand in the segments alone |
/// | 7 | `submission_user`, who submits mail by a password, and `submission_decoy` |
/// | 8 | `delivery_minute`; in `shadow_mail` each message's times, in `verdict` when it failed before it passed |
/// | 9 | a rollout's share may be one of messages (`share_of`, `rollout_by`), and its steps have a window |
/// | 10 | `delivery_hour`, `delivery_words`; counts have notices, levels and delays |
///
/// Whoever changes a table adds a row here, raises [#CURRENT], and adds the step to the statements of the table's own
/// class, after those that make it: a step does nothing where it was made before, so a directory of any older version
/// goes through all it lacks, in order, in one transaction with its new number. A column sees by itself that it is
/// there; what changes rows says [#before] which version.
public final class SchemaVersion {

    static final int CURRENT = 10;
    static final int JOURNAL_APPLIED = 6; // the first with that table
    private static final Pattern BEFORE = Pattern.compile("^-- in directories of before version (\\d+)\\n");

    private SchemaVersion() {}

    /// A statement that changes rows of older directories: it is run once, in those of before that version.
    public static String before(int version, String sql) {
        return "-- in directories of before version " + version + "\n" + sql;
    }

    /// True of a statement that this directory has not gone through.
    ///
    /// @param found its version; 0 in one that is new
    static boolean isDue(String sql, int found) {
        var before = BEFORE.matcher(sql);
        return !before.find() || found < Integer.parseInt(before.group(1));
    }

    /// Asked before anything is changed.
    ///
    /// @throws StoreNewerException if a newer version has written the directory
    static void requireKnown(Statement statement, Path directory) throws IOException, SQLException {
        int found = read(statement);
        if (found > CURRENT)
            throw new StoreNewerException("the data directory " + directory + " was written by a newer version: its "
                    + "tables have version " + found + ", and this program knows them up to " + CURRENT
                    + ". Nothing was changed; start the newer version, or put back a copy that this one has written");
    }

    static void write(Statement statement) throws SQLException {
        statement.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)");
        statement.execute("DELETE FROM schema_version");
        statement.execute("INSERT INTO schema_version (version) VALUES (" + CURRENT + ")");
    }

    static int read(Statement statement) throws SQLException {
        if (!SqliteDialect.hasTable(statement, "schema_version")) return 0;
        try (var row = statement.executeQuery("SELECT max(version) FROM schema_version")) {
            return row.next() ? row.getInt(1) : 0;
        }
    }
}
