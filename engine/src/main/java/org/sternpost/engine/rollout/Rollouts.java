package org.sternpost.engine.rollout;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.sternpost.engine.mail.TlsWish;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.trust.Failure;

/// Keeps rollouts, advances them when their share held, and undoes them when it did not.
public final class Rollouts {

    public static final List<String> SCHEMA = RolloutTable.SCHEMA;
    private static final System.Logger LOG = System.getLogger(Rollouts.class.getName());

    private final Database database;
    private final Connectors connectors;
    private final Consumer<String> retryNow;
    private final Time time;
    private final Map<String, Rollout> running = new ConcurrentHashMap<>();
    private final Map<String, Failure> ours = new ConcurrentHashMap<>(); // met by the latest mail of a share

    /// @param retryNow makes the waiting mail of a connector due, for whom a rollback changed the mode
    public Rollouts(Database database, Connectors connectors, Consumer<String> retryNow, Time time) throws IOException {
        this.database = database;
        this.connectors = connectors;
        this.retryNow = retryNow;
        this.time = time;
        for (Rollout rollout : all())
            remember(rollout);
    }

    /// Oldest first; one that our own trouble holds up says so.
    public List<Rollout> all() throws IOException {
        return database.read(RolloutTable::readAll).stream().map(
                rollout -> rollout.status() == Rollout.Status.Running && guard(rollout) instanceof Guard.Wait(var why)
                        ? rollout.waiting(why)
                        : rollout)
                .toList();
    }

    private Guard guard(Rollout rollout) {
        return Guard.judge(rollout, time.instant(), Optional.ofNullable(ours.get(rollout.id())));
    }

    public Optional<Rollout> find(String id) throws IOException {
        return all().stream().filter(rollout -> rollout.id().equalsIgnoreCase(id)).findFirst();
    }

    /// Starts with the first share. The draft's identity and times are given here.
    public Rollout start(Rollout draft, Database.Work<? extends @Nullable Object> alongside) throws IOException {
        Instant now = time.instant();
        Rollout[] made = new Rollout[1];
        connectors.replace(draft.connector(), connector -> with(connector, connector.tlsValidation(),
                new RolloutShare(draft.id(), draft.to(), draft.shares().getFirst())), connection -> {
                    Rollout first = draft.atStage(0, now);
                    RolloutTable.put(connection, RolloutTable.nextNumber(connection), first);
                    made[0] = first;
                    return alongside.on(connection);
                });
        remember(made[0]);
        return made[0];
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
        return connection -> {
            if (rollout != null && covered) note(rollout, outage);
            if (rollout != null && covered && tellsOfMode(consignment, attempt))
                RolloutTable.count(connection, rollout, consignment.message().id().text(),
                        consignment.domain().ascii(), attempt.outcomes().values().stream().anyMatch(Rollouts::refused));
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
        switch (guard(rollout)) {
            case Guard.Stay(),Guard.Wait _ -> {
            }
            case Guard.Advance(int stage) -> advance(rollout, stage);
            case Guard.Finish() -> end(rollout, Rollout.Status.Finished, "every share held", connection -> null);
            case Guard.Breach(String why) -> {
                LOG.log(System.Logger.Level.WARNING, "rollout={0} connector={1} breach={2}", rollout.id(),
                        rollout.connector(), why);
                if (rollout.rollbackOnBreach()) end(rollout, Rollout.Status.RolledBack, why, connection -> null);
                else
                    suspend(rollout, why);
            }
        }
    }

    private void advance(Rollout rollout, int stage) throws IOException {
        Rollout next = rollout.atStage(stage, time.instant());
        connectors.replace(rollout.connector(), connector -> with(connector, connector.tlsValidation(),
                new RolloutShare(rollout.id(), rollout.to(), next.share())), connection -> {
                    RolloutTable.put(connection, 0, next);
                    return null;
                });
        remember(next);
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
    }

    private @Nullable Rollout runningOn(OutboundConnector connector) {
        RolloutShare share = connector.rollout();
        return share == null ? null : running.get(share.rolloutId());
    }

    /// False for mail whose sender, not its route, decided what is asked of TLS (RFC 8689 §4.1), and for mail of which
    /// our own trouble hid what its route would have shown.
    private static boolean tellsOfMode(Consignment consignment, Attempt attempt) {
        return consignment.message().tls() != TlsWish.NotRequired && attempt.outcomes().values().stream()
                .noneMatch(outcome -> failure(outcome).filter(why -> why.reason().ofSender() || why.isLocal())
                        .isPresent());
    }

    private static boolean refused(Outcome outcome) { return failure(outcome).isPresent(); }

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
