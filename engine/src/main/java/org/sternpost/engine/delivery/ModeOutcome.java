package org.sternpost.engine.delivery;

import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.delivery.DeliveryPlan.Fact;
import org.sternpost.engine.delivery.DeliveryPlan.Step;
import org.sternpost.engine.delivery.DeliveryPlan.Terms;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Failure.Remedy;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;

/// What would become of mail to a domain under one mode, by what its hosts showed when they were called.
///
/// Drives the [DeliveryPlan] that mail is driven by, up to the step that sends.
public sealed interface ModeOutcome {

    /// @param despite why `Enabled` would have refused every host; empty: it would have delivered
    record Delivers(Domain host, String address, Level level, Optional<Failure> despite) implements ModeOutcome {}

    /// The mail waits and is tried again.
    ///
    /// @param refused validation refuses the host, and it is not just in trouble
    /// @param hidden  our own trouble kept us from judging a host that could have taken the mail
    record Waits(String code, String sentence, String host, Optional<Failure> failure, Optional<Remedy> remedy,
            boolean refused, boolean hidden) implements ModeOutcome {}

    /// The mail is returned at once.
    record Returns(String code, String sentence, Remedy remedy) implements ModeOutcome {}

    /// Nothing was dialled, and the host must still show what is asked of it.
    record Depends(HostJudgement host) implements ModeOutcome {}

    /// Of mail without REQUIRETLS that has waited long enough for clear text.
    ///
    /// @param seen what each host showed; none for a host that was not called
    static ModeOutcome of(DeliveryMode mode, OutboundConnector connector, Domain domain, JudgedRoute where,
            Map<Domain, Probe.Probed> seen) {
        return of(where, new Terms(connector, mode, domain, false, true),
                step -> Optional.ofNullable(seen.get(step.host().host())).flatMap(one -> one.shown(step)));
    }

    /// What a host shows when it is called.
    @FunctionalInterface
    interface Caller {
        /// Empty where nobody knows.
        Optional<ConnectResult> call(Step.Connect step);
    }

    /// The same under any terms, whoever knows what the hosts show.
    static ModeOutcome of(JudgedRoute where, Terms terms, Caller caller) {
        var plan = new DeliveryPlan(where, terms);
        var facts = new ArrayList<Fact>();
        while (true)
            switch (plan.next(facts)) {
                case Step.Connect step -> {
                    Optional<ConnectResult> seen = caller.call(step);
                    if (seen.isEmpty()) return new Depends(step.host());
                    facts.add(plan.judged(step, seen.get()));
                }
                case Step.Send(var over, var level, var despite) -> {
                    return new Delivers(over.host().host(), over.peerText(), level, despite);
                }
                case Step.Skip _ -> facts.add(new Fact.Noted());
                case Step.Finish finish -> {
                    return of(finish);
                }
            }
    }

    private static ModeOutcome of(Step.Finish finish) {
        return switch (finish.outcome()) {
            case Outcome.Deferred d -> new Waits(d.code(), d.sentence(), d.host(), d.failure(), d.remedy(),
                    finish.refused(), finish.hidden());
            case Outcome.Failed f -> new Returns(f.code(), f.sentence(), f.remedy().orElseThrow());
            case Outcome.Delivered _ -> throw new IllegalStateException("no mail was sent");
        };
    }
}
