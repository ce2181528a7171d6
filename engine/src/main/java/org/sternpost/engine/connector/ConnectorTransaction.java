package org.sternpost.engine.connector;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Time;

/// Connectors and their exceptions as one transaction finds and leaves them: nobody else changes them meanwhile.
public final class ConnectorTransaction {

    private final Connection connection;
    private final Time time;

    ConnectorTransaction(Connection connection, Time time) {
        this.connection = connection;
        this.time = time;
    }

    /// For further work of the same transaction.
    public Connection connection() { return connection; }

    public List<OutboundConnector> all() throws SQLException { return ConnectorRow.readAll(connection); }

    /// By name; case does not matter.
    public Optional<OutboundConnector> find(String name) throws SQLException {
        return all().stream().filter(one -> one.name().equalsIgnoreCase(name)).findFirst();
    }

    /// By identity, whatever it is called by now.
    public Optional<OutboundConnector> withId(String id) throws SQLException {
        return all().stream().filter(one -> one.id().equalsIgnoreCase(id)).findFirst();
    }

    /// Keeps a new one.
    ///
    /// Its identity is its name, so that logs and tables can be read; where another was made under that name and has
    /// got a new one since, a number is added.
    public OutboundConnector add(OutboundConnector fresh) throws SQLException {
        String id = fresh.name();
        for (int number = 2; withId(id).isPresent(); number++)
            id = fresh.name() + "." + number;
        OutboundConnector made = fresh.withId(id);
        ConnectorRow.insert(connection, made);
        return made;
    }

    /// Keeps a changed one in place of the one with its identity, with the next revision.
    public OutboundConnector replace(OutboundConnector after) throws SQLException {
        OutboundConnector before = withId(after.id()).orElseThrow(
                () -> new SQLException("connector " + after.name() + " is gone"));
        OutboundConnector made = after.revised(before.stored().revision() + 1, time.instant());
        ConnectorRow.delete(connection, before);
        ConnectorRow.insert(connection, made);
        return made;
    }

    /// Removes one with its exceptions.
    public void remove(OutboundConnector gone) throws SQLException {
        ConnectorRow.delete(connection, gone);
        TlsOverrideRow.deleteOf(connection, gone);
    }

    /// Those of one connector.
    public List<TlsOverride> exceptions(OutboundConnector connector) throws SQLException {
        return TlsOverrideRow.readAll(connection).stream()
                .filter(one -> one.connector().equalsIgnoreCase(connector.id())).toList();
    }

    public Optional<TlsOverride> exception(OutboundConnector connector, Domain domain) throws SQLException {
        return exceptions(connector).stream().filter(one -> one.domain().equals(domain)).findFirst();
    }

    /// Keeps one, in place of one for the same domain.
    public void put(TlsOverride exception) throws SQLException { TlsOverrideRow.put(connection, exception); }

    public void remove(TlsOverride gone) throws SQLException { TlsOverrideRow.delete(connection, gone); }
}
