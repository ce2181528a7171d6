package org.sternpost.engine.connector;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
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
import org.sternpost.engine.connector.OutboundConnector.Pace;
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
                ConnectionSettings.OF_ENGINE, MessageLimits.OF_ENGINE, Pace.OF_ENGINE, Stored.first(name, now));
    }

    /// By name.
    public List<OutboundConnector> all() { return List.copyOf(held.connectors().values()); }

    @Override
    public Optional<OutboundConnector> find(String name) {
        return Optional.ofNullable(held.connectors().get(folded(name)));
    }

    @Override
    public Optional<OutboundConnector> withId(String id) { return withId(held, id); }

    private static Optional<OutboundConnector> withId(Held now, String id) {
        return now.connectors().values().stream().filter(one -> one.id().equalsIgnoreCase(id)).findFirst();
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
        return withId(now, id).map(connector -> TlsOverrides
                .inForce(now.exceptions(), connector.id(), domain, time.instant())
                .map(override -> override.over(connector)).orElse(connector));
    }

    /// The connector for a domain, as it judges that domain now, and why the others lost.
    public Choice choice(Domain domain, long size) {
        Held now = held;
        return choice(now.connectors().values(), now, domain, size);
    }

    /// The same if these were all connectors there are.
    public Choice choiceAmong(List<OutboundConnector> all, Domain domain) { return choice(all, held, domain, 0); }

    private Choice choice(Collection<OutboundConnector> all, Held now, Domain domain, long size) {
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
    public record Choice(OutboundConnector connector, DomainPattern pattern, Candidates candidates,
            Optional<TlsOverride> exception) {

        /// Chooses among connectors, of which one is the built-in `Default`.
        static Choice of(Collection<OutboundConnector> connectors, Domain domain, long size) {
            var candidates = new Candidates(connectors, domain, size);
            List<Match> matches = candidates.matches();
            if (!matches.isEmpty()) {
                Match winner = matches.getFirst();
                return new Choice(winner.connector(), winner.pattern(), candidates, Optional.empty());
            }
            // Too big for every connector that would serve it: Default keeps it and the size is refused there.
            var last = connectors.stream().filter(c -> c.name().equals(OutboundConnector.DEFAULT)).findFirst();
            return new Choice(last.orElseThrow(), new DomainPattern.All(), candidates, Optional.empty());
        }

        /// The same choice where the domain is an exception on the connector.
        Choice under(TlsOverride exception) {
            return new Choice(exception.over(connector), pattern, candidates, Optional.of(exception));
        }

        /// Each other connector with the reason it lost, `partners: disabled`. Found when somebody asks: mail, for
        /// which connectors are chosen all the time, does not.
        public List<String> losers() { return candidates.losers(); }
    }

    private record Match(OutboundConnector connector, DomainPattern pattern) {}

    /// Connectors that may serve a message of some size to a domain.
    record Candidates(Collection<OutboundConnector> all, Domain domain, long size) {

        private static final Comparator<Match> BEST_FIRST = Comparator
                .<Match>comparingInt(m -> -m.pattern().specificity())
                .thenComparing(m -> m.connector().name(), String.CASE_INSENSITIVE_ORDER);

        /// Why a connector is none for it.
        private enum Unfit { NoPattern, Disabled, TooSmall }

        private List<Match> matches() {
            return all.stream().filter(one -> unfit(one).isEmpty())
                    .map(one -> new Match(one, best(one).orElseThrow())).sorted(BEST_FIRST).toList();
        }

        private List<String> losers() {
            var losers = new ArrayList<String>();
            for (OutboundConnector one : all)
                unfit(one).ifPresent(why -> losers.add(one.name() + ": " + words(one, why)));
            List<Match> matches = matches();
            for (Match loser : matches.stream().skip(1).toList())
                losers.add(loser.connector().name() + ": " + lost(loser, matches.getFirst()));
            return losers;
        }

        private Optional<DomainPattern> best(OutboundConnector connector) {
            return connector.general().recipientDomains().stream().filter(pattern -> pattern.matches(domain))
                    .max(Comparator.comparingInt(DomainPattern::specificity));
        }

        private Optional<Unfit> unfit(OutboundConnector connector) {
            if (connector.general().recipientDomains().stream().noneMatch(pattern -> pattern.matches(domain)))
                return Optional.of(Unfit.NoPattern);
            if (!connector.general().enabled()) return Optional.of(Unfit.Disabled);
            long most = connector.limits().maxMessageSize();
            return most > 0 && size > most ? Optional.of(Unfit.TooSmall) : Optional.empty();
        }

        private String words(OutboundConnector connector, Unfit why) {
            return switch (why) {
                case NoPattern -> "serves no " + domain;
                case Disabled -> "disabled";
                case TooSmall -> "takes at most " + connector.limits().maxMessageSize()
                        + " octets, the message has " + size;
            };
        }

        private static String lost(Match loser, Match winner) {
            if (loser.pattern().specificity() < winner.pattern().specificity())
                return loser.pattern() + " is less specific than " + winner.pattern();
            return "as specific, but " + winner.connector().name() + " comes first by name";
        }
    }
}
