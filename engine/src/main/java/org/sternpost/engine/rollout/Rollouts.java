package org.sternpost.engine.rollout;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.RolloutShare;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.Attempt;
import org.sternpost.engine.delivery.Consignment;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.TlsWish;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.trust.Failure;

/// Keeps rollouts, advances them when their share held, and undoes them when it did not.
public final class Rollouts {

    public static final List<String> SCHEMA = RolloutTable.SCHEMA;
    private static final System.Logger LOG = System.getLogger(Rollouts.class.getName());

    private static final Duration LAST_SEEN = Duration.ofDays(30); // what was seen before it says nothing of today

    private final Database database;
    private final Connectors connectors;
    private final Traffic traffic;
    private final Consumer<String> retryNow;
    private final Time time;
    private final Map<String, Rollout> running = new ConcurrentHashMap<>();
    private final Map<String, Failure> ours = new ConcurrentHashMap<>(); // met by the latest mail of a share
    private final Map<String, Instant> ready = new ConcurrentHashMap<>();
    private final Map<String, List<Domain>> held = new ConcurrentHashMap<>();

    /// @param retryNow makes the waiting mail of a connector due, for whom a rollback changed the mode
    public Rollouts(Database database, Connectors connectors, Traffic traffic, Consumer<String> retryNow, Time time)
            throws IOException {
        this.database = database;
        this.connectors = connectors;
        this.traffic = traffic;
        this.retryNow = retryNow;
        this.time = time;
        for (Rollout rollout : all())
            remember(rollout);
    }

    /// Forgets what has ended long ago, in steps that hold up no mail.
    public static void prune(Database database, Instant before) throws IOException {
        database.writeInSteps(connection -> RolloutTable.prune(connection, before));
    }

    /// Oldest first.
    public List<Rollout> all() throws IOException { return database.read(RolloutTable::readAll); }

    public Optional<Rollout> find(String id) throws IOException {
        return all().stream().filter(rollout -> rollout.id().equalsIgnoreCase(id)).findFirst();
    }

    /// Starts with the first share. The draft's identity and times are given here.
    public Rollout start(Rollout draft, Database.Work<? extends @Nullable Object> alongside) throws IOException {
        return begin(draft, 0, connection -> {
            alongside.on(connection);
            return RolloutTable.nextNumber(connection);
        });
    }

    /// What became of the domains that a rollout holds; of one that has ended, of all that it has seen.
    public Stage stage(Rollout rollout) throws IOException {
        boolean open = rollout.isOpen();
        Stage seen = database.read(connection -> RolloutTable.seen(connection, rollout, !open));
        return open ? seen.with(held(rollout)) : seen;
    }

    /// What a running rollout waits for; empty text for any other.
    public String waitsFor(Rollout rollout) throws IOException {
        if (rollout.status() != Rollout.Status.Running) return "";
        return Guard.judge(rollout, time.instant(), facts(rollout)) instanceof Guard.Stay(var why) ? why : "";
    }

    /// The identity that the next rollout gets: `R-3`.
    public String nextId() throws IOException { return "R-" + database.read(RolloutTable::nextNumber); }

    /// Takes the share back at once, also for queued mail.
    public Rollout undo(Rollout rollout, String reason, Database.Work<? extends @Nullable Object> alongside)
            throws IOException {
        return end(rollout, Rollout.Status.Undone, reason, alongside);
    }

    /// What to write when a consignment is settled, so that counts and states never part.
    public Database.Work<@Nullable Void> settled(Consignment consignment, Attempt attempt) {
        Rollout rollout = runningOn(consignment.connector());
        RolloutShare share = consignment.connector().rollout();
        boolean covered = share != null && share.covers(consignment.connector().name(), consignment.domain());
        Optional<Failure> outage = attempt.outcomes().values().stream().flatMap(outcome -> failure(outcome).stream())
                .filter(why -> why.reason().isOutage()).findFirst();
        MessageResult result = MessageResult.of(attempt.outcomes().values());
        return connection -> {
            if (rollout != null && covered) note(rollout, outage);
            if (rollout != null && covered && tellsOfMode(consignment, attempt))
                RolloutTable.count(connection, rollout, consignment.message().id().text(),
                        consignment.domain().ascii(), result);
            return null;
        };
    }

    private void note(Rollout rollout, Optional<Failure> outage) {
        outage.ifPresentOrElse(why -> ours.put(rollout.id(), why), () -> ours.remove(rollout.id()));
    }

    /// Judges every running rollout; called every second or so.
    public void tick() throws IOException {
        if (running.isEmpty()) return;
        for (Rollout rollout : all())
            if (rollout.status() == Rollout.Status.Running) step(rollout);
    }

    private void step(Rollout rollout) throws IOException {
        switch (Guard.judge(rollout, time.instant(), facts(rollout))) {
            case Guard.Stay _ -> {
            }
            case Guard.Advance(int stage) -> begin(rollout, stage, _ -> 0);
            case Guard.Finish() -> end(rollout, Rollout.Status.Finished, "every share held: " + whole(rollout).words(),
                    connection -> null);
            case Guard.Breach(String why) -> {
                LOG.log(System.Logger.Level.WARNING, "rollout={0} connector={1} breach={2}", rollout.id(),
                        rollout.connector(), why);
                if (rollout.rollbackOnBreach()) end(rollout, Rollout.Status.RolledBack, why, connection -> null);
                else
                    suspend(rollout, why);
            }
        }
    }

    /// Moves the share to the domains of a stage.
    ///
    /// @param number the rollout's, asked for in the transaction; one that is stored keeps its own
    private Rollout begin(Rollout rollout, int stage, Database.Work<Integer> number) throws IOException {
        Set<Domain> served = served(rollout.connector());
        Rollout[] made = new Rollout[1];
        connectors.replace(rollout.connector(), connector -> {
            RolloutShare before = connector.rollout();
            var share = RolloutShare.of(rollout.id(), rollout.to(), rollout.shares().get(stage), connector.name(),
                    served, before == null ? 0 : before.below());
            List<Domain> holds = of(share, connector.name(), served);
            made[0] = rollout.atStage(stage, holds.isEmpty() ? "no domain served so far" : Stage.names(holds),
                    time.instant());
            return with(connector, connector.tlsValidation(), share);
        }, connection -> {
            RolloutTable.put(connection, number.on(connection), made[0]);
            return null;
        });
        remember(made[0]);
        return made[0];
    }

    private Guard.Facts facts(Rollout rollout) {
        return new Guard.Facts() {
            @Override
            public Optional<Failure> ours() { return Optional.ofNullable(ours.get(rollout.id())); }

            @Override
            public boolean isUnderWay() {
                Instant now = time.instant();
                Instant since = ready.computeIfAbsent(rollout.id(), _ -> now);
                var share = share(rollout);
                return share.isPresent() && traffic.underWaySince(rollout.connector(),
                        domain -> share.get().covers(rollout.connector(), domain), now)
                        .filter(oldest -> !oldest.isAfter(since)).isPresent();
            }

            @Override
            public List<Domain> owed() throws IOException {
                var refused = traffic.refused(rollout.connector(), rollout.startedAt().minus(LAST_SEEN));
                return whole(rollout).in(Stage.State.Quiet).stream().filter(refused::contains).toList();
            }
        };
    }

    /// All that a rollout has seen, with the domains that it holds and has not heard of.
    private Stage whole(Rollout rollout) throws IOException {
        return database.read(connection -> RolloutTable.seen(connection, rollout, true)).with(held(rollout));
    }

    /// Domains that the connector had served when the stage began and that no exception has taken out since.
    private List<Domain> held(Rollout rollout) throws IOException {
        List<Domain> known = held.get(rollout.id());
        if (known == null) {
            Optional<RolloutShare> share = share(rollout);
            if (share.isEmpty()) return List.of();
            known = of(share.get(), rollout.connector(), served(rollout.connector()));
            held.put(rollout.id(), known);
        }
        return known.stream().filter(domain -> !isExcepted(rollout.connector(), domain)).toList();
    }

    private static List<Domain> of(RolloutShare share, String connector, Set<Domain> served) {
        return served.stream().filter(domain -> share.covers(connector, domain)).toList();
    }

    /// Domains that a connector has served, still serves, and judges by its own mode; by name.
    private Set<Domain> served(String connector) throws IOException {
        var served = new TreeSet<Domain>();
        for (Domain domain : traffic.served(connector))
            if (connectors.choice(domain, 0).connector().name().equalsIgnoreCase(connector)
                    && !isExcepted(connector, domain))
                served.add(domain);
        return served;
    }

    private boolean isExcepted(String connector, Domain domain) {
        return connectors.exceptions().inForce(connector, domain, time.instant()).isPresent();
    }

    private Optional<RolloutShare> share(Rollout rollout) {
        return connectors.find(rollout.connector()).map(OutboundConnector::rollout)
                .filter(share -> share.rolloutId().equals(rollout.id()));
    }

    private void suspend(Rollout rollout, String why) throws IOException {
        Rollout suspended = rollout.ended(Rollout.Status.Suspended, why, time.instant());
        database.write(connection -> {
            RolloutTable.put(connection, 0, suspended);
            return 0;
        });
        remember(suspended);
    }

    private Rollout end(Rollout rollout, Rollout.Status status, String why,
            Database.Work<? extends @Nullable Object> alongside)
            throws IOException {
        Rollout ended = rollout.ended(status, why, time.instant());
        boolean keepsNewMode = status == Rollout.Status.Finished;
        connectors.replace(rollout.connector(),
                connector -> with(connector, keepsNewMode ? rollout.to() : connector.tlsValidation(), null),
                connection -> {
                    RolloutTable.put(connection, 0, ended);
                    return alongside.on(connection);
                });
        remember(ended);
        if (!keepsNewMode) retryNow.accept(rollout.connector());
        return ended;
    }

    private void remember(Rollout rollout) {
        if (rollout.isOpen()) running.put(rollout.id(), rollout);
        else {
            running.remove(rollout.id());
            ours.remove(rollout.id());
        }
        ready.remove(rollout.id());
        held.remove(rollout.id());
    }

    private @Nullable Rollout runningOn(OutboundConnector connector) {
        RolloutShare share = connector.rollout();
        return share == null ? null : running.get(share.rolloutId());
    }

    /// False for mail whose sender, not its route, decided what is asked of TLS (RFC 8689 §4.1).
    private static boolean tellsOfMode(Consignment consignment, Attempt attempt) {
        TlsWish wish = consignment.message().tls();
        return wish != TlsWish.NotRequired && wish != TlsWish.Notice && attempt.outcomes().values().stream()
                .noneMatch(outcome -> failure(outcome).filter(why -> why.reason().ofSender()).isPresent());
    }

    private static Optional<Failure> failure(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Delivered _ -> Optional.empty();
            case Outcome.Deferred deferred -> deferred.failure();
            case Outcome.Failed failed -> failed.failure();
        };
    }

    private static OutboundConnector with(OutboundConnector c, TlsValidation mode, @Nullable RolloutShare share) {
        return new OutboundConnector(c.name(), c.enabled(), c.comment(), c.recipientDomains(), c.useMxRecord(),
                c.smartHosts(), mode, c.smtpDaneMode(), c.mtaStsMode(), c.tlsSettings(), c.tlsDomain(), c.port(),
                c.sourceIpAddress(), c.fqdn(), c.maxMessageSize(), c.messageExpiration(), c.revision(),
                c.whenCreated(), c.whenChanged(), share);
    }
}
