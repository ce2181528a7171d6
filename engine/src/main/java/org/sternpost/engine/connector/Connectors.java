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
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.time.Time;

/// All connectors: kept in the store, held in memory, read by every attempt.
public final class Connectors implements Routes {

    public static final List<String> SCHEMA = Stream.of(ConnectorRow.SCHEMA, TlsExceptionRow.SCHEMA)
            .flatMap(List::stream).toList();

    private final Database database;
    private final Time time;
    private final TlsExceptions exceptions;
    private volatile Held held = new Held(Map.of(), Map.of());

    /// One state of the store: a connector is never seen without its exceptions, also not while it is renamed.
    private record Held(Map<String, OutboundConnector> connectors, Map<String, TlsException> exceptions) {}

    /// Reads what the store holds and makes the built-in `Default` if it is not there yet.
    public Connectors(Database database, Time time) throws IOException {
        this.database = database;
        this.time = time;
        this.exceptions = new TlsExceptions(database, () -> held.exceptions(), this::load);
        load();
        if (find(OutboundConnector.DEFAULT).isEmpty()) {
            database.write(connection -> {
                ConnectorRow.insert(connection, builtIn(time.instant()));
                return 0;
            });
            load();
        }
    }

    /// Settings of a connector that was given none (design: transport security, section 1).
    public static OutboundConnector fresh(String name, List<DomainPattern> domains, Instant now) {
        return new OutboundConnector(name, true, "", domains, true, List.of(), TlsValidation.Opportunistic,
                SmtpDaneMode.Opportunistic, MtaStsMode.Opportunistic, TlsSettings.None, null, 0, null, null, 0, null, 1,
                now, now, null);
    }

    /// By name.
    public List<OutboundConnector> all() { return List.copyOf(held.connectors().values()); }

    @Override
    public Optional<OutboundConnector> find(String name) {
        return Optional.ofNullable(held.connectors().get(folded(name)));
    }

    @Override
    public OutboundConnector choose(Address recipient, long size) {
        return choice(recipient.domain(), size).connector();
    }

    /// The connector for a domain, as it judges that domain now, and why the others lost.
    public Choice choice(Domain domain, long size) {
        Held now = held;
        return choice(List.copyOf(now.connectors().values()), now, domain, size);
    }

    /// The same if these were all connectors there are.
    public Choice choiceAmong(List<OutboundConnector> all, Domain domain) { return choice(all, held, domain, 0); }

    private Choice choice(List<OutboundConnector> all, Held now, Domain domain, long size) {
        Choice choice = Choice.of(all, domain, size);
        // Precedence: an exception, else the share of a rollout (OutboundConnector#modeFor), else the connector.
        return TlsExceptions.inForce(now.exceptions(), choice.connector().name(), domain, time.instant())
                .map(choice::under).orElse(choice);
    }

    /// Domains that a connector judges by other settings than its own.
    public TlsExceptions exceptions() { return exceptions; }

    /// Keeps a new connector, and `alongside` in the same transaction.
    public void add(OutboundConnector connector, Database.Work<? extends @Nullable Object> alongside)
            throws IOException {
        change(connection -> ConnectorRow.insert(connection, connector), alongside);
    }

    /// Replaces the connector of a name by what `edit` makes of it, with the next revision.
    ///
    /// @return the connector as it now is
    public OutboundConnector replace(String name, UnaryOperator<OutboundConnector> edit,
            Database.Work<? extends @Nullable Object> alongside)
            throws IOException {
        OutboundConnector[] made = new OutboundConnector[1];
        change(connection -> {
            // Read here, in the writer's order, so that two changes at once do not undo each other.
            OutboundConnector before = ConnectorRow.read(connection, folded(name))
                    .orElseThrow(() -> new SQLException("connector " + name + " is gone"));
            OutboundConnector after = ConnectorRow.revised(edit.apply(before), before.revision() + 1, time.instant());
            ConnectorRow.delete(connection, folded(name));
            ConnectorRow.insert(connection, after);
            TlsExceptionRow.rename(connection, folded(name), after);
            made[0] = after;
        }, alongside);
        return made[0];
    }

    /// Removes a connector with its exceptions, and keeps `alongside` in the same transaction.
    public void remove(String name, Database.Work<? extends @Nullable Object> alongside) throws IOException {
        change(connection -> {
            ConnectorRow.delete(connection, folded(name));
            TlsExceptionRow.deleteOf(connection, folded(name));
        }, alongside);
    }

    private interface Step {
        void on(Connection connection) throws SQLException;
    }

    private void change(Step step, Database.Work<? extends @Nullable Object> alongside) throws IOException {
        database.write(connection -> {
            step.on(connection);
            alongside.on(connection);
            return 0;
        });
        load();
    }

    /// One at a time, so that an older state never replaces a newer one.
    private synchronized void load() throws IOException {
        held = database.read(connection -> {
            connection.setAutoCommit(false); // both tables as of one moment
            try {
                var connectors = new TreeMap<String, OutboundConnector>();
                for (OutboundConnector connector : ConnectorRow.readAll(connection))
                    connectors.put(folded(connector.name()), connector);
                return new Held(connectors, TlsExceptions.read(connection));
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        });
    }

    private static OutboundConnector builtIn(Instant now) {
        return fresh(OutboundConnector.DEFAULT, List.of(new DomainPattern.All()), now);
    }

    private static String folded(String name) { return name.toLowerCase(Locale.ROOT); }
}
