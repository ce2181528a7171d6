package org.sternpost.engine.rollout;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.RolloutShare;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.time.Time;

/// Which domains a rollout holds, and what was heard of them.
final class RolloutDomains {

    private static final Duration LAST_SEEN = Duration.ofDays(30); // what was seen before it says nothing of today

    private final Database database;
    private final Connectors connectors;
    private final Traffic traffic;
    private final Time time;
    private final Map<String, List<Domain>> held = new ConcurrentHashMap<>();
    private final Map<String, Owed> owed = new ConcurrentHashMap<>();

    /// @param share    whose domains these are, and `progress` the stage: one who looks may look at what is over
    /// @param domains some of them may have been heard of since
    private record Owed(Optional<RolloutShare> share, Rollout.Progress progress, Queue<Domain> domains) {}

    RolloutDomains(Database database, Connectors connectors, Traffic traffic, Time time) {
        this.database = database;
        this.connectors = connectors;
        this.traffic = traffic;
        this.time = time;
    }

    /// With each step all is looked up anew.
    void forget(Rollout rollout) {
        held.remove(rollout.id());
        owed.remove(rollout.id());
    }

    /// What became of the domains that a rollout holds; of one that has ended, of all that it has seen.
    RolloutStage stage(Rollout rollout) throws IOException {
        boolean open = rollout.isOpen();
        RolloutStage seen = database.read(connection -> ToldTable.seen(connection, rollout, !open));
        return open ? seen.with(held(rollout)) : seen;
    }

    /// All that a rollout has seen, with the domains that it holds and has not heard of.
    RolloutStage whole(Rollout rollout) throws IOException {
        return database.read(connection -> ToldTable.seen(connection, rollout, true)).with(held(rollout));
    }

    /// Domains of which a rollout must hear before it ends, so many of each kind at most.
    AwaitedDomains awaited(Rollout rollout, long most) throws IOException {
        // No other mode refuses what Disabled would carry.
        if (rollout.plan().to() != TlsValidation.Enabled) return AwaitedDomains.NONE;
        List<Domain> known = known(rollout);
        var failing = new ArrayList<Domain>();
        var unproven = new TreeSet<Domain>();
        database.<@Nullable Void>read(connection -> {
            failing.addAll(ToldTable.notProven(connection, rollout, MessageResult.FAILED));
            unproven.addAll(ToldTable.notProven(connection, rollout, MessageResult.NEITHER));
            unproven.addAll(ToldTable.notProven(connection, rollout, MessageResult.UNKNOWN));
            return null;
        });
        // Of a domain that never took mail, a mistyped one say, nothing will ever be proven.
        return new AwaitedDomains(
                failing.stream().filter(domain -> isOwn(rollout.connector(), domain)).limit(most).toList(),
                unproven.stream().filter(domain -> Collections.binarySearch(known, domain) >= 0)
                        .filter(domain -> isOwn(rollout.connector(), domain)).limit(most).toList(),
                owed(rollout, most));
    }

    /// Domains that had no mail in a rollout and whose last mail before it would have failed, so many at most.
    ///
    /// They are looked up once a stage: while it stands none is added, because mail to a domain that it holds is heard
    /// of. So the guard, twice a second, and who watches ask for these domains, and not for all mail.
    private List<Domain> owed(Rollout rollout, long most) throws IOException {
        Optional<RolloutShare> share = share(rollout);
        Owed kept = owed.get(rollout.id());
        if (kept == null || !kept.share().equals(share) || !kept.progress().equals(rollout.progress())) {
            kept = new Owed(share, rollout.progress(), new ConcurrentLinkedQueue<>(owedOf(rollout)));
            owed.put(rollout.id(), kept);
        }
        Queue<Domain> left = kept.domains();
        return database.read(connection -> {
            var first = new ArrayList<Domain>();
            for (Domain domain : left) {
                if (first.size() == most) break;
                if (isExcepted(rollout.connector(), domain)) continue;
                if (ToldTable.isHeard(connection, rollout, domain)) left.remove(domain);
                else
                    first.add(domain);
            }
            return first;
        });
    }

    private List<Domain> owedOf(Rollout rollout) throws IOException {
        var refused = traffic.refused(rollout.connector(), rollout.progress().startedAt().minus(LAST_SEEN));
        return database.read(connection -> ToldTable.seen(connection, rollout, true)).with(known(rollout))
                .in(RolloutStage.State.Quiet).stream().filter(refused::contains).toList();
    }

    /// Domains that a connector has served, still serves, and judges by its own mode; by name.
    Set<Domain> served(String connector) throws IOException {
        var served = new TreeSet<Domain>();
        for (Domain domain : traffic.served(connector))
            if (isOwn(connector, domain)) served.add(domain);
        return served;
    }

    Optional<RolloutShare> share(Rollout rollout) {
        return connectors.withId(rollout.connector()).map(OutboundConnector::rollout)
                .filter(share -> share.rolloutId().equals(rollout.id()));
    }

    static List<Domain> of(RolloutShare share, String connector, Set<Domain> served) {
        return served.stream().filter(domain -> share.covers(connector, domain)).toList();
    }

    /// Of those that it knows, the domains that no exception has taken out since.
    private List<Domain> held(Rollout rollout) throws IOException {
        return known(rollout).stream().filter(domain -> !isExcepted(rollout.connector(), domain)).toList();
    }

    /// Domains that the connector had served when the stage began.
    private List<Domain> known(Rollout rollout) throws IOException {
        List<Domain> known = held.get(rollout.id());
        if (known == null) {
            Optional<RolloutShare> share = share(rollout);
            if (share.isEmpty()) return List.of();
            known = of(share.get(), rollout.connector(), served(rollout.connector()));
            held.put(rollout.id(), known);
        }
        return known;
    }

    /// True if a connector carries mail to a domain, and judges it by its own mode.
    private boolean isOwn(String connector, Domain domain) {
        return connectors.choice(domain, 0).connector().id().equalsIgnoreCase(connector)
                && !isExcepted(connector, domain);
    }

    private boolean isExcepted(String connector, Domain domain) {
        return connectors.exceptions().inForce(connector, domain, time.instant()).isPresent();
    }
}
