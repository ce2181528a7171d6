package org.sternpost.engine.control;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.RolloutShare;
import org.sternpost.engine.connector.ShareOf;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.view.TlsReadinessView;
import org.sternpost.engine.control.view.TlsRolloutView;
import org.sternpost.engine.control.view.WatchedRolloutView;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.rollout.Rollout;
import org.sternpost.engine.rollout.RolloutException;
import org.sternpost.engine.rollout.RolloutOutlook;
import org.sternpost.engine.rollout.Rollouts;
import org.sternpost.engine.rollout.RolloutStage;
import org.sternpost.engine.rollout.StepWindow;
import org.sternpost.engine.rollout.RolloutStage.State;
import org.sternpost.engine.time.Time;

/// Rollouts as an operator sees, starts, holds and ends them.
public final class RolloutPlans implements Management.RolloutPort {

    private final Rollouts rollouts;
    private final Connectors connectors;
    private final QueuePlans waiting;
    private final Management.ReportPort reports;
    private final Resolvers resolvers;
    private final Time time;

    /// @param reports   what a connector's own recent mail says of stricter settings
    /// @param resolvers whether DNS answers may be trusted
    public RolloutPlans(Rollouts rollouts, Connectors connectors, QueuePlans waiting,
            Management.ReportPort reports, Resolvers resolvers, Time time) {
        this.rollouts = rollouts;
        this.connectors = connectors;
        this.waiting = waiting;
        this.reports = reports;
        this.resolvers = resolvers;
        this.time = time;
    }

    @Override
    public List<TlsRolloutView> all() throws ManagementException {
        try {
            var views = new ArrayList<TlsRolloutView>();
            for (Rollout rollout : rollouts.all())
                views.add(view(rollout));
            return views;
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    @Override
    public TlsRolloutView named(String identity) throws ManagementException { return view(known(identity)); }

    @Override
    public TlsRolloutView await(String identity, RolloutGoal goal) throws ManagementException, InterruptedException {
        Rollout before = known(identity);
        try {
            Rollout now = rollouts.await(before, one -> goal.isReached(before, one));
            if (now.isOpen() || now.progress().status() == Rollout.Status.Finished) return view(now);
            throw new ManagementException(Kind.EndedOtherwise, now.id() + " of " + connectors.nameOf(now.connector())
                    + " is " + now.progress().status() + ": " + now.progress().why(),
                    "Get-TlsRollout " + now.id() + " | Format-List tells all of it");
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    @Override
    public Stream<WatchedRolloutView> watch(@Nullable String identity, Duration interval, long count)
            throws ManagementException {
        return StreamSupport.stream(new RepeatedLook<>(interval, count, _ -> look(identity), time), false);
    }

    /// At one, or at those that are open; where none is, at the last.
    private List<WatchedRolloutView> look(@Nullable String identity) throws ManagementException {
        Instant seen = time.instant();
        try {
            List<Rollout> all = identity != null ? List.of(known(identity)) : rollouts.all();
            var open = all.stream().filter(Rollout::isOpen).toList();
            var shown = open.isEmpty() ? all.subList(Math.max(0, all.size() - 1), all.size()) : open;
            var rows = new ArrayList<WatchedRolloutView>();
            for (Rollout one : shown)
                rows.add(WatchedRolloutView.of(seen, view(one), rows.isEmpty() ? shown.size() : 0));
            return rows.isEmpty() ? List.of(WatchedRolloutView.nothing(seen)) : rows;
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    @Override
    public Plan<TlsRolloutView> start(RolloutDraft draft) throws ManagementException {
        OutboundConnector connector = ConnectorPlans.known(connectors, draft.connector());
        try {
            rollouts.checkStart(connector, draft.concurrent());
        } catch (RolloutException refused) {
            throw refused(refused);
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
        Instant now = time.instant();
        Rollout first;
        try {
            first = Rollout.draft(connector.id(), new Rollout.Plan(connector.tls().tlsValidation(), draft.to(),
                    draft.shares(), draft.hold(), new Rollout.Limit(draft.maxFailurePercent(), draft.minMessages(),
                            draft.onBreachRollback()),
                    manner(draft.manner())), now);
        } catch (IllegalArgumentException bad) {
            throw new ManagementException(Kind.Invalid, String.valueOf(bad.getMessage()),
                    "for example -Shares 5,25,50,100 -Hold 24h -Window 'Mon-Fri 08:00-16:00'");
        }
        List<String> warnings = gate(connector, draft);
        var changes = new ArrayList<Plan.Change>();
        changes.add(new Plan.Change("rollout", "", connector.tls().tlsValidation() + " → " + draft.to() + " by shares "
                + (draft.manner().by() == ShareOf.Message ? "of messages " : "") + shares(draft.shares())));
        Rollout.Manner manner = first.plan().manner();
        manner.window().ifPresent(one -> changes.add(new Plan.Change("window", "", one.toString())));
        if (!manner.changeNote().isEmpty()) changes.add(new Plan.Change("changeNote", "", manner.changeNote()));
        return new Plan<>("Start-TlsRollout", "OutboundConnector " + connector.name(), changes,
                "the first " + RolloutShare.percentage(first.share()) + " of its "
                        + (draft.manner().by() == ShareOf.Message ? "messages" : "recipient domains"),
                warnings,
                by -> applied(by, who -> rollouts.start(first, draft.concurrent(), who)));
    }

    @Override
    public Plan<TlsRolloutView> suspend(String identity, String reason) throws ManagementException {
        Rollout now = known(identity);
        return step("Suspend-TlsRollout", now, one -> one.suspended(reason, time.instant()),
                List.of("its share stays at " + Rollout.percent(now.share()) + ": these domains are judged "
                        + now.plan().to() + " as before"),
                by -> rollouts.suspend(now.id(), reason, by));
    }

    @Override
    public Plan<TlsRolloutView> resume(String identity, String reason) throws ManagementException {
        Rollout now = known(identity);
        return step("Resume-TlsRollout", now, one -> one.resumed(reason, time.instant()),
                List.of("its stage begins anew: mail is counted from nothing, and " + Rollout.percent(now.share())
                        + " must stand for all of its Hold again"),
                by -> rollouts.resume(now.id(), reason, by));
    }

    @Override
    public Plan<TlsRolloutView> stop(String identity, String reason) throws ManagementException {
        Rollout now = known(identity);
        return step("Stop-TlsRollout", now, one -> one.takenBack(Rollout.Status.Stopped, reason, time.instant()),
                List.of(), by -> rollouts.stop(now.id(), reason, by));
    }

    @Override
    public Plan<TlsRolloutView> undo(String identity, String reason) throws ManagementException {
        Rollout now = known(identity);
        return step("Undo-TlsRollout", now, one -> one.takenBack(Rollout.Status.Undone, reason, time.instant()),
                List.of(), by -> rollouts.undo(now.id(), reason, by));
    }

    private interface Preview {
        Rollout of(Rollout now) throws RolloutException;
    }

    private interface Step {
        Rollout take(String by) throws IOException, RolloutException;
    }

    private Plan<TlsRolloutView> step(String operation, Rollout now, Preview preview, List<String> warnings, Step step)
            throws ManagementException {
        try {
            return new Plan<>(operation,
                    "TlsRollout " + now.id() + " of OutboundConnector " + connectors.nameOf(now.connector()),
                    RolloutAudit.changes(Optional.of(now), preview.of(now)), waiting.mailOf(now.connector()),
                    warnings, by -> applied(by, step));
        } catch (RolloutException refused) {
            throw refused(refused);
        }
    }

    private List<TlsRolloutView> applied(String by, Step step) throws ManagementException {
        try {
            return List.of(view(step.take(by)));
        } catch (RolloutException refused) {
            throw refused(refused);
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    private static ManagementException refused(RolloutException why) {
        return new ManagementException(Kind.Conflict, String.valueOf(why.getMessage()), why.remedy());
    }

    private Rollout known(String identity) throws ManagementException {
        try {
            var found = rollouts.find(identity);
            if (found.isPresent()) return found.get();
            throw Refusal.notFound("rollout", identity, rollouts.all().stream().map(Rollout::id).toList(),
                    "Start-TlsRollout starts one");
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    /// Tightening needs proof from the route's own traffic, or a reason to do without.
    private List<String> gate(OutboundConnector connector, RolloutDraft draft)
            throws ManagementException {
        if (draft.to() != TlsValidation.Enabled) return List.of();
        TlsReadinessView ready = reports.readiness(connector.name(), null, draft.maxFailurePercent()).getFirst();
        var problem = new ArrayList<String>();
        if (!ready.ready())
            problem.add(ready.why() + (ready.exceptedWouldFail() == 0
                    ? ""
                    : "; beside these " + ready.exceptedWouldFail() + " to excepted domains, which do not count"));
        // Enabled refuses what cannot be proven, so a resolver that spoils proofs would stop all mail: no reason does.
        List<String> untrusted = resolvers.problems();
        if (!untrusted.isEmpty())
            throw new ManagementException(Kind.Conflict, "DNS answers may not be trusted: " + untrusted.getFirst(),
                    "see Test-Resolver; it must be repaired first, and -OverrideReason does not pass over it");
        if (!problem.isEmpty() && draft.overrideReason().isEmpty())
            throw new ManagementException(Kind.Conflict, connector.name() + " is not ready: " + problem.getFirst(),
                    "see Get-TlsReadiness " + connector.name() + ", or give -OverrideReason 'why it may start'");
        return problem.stream().map(line -> line + " (passed over: " + draft.overrideReason() + ")").toList();
    }

    private static Rollout.Manner manner(RolloutDraft.Manner asked) {
        if (asked.window() == null && asked.timeZone() != null)
            throw new IllegalArgumentException("-TimeZone is that of a -Window, and none is given");
        String zone = asked.timeZone() == null ? ZoneId.systemDefault().getId() : asked.timeZone();
        return new Rollout.Manner(asked.by(),
                Optional.ofNullable(asked.window()).map(text -> StepWindow.of(text, zone)),
                asked.changeNote());
    }

    private static String shares(List<Double> shares) {
        return String.join(", ", shares.stream().map(RolloutShare::percentage).toList());
    }

    private TlsRolloutView view(Rollout r) throws ManagementException {
        Rollout.Plan plan = r.plan();
        Rollout.Progress progress = r.progress();
        Rollout.Counts counts = r.counts();
        boolean covers = r.isOpen() || progress.status() == Rollout.Status.Finished;
        try {
            RolloutStage stage = rollouts.stage(r);
            RolloutOutlook outlook = rollouts.outlook(r);
            return new TlsRolloutView(r.id(), connectors.nameOf(r.connector()), plan.from(), plan.to(),
                    progress.status().name(), progress.stage() + 1, covers ? r.share() : 0, plan.shares(),
                    plan.manner().by(), plan.hold(),
                    plan.manner().window().map(StepWindow::toString).orElse(""), plan.manner().changeNote(),
                    plan.limit().failurePercent(), plan.limit().minMessages(), counts.messages(), counts.failures(),
                    counts.failurePercent(), counts.unknown(), 100 * counts.held().rate(), 100 * counts.others().rate(),
                    stage.domains().size(), stage.in(State.Proven).size(),
                    outlook.nextStep().orElse(null), progress.startedAt(), outlook.why(), names(stage, State.Proven),
                    names(stage, State.Failing),
                    names(stage, State.Unproven), names(stage, State.Quiet), r.history());
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    private static List<String> names(RolloutStage stage, State state) {
        return stage.in(state).stream().map(Domain::ascii).toList();
    }
}
