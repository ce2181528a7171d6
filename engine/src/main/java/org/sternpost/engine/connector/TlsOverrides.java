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
import org.sternpost.engine.connector.TlsOverride.Told;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Database;

/// All exceptions, also those that have ended: kept in the store, held in memory, asked by every attempt.
public final class TlsOverrides {

    private final Supplier<Map<String, TlsOverride>> held;
    private final Connectors connectors;

    /// @param held what was read last, by [#read]
    TlsOverrides(Supplier<Map<String, TlsOverride>> held, Connectors connectors) {
        this.held = held;
        this.connectors = connectors;
    }

    /// By connector, then by domain.
    public List<TlsOverride> all() { return List.copyOf(held.get().values()); }

    /// Those of the connector with an identity.
    public List<TlsOverride> of(String connector) {
        return held.get().values().stream().filter(e -> e.connector().equalsIgnoreCase(connector)).toList();
    }

    public Optional<TlsOverride> find(String connector, Domain domain) { return find(held.get(), connector, domain); }

    /// The one that holds now; it ends by the clock alone, whether or not anybody has looked.
    public Optional<TlsOverride> inForce(String connector, Domain domain, Instant now) {
        return inForce(held.get(), connector, domain, now);
    }

    static Optional<TlsOverride> inForce(Map<String, TlsOverride> held, String connector, Domain domain,
            Instant now) {
        return find(held, connector, domain).filter(e -> e.isInForce(now));
    }

    private static Optional<TlsOverride> find(Map<String, TlsOverride> held, String connector, Domain domain) {
        return Optional.ofNullable(held.get(key(connector, domain)));
    }

    /// Those of whose end operators have not been told what they ought to know by now.
    public List<TlsOverride> untold(Instant now) {
        return held.get().values().stream().filter(e -> e.due(now) != Told.Nothing && e.due(now) != e.told()).toList();
    }

    /// Remembers across restarts that operators were told; of one that was removed or made anew meanwhile, nothing.
    ///
    /// @param alongside work of the same transaction
    /// @return false if there was nothing to remember
    public boolean told(TlsOverride exception, Told what, Database.Work<? extends @Nullable Object> alongside)
            throws IOException {
        return connectors.<Boolean>change(now -> {
            if (!TlsOverrideRow.readAll(now.connection()).contains(exception)) return false;
            now.put(exception.told(what));
            alongside.on(now.connection());
            return true;
        });
    }

    /// All that a store holds.
    static Map<String, TlsOverride> read(Connection connection) throws SQLException {
        var loaded = new TreeMap<String, TlsOverride>();
        for (TlsOverride exception : TlsOverrideRow.readAll(connection))
            loaded.put(key(exception.connector(), exception.domain()), exception);
        return loaded;
    }

    private static String key(String connector, Domain domain) { return folded(connector) + "/" + domain.ascii(); }

    private static String folded(String name) { return name.toLowerCase(Locale.ROOT); }
}
