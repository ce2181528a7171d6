package org.sternpost.engine.credential;

import java.io.IOException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.store.Columns.DamagedRowException;
import org.sternpost.engine.store.Columns;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.Refusable;

/// All users: kept in the store, held in memory, asked by every session.
public final class SubmissionUsers {

    public static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS submission_user (
              folded_name TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, scram_sha256 TEXT NOT NULL,
              enabled INTEGER NOT NULL, comment TEXT NOT NULL, created_by TEXT NOT NULL,
              when_created BIGINT NOT NULL, when_changed BIGINT NOT NULL)""", """
            CREATE TABLE IF NOT EXISTS submission_decoy (secret TEXT NOT NULL)""");

    private static final int SECRET_OCTETS = 32;
    private static final System.Logger LOG = System.getLogger(SubmissionUsers.class.getName());

    private final Database database;
    private final byte[] secret;
    private volatile Map<String, SubmissionUser> held = Map.of();

    /// Reads what the store holds; makes what decoys come from if it is not there yet.
    public SubmissionUsers(Database database) throws IOException {
        this.database = database;
        this.secret = Base64.getDecoder().decode(secret(database));
        load();
    }

    /// By name.
    public List<SubmissionUser> all() { return List.copyOf(held.values()); }

    public Optional<SubmissionUser> find(String name) {
        return Optional.ofNullable(held.get(SubmissionUser.folded(name)));
    }

    /// The keys to check somebody by, also somebody who is not there: then they fit nothing.
    ScramKeys keys(String name) {
        return find(name).map(SubmissionUser::keys)
                .orElseGet(() -> ScramKeys.decoy(secret, SubmissionUser.folded(name)));
    }

    /// What a change does inside its transaction.
    @FunctionalInterface
    public interface Change<T extends @Nullable Object, E extends Exception> {
        T on(Rows now) throws SQLException, E;
    }

    /// Changes users, with whatever else belongs to the same transaction.
    ///
    /// @param refusal what the change throws to keep nothing of it
    public <T extends @Nullable Object, E extends Exception> T change(Class<E> refusal, Change<T, E> change)
            throws IOException, E {
        T made = Refusable.write(database, refusal, connection -> change.on(new Rows(connection)));
        load();
        return made;
    }

    /// The table as it is in one transaction.
    public record Rows(Connection connection) {

        public Optional<SubmissionUser> find(String name) throws SQLException {
            try (PreparedStatement select = connection
                    .prepareStatement("SELECT * FROM submission_user WHERE folded_name = ?")) {
                select.setString(1, SubmissionUser.folded(name));
                try (ResultSet row = select.executeQuery()) {
                    return row.next() ? Optional.of(user(row)) : Optional.empty();
                }
            }
        }

        /// In the place of the one of that name, if there is one.
        public void put(SubmissionUser user) throws SQLException {
            remove(user.name());
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO submission_user (folded_name, "
                    + "name, scram_sha256, enabled, comment, created_by, when_created, when_changed) "
                    + "VALUES (?,?,?,?,?,?,?,?)")) {
                insert.setString(1, SubmissionUser.folded(user.name()));
                insert.setString(2, user.name());
                insert.setString(3, user.keys().text());
                insert.setInt(4, user.enabled() ? 1 : 0);
                insert.setString(5, user.comment());
                insert.setString(6, user.createdBy());
                insert.setLong(7, user.whenCreated().toEpochMilli());
                insert.setLong(8, user.whenChanged().toEpochMilli());
                insert.executeUpdate();
            }
        }

        public void remove(String name) throws SQLException {
            try (PreparedStatement delete = connection
                    .prepareStatement("DELETE FROM submission_user WHERE folded_name = ?")) {
                delete.setString(1, SubmissionUser.folded(name));
                delete.executeUpdate();
            }
        }
    }

    /// One at a time, so that an older state never replaces a newer one.
    private synchronized void load() throws IOException {
        held = database.read(connection -> {
            var users = new TreeMap<String, SubmissionUser>();
            try (PreparedStatement select = connection.prepareStatement("SELECT * FROM submission_user");
                    ResultSet row = select.executeQuery()) {
                while (row.next())
                    read(row).ifPresent(user -> users.put(SubmissionUser.folded(user.name()), user));
            }
            return users;
        });
    }

    /// One that the disk did not keep cannot log in; mail of the others does not wait for it.
    private static Optional<SubmissionUser> read(ResultSet row) throws SQLException {
        try {
            return Optional.of(user(row));
        } catch (DamagedRowException bad) {
            LOG.log(System.Logger.Level.WARNING, "event=submission-user-damaged why=\"{0}\" what=\"that user cannot "
                    + "log in\" remedy=\"Remove-SubmissionUser, then New-SubmissionUser\"", bad.getMessage());
            return Optional.empty();
        }
    }

    private static SubmissionUser user(ResultSet row) throws SQLException {
        return Columns.whole(row, "table submission_user, name " + row.getString("name"),
                one -> new SubmissionUser(one.getString("name"), ScramKeys.parse(one.getString("scram_sha256")),
                        one.getInt("enabled") != 0, one.getString("comment"), one.getString("created_by"),
                        Instant.ofEpochMilli(one.getLong("when_created")),
                        Instant.ofEpochMilli(one.getLong("when_changed"))));
    }

    /// Kept, as a challenge for a name must be the same after a restart whether or not the name is anybody's.
    private static String secret(Database database) throws IOException {
        var fresh = new byte[SECRET_OCTETS];
        new SecureRandom().nextBytes(fresh);
        return database.write(connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT secret FROM submission_decoy");
                    ResultSet row = select.executeQuery()) {
                if (row.next()) return row.getString(1);
            }
            try (PreparedStatement insert = connection
                    .prepareStatement("INSERT INTO submission_decoy (secret) VALUES (?)")) {
                String text = Base64.getEncoder().encodeToString(fresh);
                insert.setString(1, text);
                insert.executeUpdate();
                return text;
            }
        });
    }
}
