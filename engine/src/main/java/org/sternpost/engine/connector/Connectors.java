package org.sternpost.engine.connector;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.OutboundConnector.ConnectionSettings;
import org.sternpost.engine.connector.OutboundConnector.General;
import org.sternpost.engine.connector.OutboundConnector.MessageLimits;
import org.sternpost.engine.connector.OutboundConnector.Route;
import org.sternpost.engine.connector.OutboundConnector.Stored;
import org.sternpost.engine.connector.OutboundConnector.TlsPolicy;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.Refusable;
import org.sternpost.engine.time.Time;

/// All connectors: kept in the store, held in memory, read by every attempt.
public final class Connectors implements ConnectorRouting {

    public static final List<String> SCHEMA = Stream.of(ConnectorRow.SCHEMA, TlsOverrideRow.SCHEMA)
            .flatMap(List::stream).toList();

    private final Database database;
    private final Time time;
    private final TlsOverrides exceptions;
    private volatile Held held = new Held(Map.of(), Map.of());

    /// One state of the store: a connector is never seen without its exceptions, also not while they change.
    private record Held(Map<String, OutboundConnector> connectors, Map<String, TlsOverride> exceptions) {}

    /// Reads what the store holds and makes the built-in `Default` if it is not there yet.
    public Connectors(Database database, Time time) throws IOException {
        this.database = database;
        this.time = time;
        this.exceptions = new TlsOverrides(() -> held.exceptions(), this);
        load();
        if (find(OutboundConnector.DEFAULT).isEmpty()) change(now -> now.add(builtIn(time.instant())));
    }

    /// One that was given no settings.
    public static OutboundConnector fresh(String name, List<DomainPattern> domains, Instant now) {
        return new OutboundConnector(new General(name, true, domains, ""), Route.MX, TlsPolicy.FRESH,
                ConnectionSettings.OF_ENGINE, MessageLimits.OF_ENGINE, Stored.first(name, now));
    }

    /// By name.
    public List<OutboundConnector> all() { return List.copyOf(held.connectors().values()); }

    @Override
    public Optional<OutboundConnector> find(String name) {
        return Optional.ofNullable(held.connectors().get(folded(name)));
    }

    @Override
    public Optional<OutboundConnector> withId(String id) {
        return held.connectors().values().stream().filter(one -> one.id().equalsIgnoreCase(id)).findFirst();
    }

    /// What the connector of an identity is called now; one that is gone is called by it.
    public String nameOf(String id) { return withId(id).map(OutboundConnector::name).orElse(id); }

    /// The identity of the connector with a name; of one that is gone, its name.
    public String idOf(String name) { return find(name).map(OutboundConnector::id).orElse(name); }

    @Override
    public OutboundConnector choose(Address recipient, long size) {
        return choice(recipient.domain(), size).connector();
    }

    @Override
    public Optional<OutboundConnector> chosen(String id, Domain domain) {
        Held now = held;
        return withId(id).map(connector -> TlsOverrides
                .inForce(now.exceptions(), connector.id(), domain, time.instant())
                .map(override -> override.over(connector)).orElse(connector));
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
        // docs/transport-security.md#mode-exception: it goes before the share of a rollout (OutboundConnector#modeFor),
        // and that before the connector.
        return TlsOverrides.inForce(now.exceptions(), choice.connector().id(), domain, time.instant())
                .map(choice::under).orElse(choice);
    }

    /// Domains that a connector judges by other settings than its own.
    public TlsOverrides exceptions() { return exceptions; }

    /// What a change does inside its transaction, or why it does nothing.
    @FunctionalInterface
    public interface Change<T extends @Nullable Object, E extends Exception> {
        T on(ConnectorTransaction now) throws SQLException, E;
    }

    /// Changes connectors or exceptions, with whatever else belongs to the same transaction. What the change depends on
    /// it reads there: a decision on what was held in memory may be overtaken.
    ///
    /// @param refusal what the change throws to keep nothing of it
    public <T extends @Nullable Object, E extends Exception> T change(Class<E> refusal, Change<T, E> change)
            throws IOException, E {
        T made = Refusable.write(database, refusal,
                connection -> change.on(new ConnectorTransaction(connection, time)));
        load();
        return made;
    }

    /// The same where nothing is refused.
    public <T extends @Nullable Object> T change(Change<T, SQLException> change) throws IOException {
        T made = database.write(connection -> change.on(new ConnectorTransaction(connection, time)));
        load();
        return made;
    }

    /// One at a time, so that an older state never replaces a newer one.
    private synchronized void load() throws IOException {
        held = database.read(connection -> {
            connection.setAutoCommit(false); // both tables as of one moment
            try {
                var connectors = new TreeMap<String, OutboundConnector>();
                for (OutboundConnector connector : ConnectorRow.readAll(connection))
                    connectors.put(folded(connector.name()), connector);
                return new Held(connectors, TlsOverrides.read(connection));
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

    /// One connector chosen for a recipient domain, and why.
    ///
    /// @param connector as it judges this domain: with the exception, if one is in force
    /// @param pattern   that matched
    /// @param losers    each other connector with the reason it lost, `partners: disabled`
    public record Choice(OutboundConnector connector, DomainPattern pattern, List<String> losers,
            Optional<TlsOverride> exception) {

        private static final Comparator<Match> BEST_FIRST = Comparator
                .<Match>comparingInt(m -> -m.pattern().specificity())
                .thenComparing(m -> m.connector().name(), String.CASE_INSENSITIVE_ORDER);

        private record Match(OutboundConnector connector, DomainPattern pattern) {}

        /// Chooses among connectors, of which one is the built-in `Default`.
        static Choice of(List<OutboundConnector> connectors, Domain domain, long size) {
            var matches = new ArrayList<Match>();
            var losers = new ArrayList<String>();
            for (OutboundConnector connector : connectors) {
                var best = connector.general().recipientDomains().stream().filter(p -> p.matches(domain))
                        .max(Comparator.comparingInt(DomainPattern::specificity));
                Optional<String> why = unfit(connector, best.isPresent(), domain, size);
                why.ifPresent(reason -> losers.add(connector.name() + ": " + reason));
                if (why.isEmpty()) best.ifPresent(pattern -> matches.add(new Match(connector, pattern)));
            }
            matches.sort(BEST_FIRST);
            if (matches.isEmpty()) {
                // Too big for every connector that would serve it: Default keeps it and the size is refused there.
                var last = connectors.stream().filter(c -> c.name().equals(OutboundConnector.DEFAULT)).findFirst();
                return new Choice(last.orElseThrow(), new DomainPattern.All(), losers,
                        Optional.empty());
            }
            Match winner = matches.getFirst();
            for (Match loser : matches.subList(1, matches.size()))
                losers.add(loser.connector().name() + ": " + lost(loser, winner));
            return new Choice(winner.connector(), winner.pattern(), losers, Optional.empty());
        }

        /// The same choice where the domain is an exception on the connector.
        Choice under(TlsOverride exception) {
            return new Choice(exception.over(connector), pattern, losers, Optional.of(exception));
        }

        private static Optional<String> unfit(OutboundConnector connector, boolean matches, Domain domain, long size) {
            if (!matches) return Optional.of("serves no " + domain);
            if (!connector.general().enabled()) return Optional.of("disabled");
            long most = connector.limits().maxMessageSize();
            if (most > 0 && size > most)
                return Optional.of("takes at most " + most + " octets, the message has " + size);
            return Optional.empty();
        }

        private static String lost(Match loser, Match winner) {
            if (loser.pattern().specificity() < winner.pattern().specificity())
                return loser.pattern() + " is less specific than " + winner.pattern();
            return "as specific, but " + winner.connector().name() + " comes first by name";
        }
    }
}
