package org.sternpost.engine.connector;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.TlsException.Told;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Database;

/// All exceptions, also those that have ended: kept in the store, held in memory, asked by every attempt.
public final class TlsExceptions {

    private final Database database;
    private final Supplier<Map<String, TlsException>> held;
    private final Reload reload;

    /// Reads again what the store holds.
    interface Reload {
        void run() throws IOException;
    }

    /// @param held what was read last, by [#read]
    TlsExceptions(Database database, Supplier<Map<String, TlsException>> held, Reload reload) {
        this.database = database;
        this.held = held;
        this.reload = reload;
    }

    /// By connector, then by domain.
    public List<TlsException> all() { return List.copyOf(held.get().values()); }

    /// Those of one connector.
    public List<TlsException> of(String connector) {
        return held.get().values().stream().filter(e -> e.connector().equalsIgnoreCase(connector)).toList();
    }

    public Optional<TlsException> find(String connector, Domain domain) { return find(held.get(), connector, domain); }

    /// The one that holds now; it ends by the clock alone, whether or not anybody has looked.
    public Optional<TlsException> inForce(String connector, Domain domain, Instant now) {
        return inForce(held.get(), connector, domain, now);
    }

    static Optional<TlsException> inForce(Map<String, TlsException> held, String connector, Domain domain,
            Instant now) {
        return find(held, connector, domain).filter(e -> e.isInForce(now));
    }

    private static Optional<TlsException> find(Map<String, TlsException> held, String connector, Domain domain) {
        return Optional.ofNullable(held.get(key(connector, domain)));
    }

    /// Keeps a new one, in place of one that has ended, and `alongside` in the same transaction.
    public void add(TlsException exception, Database.Work<? extends @Nullable Object> alongside) throws IOException {
        change(connection -> {
            // Asked here, in the writer's order, so that no exception outlives its connector.
            if (ConnectorRow.read(connection, folded(exception.connector())).isEmpty())
                throw new SQLException("connector " + exception.connector() + " is gone");
            TlsExceptionRow.put(connection, exception);
            return alongside.on(connection);
        });
    }

    public void remove(TlsException exception, Database.Work<? extends @Nullable Object> alongside)
            throws IOException {
        change(connection -> {
            TlsExceptionRow.delete(connection, exception);
            return alongside.on(connection);
        });
    }

    /// Those of whose end operators have not been told what they ought to know by now.
    public List<TlsException> untold(Instant now) {
        return held.get().values().stream().filter(e -> e.due(now) != Told.Nothing && e.due(now) != e.told()).toList();
    }

    /// Remembers across restarts that operators were told.
    public void told(TlsException exception, Told what, Database.Work<? extends @Nullable Object> alongside)
            throws IOException {
        change(connection -> {
            TlsExceptionRow.put(connection, exception.told(what));
            return alongside.on(connection);
        });
    }

    /// All that a store holds.
    static Map<String, TlsException> read(Connection connection) throws SQLException {
        var loaded = new TreeMap<String, TlsException>();
        for (TlsException exception : TlsExceptionRow.readAll(connection))
            loaded.put(key(exception.connector(), exception.domain()), exception);
        return loaded;
    }

    private void change(Database.Work<? extends @Nullable Object> work) throws IOException {
        database.<@Nullable Void>write(connection -> {
            work.on(connection);
            return null;
        });
        reload.run();
    }

    private static String key(String connector, Domain domain) { return folded(connector) + "/" + domain.ascii(); }

    private static String folded(String name) { return name.toLowerCase(Locale.ROOT); }
}
