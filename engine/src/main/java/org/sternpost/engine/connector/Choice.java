package org.sternpost.engine.connector;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.mail.Domain;

/// One connector chosen for a recipient domain, and why.
///
/// @param connector as it judges this domain: with the exception, if one is in force
/// @param pattern   that matched
/// @param losers    each other connector with the reason it lost, `partners: disabled`
public record Choice(OutboundConnector connector, DomainPattern pattern, List<String> losers,
        Optional<TlsOverride> exception) {

    private static final Comparator<Match> BEST_FIRST = Comparator.<Match>comparingInt(m -> -m.pattern().specificity())
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
