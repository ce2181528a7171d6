package org.sternpost.engine.rollout;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.ConnectorTransaction;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.RolloutShare;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.rollout.Rollout.Status;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.trust.Failure;

/// Keeps rollouts, advances them when their share held, and undoes them when it did not.
///
/// Every step is one transaction, judged in it on what the store holds then: the rollout, its connector's share, the
/// mail that a step back frees, and who took the step, stand or fall together.
public final class Rollouts {

    public static final List<String> SCHEMA = Stream.of(RolloutTable.SCHEMA, ToldTable.SCHEMA)
            .flatMap(List::stream).toList();
    /// Who takes a share back or holds it when its mail fails.
    public static final String GUARD = "engine: guard";
    /// Who moves a share on when it has stood long enough.
    public static final String SCHEDULE = "engine: schedule";
    private static final System.Logger LOG = System.getLogger(Rollouts.class.getName());

    private final Database database;
    private final Connectors connectors;
    private final Traffic traffic;
    private final RolloutStep.Log log;
    private final Time time;
    private final Map<String, Rollout> open = new ConcurrentHashMap<>();
    private final RolloutDomains domains;
    private final KnownFacts facts;
    private final StepBell steps = new StepBell();

    public Rollouts(Database database, Connectors connectors, Traffic traffic, RolloutStep.Log log, Time time)
            throws IOException {
        this.database = database;
        this.connectors = connectors;
        this.traffic = traffic;
        this.log = log;
        this.time = time;
        this.domains = new RolloutDomains(database, connectors, traffic, time);
        this.facts = new KnownFacts(domains, traffic, time);
        for (Rollout rollout : all())
            remember(rollout);
        letGo();
        hold();
    }

    /// Forgets what has ended long ago, and of what has not the mail that need not be known any more, in steps that
    /// hold up no mail.
    public static void prune(Database database, Instant before) throws IOException {
        database.writeInSteps(new MailThinning());
        database.writeInSteps(connection -> RolloutTable.prune(connection, before));
    }

    /// Oldest first.
    public List<Rollout> all() throws IOException { return database.read(RolloutTable::readAll); }

    /// Those that have not ended, by number.
    public List<Rollout> running() throws IOException { return database.read(RolloutTable::open); }

    public Optional<Rollout> find(String id) throws IOException {
        return database.read(connection -> RolloutTable.find(connection, id));
    }

    /// Refuses what [#start] would.
    public void checkStart(OutboundConnector connector, boolean concurrent) throws IOException, RolloutException {
        checkStart(connector, concurrent ? List.of() : database.read(RolloutTable::open));
    }

    /// One alone.
    public Rollout start(Rollout draft, String by) throws IOException, RolloutException {
        return start(draft, false, by);
    }

    /// Waits until a rollout is as it is wanted; it costs nothing meanwhile.
    ///
    /// @param known one that there is
    public Rollout await(Rollout known, Predicate<Rollout> wanted) throws IOException, InterruptedException {
        while (true) {
            if (Thread.interrupted()) throw new InterruptedException();
            long before = steps.count();
            Rollout now = find(known.id()).orElse(known);
            if (wanted.test(now)) return now;
            steps.awaitAfter(before);
        }
    }

    /// Starts with the first share. The draft's identity and times are given here.
    ///
    /// @param concurrent also while others are open
    /// @param by         the operator
    public Rollout start(Rollout draft, boolean concurrent, String by) throws IOException, RolloutException {
        Set<Domain> served = domains.served(draft.connector());
        Rollout made = connectors.change(RolloutException.class, now -> {
            OutboundConnector connector = now.withId(draft.connector())
                    .orElseThrow(() -> new RolloutException("its connector is gone", ""));
            checkStart(connector, concurrent ? List.of() : RolloutTable.open(now.connection()));
            if (connector.tls().tlsValidation() != draft.plan().from())
                throw new RolloutException(connector.name() + " has become " + connector.tls().tlsValidation()
                        + " meanwhile, and was " + draft.plan().from(), "look at it again and start anew");
            Rollout fresh = RolloutTable.insert(now.connection(), draft);
            Stand stand = stand(fresh, 0, connector, served);
            RolloutTable.update(now.connection(), fresh, stand.rollout());
            write(now, by, "Start-TlsRollout", Optional.empty(), stand.rollout(), stand.connector());
            return stand.rollout();
        });
        remember(made);
        return made;
    }

    private void checkStart(OutboundConnector connector, List<Rollout> besides) throws RolloutException {
        RolloutShare share = connector.rollout();
        if (share != null)
            throw new RolloutException(connector.name() + " is already changed by rollout " + share.rolloutId(),
                    "Stop-TlsRollout it, or wait until it has finished");
        if (besides.isEmpty()) return;
        Rollout other = besides.getFirst();
        throw new RolloutException("rollout " + other.id() + " of " + connectors.nameOf(other.connector()) + " is "
                + other.progress().status() + ", and one runs at a time",
                "wait until it has ended, Stop-TlsRollout " + other.id() + ", or give -Concurrent");
    }

    /// Holds the share where it is: its domains are judged by the new mode as before, and it does not grow. The guard
    /// goes on watching it.
    public Rollout suspend(String id, String reason, String by) throws IOException, RolloutException {
        return step(id, by, "Suspend-TlsRollout",
                (before, connector) -> new Stand(before.suspended(reason, time.instant()), connector));
    }

    /// Goes on where it was held. The stage begins anew: its mail is counted from nothing, and it stands for its time.
    public Rollout resume(String id, String reason, String by) throws IOException, RolloutException {
        return step(id, by, "Resume-TlsRollout",
                (before, connector) -> new Stand(before.resumed(reason, time.instant()), connector));
    }

    /// Ends one that is open in the old mode, and frees at once the mail that the new one held.
    public Rollout stop(String id, String reason, String by) throws IOException, RolloutException {
        return step(id, by, "Stop-TlsRollout", (before, connector) -> back(before, connector, Status.Stopped, reason));
    }

    /// The same, and takes also one back that has finished, unless its connector was changed since.
    public Rollout undo(String id, String reason, String by) throws IOException, RolloutException {
        return step(id, by, "Undo-TlsRollout", (before, connector) -> {
            Stand back = back(before, connector, Status.Undone, reason);
            if (before.isOpen()) return back;
            OutboundConnector now = known(before, connector);
            if (now.rollout() != null || now.tls().tlsValidation() != before.plan().to())
                throw new RolloutException(now.name() + " was changed since " + before.id() + " finished: it is "
                        + now.tls().tlsValidation()
                        + (now.rollout() == null ? "" : " with " + now.rollout().rolloutId()),
                        "Set-OutboundConnector " + now.name() + " -TlsValidation " + before.plan().from());
            return new Stand(back.rollout(), Optional.of(now.withMode(before.plan().from())));
        });
    }

    /// What became of the domains that a rollout holds; of one that has ended, of all that it has seen.
    public RolloutStage stage(Rollout rollout) throws IOException { return domains.stage(rollout); }

    /// What comes next of a rollout, and when.
    public RolloutOutlook outlook(Rollout rollout) throws IOException {
        return RolloutOutlook.of(rollout, time.instant(),
                facts.of(rollout, () -> domains.awaited(rollout, Long.MAX_VALUE)));
    }

    /// The same as the guard sees it, which costs the same however much mail there was: of the
    /// domains that it waits for it has the first alone.
    public RolloutOutlook guardOutlook(Rollout rollout) throws IOException {
        return RolloutOutlook.of(rollout, time.instant(), facts.of(rollout, () -> domains.awaited(rollout, 1)));
    }

    /// What to write when a delivery is settled, so that counts and states never part.
    public Database.Work<@Nullable Void> settled(ClaimedDelivery delivery, AttemptResult attempt) {
        OutboundConnector connector = delivery.connector();
        RolloutShare share = connector.rollout();
        if (share == null) return _ -> null;
        Optional<Rollout> rollout = Optional.ofNullable(open.get(share.rolloutId()));
        boolean tells = rollout.isPresent() && MessageResult.tellsOfMode(delivery, attempt);
        Optional<Boolean> late = tells ? MessageResult.firstTry(delivery, attempt) : Optional.empty();
        boolean held = share.covers(connector.id(), delivery.domain(), delivery.message().id());
        if (!held)
            return connection -> {
                if (late.isPresent())
                    RolloutTable.count(connection, rollout.orElseThrow(), delivery.domain(), false, late.get());
                return null;
            };
        Optional<Failure> outage = attempt.outcomes().values().stream()
                .flatMap(outcome -> MessageResult.failure(outcome).stream())
                .filter(why -> why.reason().isOutage()).findFirst();
        MessageResult result = MessageResult.of(attempt.outcomes().values(), share.to());
        boolean waits = attempt.outcomes().values().stream().anyMatch(Outcome.Deferred.class::isInstance);
        return connection -> {
            rollout.ifPresent(one -> facts.note(one, outage));
            if (tells)
                RolloutTable.count(connection, rollout.orElseThrow(), delivery.message().id().text(),
                        delivery.domain(), result);
            if (late.isPresent())
                RolloutTable.count(connection, rollout.orElseThrow(), delivery.domain(), true, late.get());
            // An attempt that began before a step back and ends after it: that mail was not there to be freed.
            if (waits && RolloutTable.find(connection, share.rolloutId()).filter(Rollout::isTakenBack).isPresent())
                traffic.release(connection, connector.id(), delivery.message().id());
            return null;
        };
    }

    /// Judges every open rollout; called every second or so. What it costs does not grow with the mail there was.
    public void tick() throws IOException {
        for (String id : Set.copyOf(open.keySet())) {
            Optional<Rollout> rollout = find(id);
            if (rollout.isPresent()) step(rollout.get());
        }
    }

    private void step(Rollout judged) throws IOException {
        Guard verdict = Guard.judge(judged, time.instant(), facts.of(judged, () -> domains.awaited(judged, 1)));
        // What is found while it is suspended does not move it on; only the way back stays open.
        boolean holds = judged.progress().status() == Status.Suspended;
        try {
            switch (verdict) {
                case Guard.Stay _ -> {
                }
                case Guard.Advance(int stage) when !holds -> {
                    Set<Domain> served = domains.served(judged.connector());
                    own(judged, SCHEDULE, "advance",
                            (before, connector) -> stand(before, stage, known(before, connector), served));
                }
                case Guard.Finish() when !holds -> {
                    String why = "every share held: " + domains.whole(judged).words();
                    own(judged, SCHEDULE, "finish", (before, connector) -> new Stand(
                            before.ended(Status.Finished, why, time.instant()),
                            connector.map(one -> one.withMode(before.plan().to()))));
                }
                case Guard.Breach(String why) when judged.plan().limit().rollback() -> {
                    warn(judged, why);
                    own(judged, GUARD, "rollback",
                            (before, connector) -> back(before, connector, Status.RolledBack, why));
                }
                case Guard.Breach(String why) when !holds -> {
                    warn(judged, why);
                    own(judged, GUARD, "suspend", (before, connector) -> new Stand(
                            before.suspended(why, time.instant()), connector));
                }
                case Guard.Advance _,Guard.Finish _,Guard.Breach _ -> {
                }
            }
        } catch (RolloutException overtaken) {
            LOG.log(System.Logger.Level.DEBUG, "rollout={0} event=overtaken why=\"{1}\"", judged.id(),
                    overtaken.getMessage());
        }
    }

    private void warn(Rollout rollout, String why) {
        LOG.log(System.Logger.Level.WARNING, "rollout={0} connector={1} breach={2}", rollout.id(),
                connectors.nameOf(rollout.connector()), why);
    }

    /// A rollout and its connector as a step leaves them.
    private record Stand(Rollout rollout, Optional<OutboundConnector> connector) {}

    /// What a step makes of a rollout and its connector as they are in the transaction.
    private interface Move {
        Stand of(Rollout before, Optional<OutboundConnector> connector) throws RolloutException;
    }

    /// A step of the engine's own, unless somebody took another since it was decided.
    private void own(Rollout judged, String by, String operation, Move move) throws IOException, RolloutException {
        step(judged.id(), by, operation, (before, connector) -> {
            if (!before.progress().equals(judged.progress()))
                throw new RolloutException(before.id() + " has moved meanwhile", "");
            return move.of(before, connector);
        });
    }

    private Rollout step(String id, String by, String operation, Move move) throws IOException, RolloutException {
        Rollout after = connectors.change(RolloutException.class, now -> {
            Rollout before = RolloutTable.find(now.connection(), id)
                    .orElseThrow(() -> new RolloutException("there is no rollout " + id, ""));
            Stand stand = move.of(before, now.withId(before.connector()));
            RolloutTable.update(now.connection(), before, stand.rollout());
            if (stand.rollout().isTakenBack()) traffic.release(now.connection(), before.connector());
            write(now, by, operation, Optional.of(before), stand.rollout(), stand.connector());
            return stand.rollout();
        });
        remember(after);
        if (after.isTakenBack()) traffic.released(after.connector());
        return after;
    }

    private void write(ConnectorTransaction now, String by, String operation, Optional<Rollout> before, Rollout after,
            Optional<OutboundConnector> connector) throws SQLException {
        Optional<OutboundConnector> kept = connector.isEmpty() ? connector : Optional.of(now.replace(connector.get()));
        log.write(now.connection(), new RolloutStep(time.instant(), by, operation, before, after, kept));
    }

    /// The share at the domains of a stage.
    private Stand stand(Rollout rollout, int stage, OutboundConnector connector, Set<Domain> served) {
        RolloutShare before = connector.rollout();
        Rollout.Plan plan = rollout.plan();
        long below = before == null ? 0 : before.below();
        var share = switch (plan.manner().by()) {
            case Domain -> RolloutShare.of(rollout.id(), plan.to(), plan.shares().get(stage), connector.id(), served,
                    below);
            case Message -> RolloutShare.ofMessages(rollout.id(), plan.to(), plan.shares().get(stage), below);
        };
        List<Domain> holds = RolloutDomains.of(share, connector.id(), served);
        return new Stand(rollout.atStage(stage, holds.isEmpty() ? "no domain served so far" : RolloutStage.names(holds),
                time.instant()), Optional.of(connector.withMode(connector.tls().tlsValidation(), share)));
    }

    /// All domains in the mode that is the connector's own.
    private Stand back(Rollout rollout, Optional<OutboundConnector> connector, Status end, String why)
            throws RolloutException {
        return new Stand(rollout.takenBack(end, why, time.instant()),
                connector.map(one -> one.withMode(one.tls().tlsValidation())));
    }

    private static OutboundConnector known(Rollout rollout, Optional<OutboundConnector> connector)
            throws RolloutException {
        if (connector.isPresent()) return connector.get();
        throw new RolloutException("the connector of " + rollout.id() + " is gone", "");
    }

    /// A share and its rollout stand or fall together: earlier versions let two starts at once leave one behind.
    private void letGo() throws IOException {
        for (OutboundConnector seen : connectors.all()) {
            RolloutShare share = seen.rollout();
            if (share == null || isOf(open.get(share.rolloutId()), seen)) continue;
            connectors.change(now -> now.replace(seen.withMode(seen.tls().tlsValidation())));
            LOG.log(System.Logger.Level.WARNING, "event=share-without-rollout connector={0} rollout={1} mode={2}: all "
                    + "its domains are in its own mode again", seen.name(), share.rolloutId(),
                    seen.tls().tlsValidation());
        }
        for (Rollout lost : List.copyOf(open.values()))
            if (domains.share(lost).isEmpty()) try {
                stop(lost.id(), "its connector is gone, or holds no share of it", SCHEDULE);
            } catch (RolloutException ended) {
                LOG.log(System.Logger.Level.DEBUG, "rollout={0} event=ended why=\"{1}\"", lost.id(),
                        ended.getMessage());
            }
    }

    /// What waits for a moment that this Java cannot tell stays where it is, guarded, until an operator has seen it.
    private void hold() throws IOException {
        for (Rollout kept : List.copyOf(open.values())) {
            Optional<String> why = kept.plan().manner().neverOpens();
            if (why.isEmpty() || kept.progress().status() != Status.Running) continue;
            try {
                suspend(kept.id(), why.get() + "; " + Rollout.ANOTHER_ZONE, SCHEDULE);
                LOG.log(System.Logger.Level.WARNING, "rollout={0} event=suspended why=\"{1}\"", kept.id(), why.get());
            } catch (RolloutException ended) {
                LOG.log(System.Logger.Level.DEBUG, "rollout={0} event=ended why=\"{1}\"", kept.id(),
                        ended.getMessage());
            }
        }
    }

    private static boolean isOf(@Nullable Rollout rollout, OutboundConnector connector) {
        return rollout != null && rollout.connector().equalsIgnoreCase(connector.id());
    }

    private void remember(Rollout rollout) {
        if (rollout.isOpen()) open.put(rollout.id(), rollout);
        else
            open.remove(rollout.id());
        facts.forget(rollout);
        domains.forget(rollout);
        steps.ring();
    }
}
