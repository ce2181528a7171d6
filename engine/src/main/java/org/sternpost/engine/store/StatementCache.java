package org.sternpost.engine.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Properties;
import java.util.SequencedMap;
import org.sqlite.SQLiteConfig;
import org.sqlite.core.DB;
import org.sqlite.jdbc4.JDBC4Connection;
import org.sqlite.jdbc4.JDBC4PreparedStatement;

/// A connection that prepares each text once: SQLite takes as long to prepare a statement as to run it.
///
/// Closing a statement gives it back, reset and without values. Where a text is asked for while its statement is in
/// use, another one is made, which ends with its use. For one thread, as every connection of this package.
final class StatementCache extends JDBC4Connection {

    private static final int STATEMENTS_MAX = 128; // longer than all that mail needs; texts made for one search go

    private final SequencedMap<String, Kept> kept = LinkedHashMap.newLinkedHashMap(STATEMENTS_MAX);

    StatementCache(String url, String file) throws SQLException { super(url, file, properties()); }

    /// Nobody asks for generated keys; the driver would look for them after each INSERT, by a statement that it
    /// prepares anew.
    private static Properties properties() {
        var properties = new Properties();
        properties.setProperty(SQLiteConfig.Pragma.JDBC_GET_GENERATED_KEYS.pragmaName, "false");
        return properties;
    }

    @Override
    public PreparedStatement prepareStatement(String sql) throws SQLException {
        Kept idle = kept.remove(sql);
        return idle == null ? new Kept(this, sql) : idle.taken();
    }

    /// From now on transactions begin and end by statements of their own: the driver need not try after each other
    /// one whether it is alone.
    void leaveTransactions() { getConnectionConfig().setAutoCommit(false); }

    /// Statements that wait for their next use.
    int idle() { return kept.size(); }

    private void giveBack(String sql, Kept statement) throws SQLException {
        Kept other = kept.put(sql, statement);
        if (other != null) other.end();
        if (kept.size() > STATEMENTS_MAX) kept.pollFirstEntry().getValue().end();
    }

    /// A statement that outlives its uses.
    private static final class Kept extends JDBC4PreparedStatement {

        private final StatementCache home;
        private final String text;
        private boolean idle;

        Kept(StatementCache home, String text) throws SQLException {
            super(home, text);
            this.home = home;
            this.text = text;
        }

        private Kept taken() {
            idle = false;
            return this;
        }

        @Override
        public void close() throws SQLException {
            if (idle) return;
            idle = true;
            // After some failures the driver has ended it already.
            if (pointer.isClosed() || home.isClosed()) {
                super.close();
                return;
            }
            rs.close();
            // One that failed in the midst is not reset by the end of its result; its error was told when it ran.
            pointer.safeRunInt(DB::reset);
            clearParameters();
            home.giveBack(text, this);
        }

        private void end() throws SQLException { super.close(); }
    }
}
