package org.sternpost.engine.delivery;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostJudgement;
import org.sternpost.engine.trust.Remedy;

/// What would become of mail to a domain under one mode, by what its hosts showed when they were called.
///
/// Follows [DeliveryAttempt] in the order of hosts and passes, and takes code and sentence from [FailurePolicy] as
/// mail does.
public sealed interface ModeOutcome {

    /// The modes a forecast is made for.
    enum Mode {
        Disabled, Opportunistic, Enabled,
        /// `Enabled` with every refinement that looks made `Mandatory`.
        EnabledMandatory
    }

    /// @param despite why `Enabled` would have refused every host; empty: it would have delivered
    record Delivers(Domain host, String address, Level level, Optional<Failure> despite) implements ModeOutcome {}

    /// The mail waits and is tried again.
    record Waits(String code, String sentence, String host, Optional<Failure> failure, Optional<Remedy> remedy)
            implements
                ModeOutcome {}

    /// The mail is returned at once.
    record Returns(String code, String sentence, Remedy remedy) implements ModeOutcome {}

    /// Nothing was dialled, and the host must still show what is asked of it.
    record Depends(HostJudgement host) implements ModeOutcome {}

    /// @param seen what each host showed; none for a host that was not called
    static ModeOutcome of(Mode mode, JudgedRoute where, Map<Domain, Probe.Probed> seen) {
        return switch (where) {
            case JudgedRoute.Impossible(var code, var sentence) ->
                new Returns(code, sentence, Remedies.impossible(code));
            case JudgedRoute.Unknown(var why) -> waits(FailurePolicy.unknown(why, mode == Mode.Disabled
                    ? TlsValidation.Disabled
                    : TlsValidation.Enabled));
            case JudgedRoute.Hosts route -> switch (mode) {
                case Disabled -> pass(route.hosts(), host -> result(host, seen).floor(), Optional.empty(),
                        new HashSet<>());
                case Enabled -> strict(route, host -> result(host, seen).enabled(), new HashSet<>());
                case EnabledMandatory -> strict(route, host -> result(host, seen).mandatory(), new HashSet<>());
                case Opportunistic -> {
                    var refused = new HashSet<Domain>();
                    ModeOutcome first = strict(route, host -> result(host, seen).enabled(), refused);
                    // Only validation that refused a host opens the relaxed pass: a host that is down stays down.
                    yield first instanceof Waits waits && !refused.isEmpty()
                            ? pass(route.hosts().stream().filter(host -> refused.contains(host.host())).toList(),
                                    host -> result(host, seen).floor(), waits.failure(), new HashSet<>())
                            : first;
                }
            };
        };
    }

    /// What a host does under the requirement of one pass.
    @FunctionalInterface
    interface Trial {
        Probe.Result of(HostJudgement host);
    }

    private static ModeOutcome strict(JudgedRoute.Hosts route, Trial trial, Set<Domain> refused) {
        // RFC 7672 §2.1.2: a route whose lookup failed is not used, whatever was found by asking again.
        if (route.routeProblem().isEmpty()) return pass(route.hosts(), trial, Optional.empty(), refused);
        route.hosts().forEach(host -> refused.add(host.host()));
        return waits(FailurePolicy.refused(route.routeProblem().getFirst(), route.hosts().getFirst().host().ascii()));
    }

    private static ModeOutcome pass(List<HostJudgement> hosts, Trial trial, Optional<Failure> despite,
            Set<Domain> refused) {
        var obstacles = new ArrayList<Waits>();
        for (HostJudgement host : hosts)
            switch (trial.of(host)) {
                case Probe.Result.Accepts(var address, var level) -> {
                    return new Delivers(host.host(), address, level, despite);
                }
                case Probe.Result.Refuses(var why) -> {
                    refused.add(host.host());
                    obstacles.add(waits(FailurePolicy.refused(why, host.host().ascii())));
                }
                case Probe.Result.Trouble(var code, var sentence, var remedy, var ours) -> obstacles.add(
                        waits(FailurePolicy.trouble(new FailurePolicy.Said(code, sentence, remedy, ours),
                                host.host().ascii())));
                case Probe.Result.NotTried() -> {
                    return new Depends(host);
                }
            }
        return FailurePolicy.mostTelling(obstacles, Waits::failure);
    }

    private static Probe.Probed result(HostJudgement host, Map<Domain, Probe.Probed> seen) {
        return Optional.ofNullable(seen.get(host.host())).orElseGet(() -> Probe.notCalled(host));
    }

    private static Waits waits(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Deferred d -> new Waits(d.code(), d.sentence(), d.host(), d.failure(), d.remedy());
            case Outcome.Delivered _,Outcome.Failed _ -> throw new IllegalArgumentException(outcome.toString());
        };
    }
}
