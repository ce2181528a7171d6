package org.sternpost.engine.mtasts;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.store.Columns.DamagedRowException;
import org.sternpost.engine.store.Columns;
import org.sternpost.engine.store.Database;

/// Policies in a table, all of them also in memory: a lookup costs no disk, and a broken disk loses no protection.
public final class DatabasePolicyStore implements PolicyStore {

    /// What the table needs; run once at start.
    public static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS sts_policy (
                domain TEXT PRIMARY KEY,
                id TEXT NOT NULL,
                fetched BIGINT NOT NULL,
                body TEXT NOT NULL)""");

    private static final System.Logger LOG = System.getLogger(DatabasePolicyStore.class.getName());
    private static final int POLICIES_MAX = 200_000;

    private final Database database;
    private final int most;
    private final Map<Domain, HeldPolicy> held = new ConcurrentHashMap<>();

    /// Loads what is kept.
    public DatabasePolicyStore(Database database) throws IOException { this(database, POLICIES_MAX); }

    /// @param most policies held at once
    DatabasePolicyStore(Database database, int most) throws IOException {
        this.database = database;
        this.most = most;
        database.<List<HeldPolicy>>read(connection -> {
            var found = new ArrayList<HeldPolicy>();
            try (var select = connection.prepareStatement("SELECT domain, id, fetched, body FROM sts_policy");
                    var rows = select.executeQuery()) {
                while (rows.next())
                    policy(rows).ifPresent(found::add);
            }
            return found;
        }).forEach(policy -> held.put(policy.domain(), policy));
    }

    /// A policy that the disk did not keep is fetched anew with the next mail.
    private static Optional<HeldPolicy> policy(ResultSet row) throws SQLException {
        String place = "table sts_policy, domain " + row.getString(1);
        try {
            return Columns.whole(row, place, _ -> {
                if (!(PolicyFile.of(row.getString(4)) instanceof PolicyFile.Valid valid))
                    throw new IllegalArgumentException("its body is no policy");
                return Optional.of(new HeldPolicy(new Domain(row.getString(1)), row.getString(2),
                        Instant.ofEpochMilli(row.getLong(3)), valid.body(), valid.policy()));
            });
        } catch (DamagedRowException bad) {
            LOG.log(System.Logger.Level.WARNING, "event=sts-policy-damaged why=\"{0}\" what=\"it is fetched anew\"",
                    bad.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public Optional<HeldPolicy> find(Domain domain) { return Optional.ofNullable(held.get(domain)); }

    @Override
    public void keep(HeldPolicy policy) {
        if (held.size() >= most && !held.containsKey(policy.domain())) {
            LOG.log(System.Logger.Level.WARNING, "event=sts-policy-not-kept domain={0} reason=\"{1} policies held\"",
                    policy.domain(), most);
            return;
        }
        held.put(policy.domain(), policy);
        write(policy.domain(), connection -> {
            held.put(policy.domain(), policy); // memory and table in one order, whoever forgets it meanwhile
            try (var put = connection.prepareStatement("""
                    INSERT INTO sts_policy (domain, id, fetched, body) VALUES (?, ?, ?, ?)
                    ON CONFLICT (domain) DO UPDATE
                    SET id = excluded.id, fetched = excluded.fetched, body = excluded.body""")) {
                put.setString(1, policy.domain().ascii());
                put.setString(2, policy.id());
                put.setLong(3, policy.fetched().toEpochMilli());
                put.setString(4, policy.body());
                return put.executeUpdate();
            }
        });
    }

    @Override
    public void forget(Domain domain) {
        held.remove(domain);
        write(domain, connection -> {
            held.remove(domain);
            return delete(connection, domain);
        });
    }

    @Override
    public boolean forget(Domain domain, Function<HeldPolicy, Database.Work<?>> alongside) throws IOException {
        var gone = new AtomicReference<@Nullable HeldPolicy>();
        try {
            return database.<Boolean>write(connection -> {
                HeldPolicy policy = held.remove(domain);
                if (policy == null) return false;
                gone.set(policy);
                delete(connection, domain);
                alongside.apply(policy).on(connection);
                return true;
            });
        } catch (IOException broken) {
            HeldPolicy kept = gone.get();
            if (kept != null) held.putIfAbsent(domain, kept);
            throw broken;
        }
    }

    private static int delete(Connection connection, Domain domain) throws SQLException {
        try (var delete = connection.prepareStatement("DELETE FROM sts_policy WHERE domain = ?")) {
            delete.setString(1, domain.ascii());
            return delete.executeUpdate();
        }
    }

    @Override
    public List<HeldPolicy> all() { return List.copyOf(held.values()); }

    /// The copy in memory stands even if the disk fails; the policy is fetched again after a restart.
    private void write(Domain domain, Database.Work<Integer> work) {
        try {
            database.write(work);
        } catch (IOException broken) {
            LOG.log(System.Logger.Level.WARNING, "event=sts-policy-not-stored domain={0} reason=\"{1}\"", domain,
                    broken.getMessage());
        }
    }
}
