package org.sternpost.engine.delivery;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.delivery.KeyedSessions.Waiter;

/// Counts sessions by what has a limit: all of them, those of a connector, of a host by its name, at one address, and
/// those that the mail of a domain has.
///
/// A place is taken before the host is called and left once the connection is closed, so that no limit is passed at any
/// moment. A session that waits for mail is of no domain. [SessionPool] guards it
/// (docs/transport-security.md#session-limits).
final class SessionPlaces {

    private final Map<Kind, Integer> taken = new HashMap<>();
    private final Map<Kind, LinkedHashSet<Waiter>> lacking = new HashMap<>(); // who could make one but for a place
    private final Map<Kind, Integer> leaving = new HashMap<>(); // whose place is free once they have taken leave

    /// What has a limit.
    enum Of { All, Connector, Host, Address, Domain }

    /// @param name of the connector, the host and so on
    record Kind(Of of, Object name) {}

    /// @param most sessions at a time
    record Limit(Kind kind, int most) {

        /// What it means that there is no place.
        String words() {
            String whose = switch (kind.of()) {
                case All -> "this gateway";
                case Connector -> "its connector";
                case Host, Address -> "one host";
                case Domain -> "one domain";
            };
            return "all " + most + " sessions that " + whose + " may have are in use";
        }

        /// Where an operator finds it.
        String setting() {
            return switch (kind.of()) {
                case All -> "delivery.maxSessions";
                case Connector -> "-MaxSessions of the connector";
                case Host, Address -> "delivery.maxSessionsPerHost";
                case Domain -> "-MaxSessionsPerDomain of the connector, or delivery.maxSessionsPerDomain";
            };
        }
    }

    /// Of one session.
    ///
    /// @param standing for as long as its connection is open
    /// @param domain   while mail of that domain has it
    record Limits(List<Limit> standing, Limit domain) {}

    boolean isFull(Limit limit) { return taken(limit.kind()) >= limit.most(); }

    /// The first limit that leaves no place.
    Optional<Limit> full(Limits limits) {
        return Stream.concat(Stream.of(limits.domain()), limits.standing().stream()).filter(this::isFull).findFirst();
    }

    int taken(Kind kind) { return taken.getOrDefault(kind, 0); }

    /// Where none of them is full.
    Place take(Limits limits) {
        full(limits).ifPresent(limit -> {
            throw new IllegalStateException("no place: " + limit);
        });
        return new Place(limits);
    }

    /// Somebody waits until there is a place of one kind.
    ///
    /// @param full empty where it does so no more
    void lacks(Waiter waiter, Optional<Limit> full) {
        waiter.lacks().ifPresent(before -> lacking.computeIfPresent(before.kind(), (_, all) -> {
            all.remove(waiter);
            return all.isEmpty() ? null : all;
        }));
        waiter.lacks(full.orElse(null));
        full.ifPresent(limit -> lacking.computeIfAbsent(limit.kind(), _ -> new LinkedHashSet<>()).add(waiter));
    }

    boolean isLacking() { return !lacking.isEmpty(); }

    /// Of which kinds somebody lacks a place.
    List<Kind> lacked() { return List.copyOf(lacking.keySet()); }

    /// Who has lacked one for longest.
    Optional<Waiter> first(Kind kind) { return Optional.ofNullable(lacking.get(kind)).map(LinkedHashSet::getFirst); }

    /// True if more lack a place than there will be once those that take leave are gone.
    boolean lacksOneMore(Kind kind) {
        var all = lacking.get(kind);
        return all != null && leaving.getOrDefault(kind, 0) < all.size();
    }

    private static void count(Map<Kind, Integer> counts, Kind kind, int more) {
        counts.merge(kind, more, (before, change) -> before + change == 0 ? null : before + change);
    }

    /// One session's, from before its call.
    final class Place {

        private final List<Limit> standing;
        private @Nullable Kind domain;
        private boolean leaves;
        private boolean left;

        private Place(Limits limits) {
            this.standing = limits.standing();
            standing.forEach(limit -> count(taken, limit.kind(), 1));
            lent(limits.domain());
        }

        boolean isOf(Kind kind) { return standing.stream().anyMatch(limit -> limit.kind().equals(kind)); }

        List<Kind> kinds() { return standing.stream().map(Limit::kind).toList(); }

        /// Mail of a domain has the session.
        void lent(Limit to) {
            domain = to.kind();
            count(taken, domain, 1);
        }

        /// Nobody's mail has it.
        ///
        /// @return of which domain there is one more now
        Optional<Kind> rests() {
            var before = Optional.ofNullable(domain);
            before.ifPresent(kind -> count(taken, kind, -1));
            domain = null;
            return before;
        }

        /// Its connection will be closed soon.
        void takesLeave() {
            leaves = true;
            kinds().forEach(kind -> count(leaving, kind, 1));
        }

        /// Its connection is closed, or never stood.
        ///
        /// @return of what there is one more now; nothing the second time
        List<Kind> leave() {
            if (left) return List.of();
            left = true;
            if (leaves) kinds().forEach(kind -> count(leaving, kind, -1));
            standing.forEach(limit -> count(taken, limit.kind(), -1));
            return Stream.concat(rests().stream(), kinds().stream()).toList();
        }
    }
}
