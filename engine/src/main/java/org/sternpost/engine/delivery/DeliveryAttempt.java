package org.sternpost.engine.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.sternpost.engine.delivery.AttemptResult.NextHop;
import org.sternpost.engine.delivery.DeliveryPlan.Fact;
import org.sternpost.engine.delivery.DeliveryPlan.Step;
import org.sternpost.engine.delivery.DeliveryPlan.Terms;
import org.sternpost.engine.delivery.Dialer.Connection;
import org.sternpost.engine.delivery.SessionPlaces.Place;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.trust.JudgedRoute;

/// Drives a [DeliveryPlan] with mail: calls the hosts it names, sends over the sessions it lets pass, and writes down
/// what was seen.
final class DeliveryAttempt {

    private static final Duration TURN = Duration.ofSeconds(5); // for the first answer that others wait for, once

    private final ClaimedDelivery mail;
    private final Caller caller;
    private final DestinationSessions sessions;
    private final EvidenceRecorder recorder;
    private final BooleanSupplier answered;
    private final Map<Integer, Outcome> outcomes = new HashMap<>();
    private boolean stopped; // nothing more may be sent
    private boolean full; // a host was not called, for want of a place
    private boolean busy; // an address was not called, because others wait for its first answer

    /// Calls a host for mail.
    @FunctionalInterface
    interface Caller {
        /// @param policy   under which a TLS session may be resumed
        /// @param patience how long to wait for the first answer of an address that others wait for too
        Connection call(Step.Connect step, PolicyKey policy, Duration patience);
    }

    /// @param answered told when a host is ready to take mail; it says whether that may be sent now
    DeliveryAttempt(ClaimedDelivery mail, Caller caller, DestinationSessions sessions, EvidenceRecorder recorder,
            BooleanSupplier answered) {
        this.mail = mail;
        this.caller = caller;
        this.sessions = sessions;
        this.recorder = recorder;
        this.answered = answered;
    }

    AttemptResult carry(JudgedRoute where) {
        if (where instanceof JudgedRoute.Unknown(var why)) recorder.unknown(why);
        var plan = new DeliveryPlan(where, Terms.of(mail));
        var facts = new ArrayList<Fact>();
        Optional<PooledSession> session = Optional.empty();
        while (!isDone() && !stopped)
            switch (plan.next(facts)) {
                case Step.Connect step -> {
                    session = Optional.of(session(step));
                    facts.add(noted(step, session.get(), plan.judged(step, session.get().seen())));
                }
                case Step.Send step -> send(step, session.orElseThrow()).ifPresent(facts::add);
                case Step.Skip step -> {
                    recorder.notDialled(step);
                    facts.add(new Fact.Noted());
                }
                case Step.Finish(var outcome, NextHop.Answered _, _, _) -> settleAll(outcome);
                case Step.Finish(_, var nextHop, _, _) -> {
                    return new AttemptResult(outcomes, recorder.seen(), recorder.openings(), nextHop);
                }
            }
        return soFar();
    }

    /// What is known before it ends, for whoever must break off.
    AttemptResult soFar() { return new AttemptResult(outcomes, recorder.seen(), recorder.openings()); }

    private PooledSession session(Step.Connect step) {
        var terms = Terms.of(mail);
        Optional<PooledSession> kept = step.fresh() ? Optional.empty() : sessions.find(terms, step);
        if (kept.isPresent()) return kept.get();
        var policy = PolicyKey.of(terms, step);
        return switch (sessions.lendOrMake(policy, terms, step, full ? Duration.ZERO : SessionPool.WAIT_MAX)) {
            case Loan.Lent(var session) -> session;
            case Loan.Make(var place) -> made(step, policy, place);
            case Loan.Full(var limit) -> {
                full = true;
                sessions.awaitTurn(limit, mail.destination());
                var trouble = new ConnectResult.Trouble(FailurePolicy.full(step.asked(), limit));
                yield pooled(step, policy, Connection.none(trouble), Optional.empty());
            }
        };
    }

    private PooledSession made(Step.Connect step, PolicyKey policy, Place place) {
        Instant began = sessions.now();
        boolean stands = false;
        try {
            var made = pooled(step, policy, caller.call(step, policy, busy ? Duration.ZERO : TURN), Optional.of(place));
            sessions.keep(made);
            stands = made.session().isPresent();
            return made;
        } finally {
            sessions.made(policy, place, began, stands);
        }
    }

    private PooledSession pooled(Step.Connect step, PolicyKey policy, Connection made, Optional<Place> place) {
        return new PooledSession(policy, made, step.clear(), sessions.now(), sessions.messages(mail.connector()),
                place);
    }

    /// Writes down what a call came to, unless mail is sent now, which says more.
    private Fact noted(Step.Connect step, PooledSession session, Fact.OfConnect fact) {
        switch (fact) {
            case Fact.Proven _ -> stopped = !answered.getAsBoolean();
            case Fact.Refused no ->
                recorder.tried(step, session, no.achieved(), no.ofMode(), false, no.why().sentence());
            case Fact.TlsFailed(var why, _) -> recorder.tried(step, session,
                    FailurePolicy.achieved(session.seen()), Optional.empty(), false, why.sentence());
            case Fact.Trouble(var what) -> {
                busy |= what.busy();
                recorder.tried(step, session, Level.None, Optional.empty(), false, what.sentence());
            }
        }
        return fact;
    }

    /// Empty where everybody has an outcome then.
    private Optional<Fact> send(Step.Send step, PooledSession session) {
        var asked = step.over().asked();
        String tls = session.seen() instanceof ConnectResult.Secured secured ? secured.proofs().words() : "";
        var transfer = new Transfer(mail, asked, session, left(),
                answer -> FailurePolicy.answer(answer, asked, session.addressText(), step.level(), tls, step.despite(),
                        session.seen().offers("DSN")));
        var end = transfer.over(session.session().orElseThrow());
        var settled = transfer.settled();
        outcomes.putAll(settled);
        boolean some = !outcomes.isEmpty();
        boolean delivered = settled.values().stream().anyMatch(Outcome.Delivered.class::isInstance);
        String said = settled.isEmpty() ? "" : settled.values().iterator().next().sentence();
        return switch (end) {
            case Transfer.End.Done() -> {
                tried(step, session, delivered, said);
                yield Optional.empty();
            }
            case Transfer.End.Over(var why, var freshHelps) -> {
                session.kill();
                // A host that says no to STARTTLS and then leaves may stay for who does not ask.
                boolean anew = freshHelps || session.seen().refusedStartTls();
                if (!settled.isEmpty()) tried(step, session, delivered, said);
                else if (!anew)
                    recorder.tried(step.over(), session, Level.None, Optional.empty(), false, why.sentence());
                yield Optional.of(anew ? new Fact.Ended(some) : new Fact.Over(why, some));
            }
            case Transfer.End.Unfit(var outcome) -> {
                tried(step, session, false, outcome.sentence());
                yield Optional.of(new Fact.Unfit(outcome, some));
            }
            case Transfer.End.Doubtful(var why) -> {
                session.kill();
                // What may have been delivered, and what we cannot read, is not offered to another host now.
                settleAll(FailurePolicy.trouble(why, asked.host().ascii()));
                tried(step, session, delivered, why.sentence());
                yield Optional.empty();
            }
        };
    }

    private void tried(Step.Send step, PooledSession session, boolean delivered, String said) {
        recorder.tried(step.over(), session, step.level(), Optional.empty(), delivered, said);
    }

    private boolean isDone() { return outcomes.size() == mail.recipients().size(); }

    private List<QueuedRecipient> left() {
        return mail.recipients().stream().filter(one -> !outcomes.containsKey(one.index())).toList();
    }

    private void settleAll(Outcome outcome) {
        for (var recipient : mail.recipients())
            outcomes.putIfAbsent(recipient.index(), outcome);
    }
}
