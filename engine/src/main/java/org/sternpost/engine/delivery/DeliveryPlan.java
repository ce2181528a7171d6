package org.sternpost.engine.delivery;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.sternpost.engine.delivery.DeliveryStep.Pass;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.Proof;
import org.sternpost.engine.tls.Requirement;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// Which host is tried next, what is asked of it, and what the mail comes to when none takes it. Pure.
///
/// The one place that says so, for mail ([DeliveryAttempt]), for calls without mail ([Probe], [ShadowJudge]) and for
/// what would become of mail under another mode ([ModeOutcome]): what is foretold is what happens, by construction.
final class DeliveryPlan {

    static final int ADDRESSES_MAX = 6; // of a host, both families

    private final JudgedRoute route;
    private final DeliveryTerms terms;
    private final RequireTlsRules requireTls;

    DeliveryPlan(JudgedRoute route, DeliveryTerms terms) {
        this.route = route;
        this.terms = terms;
        this.requireTls = new RequireTlsRules(terms);
    }

    /// The next step.
    ///
    /// @param facts what became of the steps before it, one for each, in their order
    DeliveryStep next(List<DeliveryFact> facts) { return new Walk(facts.iterator()).step(); }

    /// What it is worth that a host showed this when it was called.
    DeliveryFact.OfConnect judged(DeliveryStep.Connect step, ConnectResult seen) {
        if (seen instanceof ConnectResult.Trouble(var what)) return new DeliveryFact.Trouble(what);
        HostJudgement host = step.host();
        return switch (FailurePolicy.proof(step.asked(), seen, terms.clearText())) {
            case Proof.Proven(var level) -> requireTls
                    .unsupported(host, seen).<DeliveryFact.OfConnect>map(why -> refused(host, seen, why, why, level))
                    .orElseGet(() -> new DeliveryFact.Proven(level, seen.refusedStartTls()));
            case Proof.Refused(var why) when step.asked().needsTls() ->
                refused(host, seen, why, requireTls.refusal(host, seen, why), FailurePolicy.achieved(seen));
            // Without a requirement a failed handshake is trouble of the host, not a verdict of validation.
            case Proof.Refused(var why) -> new DeliveryFact.TlsFailed(why, seen.failedAtTls());
        };
    }

    private DeliveryFact.Refused refused(HostJudgement host, ConnectResult seen, Failure why, Failure told,
            Level achieved) {
        // What one sender asks beyond the mode is no refusal of the mode's.
        return new DeliveryFact.Refused(why, requireTls.asked() ? Optional.empty() : Optional.of(why), achieved,
                Obstacle.answered(FailurePolicy.refused(told, host.host().ascii()), requireTls.lasting(host, seen)));
    }

    /// Goes the way of the facts from the start, and stops where they end.
    private final class Walk {

        private final Iterator<DeliveryFact> facts;
        private final List<Obstacle> obstacles = new ArrayList<>();
        private final Set<Domain> refused = new HashSet<>(); // by validation, in the strict pass
        private Optional<Failure> despite = Optional.empty();
        private Optional<Outcome> unfit = Optional.empty();
        private boolean some; // recipients have an outcome

        Walk(Iterator<DeliveryFact> facts) { this.facts = facts; }

        DeliveryStep step() {
            return switch (route) {
                case JudgedRoute.Impossible never ->
                    new DeliveryStep.Finish(FailurePolicy.impossible(never), new NextHop.Answered(), false, false);
                case JudgedRoute.Unknown(var why) -> {
                    var outcome = requireTls.asked()
                            ? FailurePolicy.refused(requireTls.refusal(why), "")
                            : FailurePolicy.unknown(why, terms.mode());
                    obstacles.add(Obstacle.trouble(outcome, why.reason().isOutage(), false));
                    yield finish();
                }
                case JudgedRoute.Hosts hosts -> passes(hosts).orElseGet(this::finish);
            };
        }

        private Optional<DeliveryStep> passes(JudgedRoute.Hosts route) {
            // RFC 8689 §4.2.1: what a sender requires holds in every mode.
            if (terms.mode() == DeliveryMode.Disabled && !requireTls.asked())
                return pass(Pass.Relaxed, route.hosts());
            var step = strict(route);
            if (step.isPresent() || terms.mode() != DeliveryMode.Opportunistic || requireTls.asked()) return step;
            // Only validation that refused a host opens the relaxed pass: a host that is down stays down
            // (docs/transport-security.md#mode-opportunistic).
            if (some || refused.isEmpty()) return Optional.empty();
            despite = mostTelling().failure();
            obstacles.clear();
            return pass(Pass.Relaxed, route.hosts().stream().filter(host -> refused.contains(host.host())).toList());
        }

        private Optional<DeliveryStep> strict(JudgedRoute.Hosts route) {
            if (route.routeProblem().isEmpty()) return pass(Pass.Strict, route.hosts());
            // RFC 7672 §2.1.2: a route whose lookup failed is not used, whatever was found by asking again.
            return first(route.hosts(), host -> refuse(Pass.Strict, host, route.routeProblem().getFirst()));
        }

        private Optional<DeliveryStep> pass(Pass pass, List<HostJudgement> hosts) {
            return first(hosts, host -> visit(pass, host));
        }

        private Optional<DeliveryStep> visit(Pass pass, HostJudgement host) {
            TlsVerdict verdict = pass == Pass.Strict ? terms.mode().asks(host) : new TlsVerdict.None();
            if (verdict instanceof TlsVerdict.Refused(var why)) return refuse(pass, host, why);
            Optional<Failure> unproven = requireTls.unproven(host);
            if (unproven.isPresent()) return refuse(pass, host, unproven.get());
            Requirement asked = requireTls.of(host.host(), verdict);
            if (host.addresses().isEmpty()) {
                var why = FailurePolicy.noAddress(host, asked);
                trouble(host, why);
                return skip(pass, host, Optional.empty(), why.sentence());
            }
            // RFC 5321 §5.1: every address of a host is tried before the host counts as failed.
            return first(host.addresses().stream().limit(ADDRESSES_MAX).toList(),
                    address -> visit(pass, host, address, asked));
        }

        private Optional<DeliveryStep> visit(Pass pass, HostJudgement host, InetAddress address, Requirement asked) {
            boolean clear = false;
            for (boolean fresh = false;; fresh = true) {
                var connect = new DeliveryStep.Connect(pass, host, address, asked, clear, fresh);
                if (!facts.hasNext()) return Optional.of(connect);
                switch ((DeliveryFact.OfConnect) facts.next()) {
                    case DeliveryFact.Proven proven -> {
                        if (!facts.hasNext())
                            return Optional.of(new DeliveryStep.Send(connect, proven.level(), despite));
                        if (!sent(host, (DeliveryFact.OfSend) facts.next())) return Optional.empty();
                        // A host that said no to STARTTLS and then left may stay for who does not ask.
                        clear = proven.refusedStartTls();
                    }
                    // RFC 7435 §3: clear text after a failed handshake, for mail that has waited and that nothing
                    // protects.
                    case DeliveryFact.TlsFailed(_, var ended) when ended && terms.clearText()
                            && !connect.clear() ->
                        clear = true;
                    case DeliveryFact.TlsFailed(var why, _) -> {
                        trouble(host, FailurePolicy.Said.of(why));
                        return Optional.empty();
                    }
                    case DeliveryFact.Trouble(var what) -> {
                        trouble(host, what);
                        return Optional.empty();
                    }
                    case DeliveryFact.Refused no -> {
                        if (pass == Pass.Strict) refused.add(host.host());
                        obstacles.add(no.obstacle());
                        return Optional.empty();
                    }
                }
            }
        }

        /// True if a fresh session with the same host may take who is left.
        private boolean sent(HostJudgement host, DeliveryFact.OfSend fact) {
            some |= fact.some();
            switch (fact) {
                case DeliveryFact.Ended _ -> {
                    return true;
                }
                case DeliveryFact.Over(var why, _) -> trouble(host, why);
                // The next host may have what this one lacks; the mail fails when none has it.
                case DeliveryFact.Unfit(var outcome, _) -> unfit = unfit.or(() -> Optional.of(outcome));
            }
            return false;
        }

        private void trouble(HostJudgement host, FailurePolicy.Said what) {
            obstacles.add(Obstacle.of(what, host.host().ascii()));
        }

        /// Lookups alone refuse the host.
        private Optional<DeliveryStep> refuse(Pass pass, HostJudgement host, Failure why) {
            refused.add(host.host());
            Failure told = requireTls.refusal(why);
            obstacles.add(Obstacle.answered(FailurePolicy.refused(told, host.host().ascii()),
                    requireTls.lasting(host)));
            // What one sender asks beyond the mode is no refusal of the mode's.
            return skip(pass, host, why.reason().ofSender() ? Optional.empty() : Optional.of(why), told.sentence());
        }

        private Optional<DeliveryStep> skip(Pass pass, HostJudgement host, Optional<Failure> why, String sentence) {
            if (!facts.hasNext()) return Optional.of(new DeliveryStep.Skip(pass, host, why, sentence));
            facts.next();
            return Optional.empty();
        }

        private DeliveryStep.Finish finish() {
            // A host that could not be asked may have what the others lack.
            if (obstacles.isEmpty())
                return new DeliveryStep.Finish(unfit.orElseThrow(), new NextHop.Answered(), false, false);
            Obstacle most = mostTelling();
            Outcome.Deferred told = most.outcome();
            NextHop nextHop = obstacles.stream().anyMatch(Obstacle::crowded)
                    ? new NextHop.Crowded(told)
                    : obstacles.stream().anyMatch(Obstacle::busy)
                            ? new NextHop.Busy(told)
                            : !some && unfit.isEmpty() && obstacles.stream().allMatch(Obstacle::silent)
                                    ? new NextHop.Silent(told)
                                    : new NextHop.Answered();
            return new DeliveryStep.Finish(
                    nextHop instanceof NextHop.Answered ? FailurePolicy.untaken(obstacles) : told, nextHop,
                    most.refused(), FailurePolicy.isHidden(obstacles));
        }

        private Obstacle mostTelling() { return FailurePolicy.mostTelling(obstacles); }

        private static <T> Optional<DeliveryStep> first(List<T> all, Function<T, Optional<DeliveryStep>> each) {
            for (T one : all) {
                var step = each.apply(one);
                if (step.isPresent()) return step;
            }
            return Optional.empty();
        }
    }
}
