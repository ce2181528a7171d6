package org.sternpost.engine.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.delivery.AttemptResult.NextHop;
import org.sternpost.engine.delivery.DeliveryPlan.Step.Pass;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.Requirement.Proof;
import org.sternpost.engine.tls.Requirement;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.JudgedRoute;

/// Which host is tried next, what is asked of it, and what the mail comes to when none takes it. Pure.
///
/// The one place that says so, for mail ([DeliveryAttempt]), for calls without mail ([Probe], [ShadowJudge]) and for
/// what would become of mail under another mode ([ModeOutcome]): what is foretold is what happens, by construction.
final class DeliveryPlan {

    static final int ADDRESSES_MAX = 6; // of a host, both families

    private final JudgedRoute route;
    private final Terms terms;
    private final RequireTlsRules requireTls;

    DeliveryPlan(JudgedRoute route, Terms terms) {
        this.route = route;
        this.terms = terms;
        this.requireTls = new RequireTlsRules(terms);
    }

    /// The next step.
    ///
    /// @param facts what became of the steps before it, one for each, in their order
    Step next(List<Fact> facts) { return new Walk(facts.iterator()).step(); }

    /// What it is worth that a host showed this when it was called.
    Fact.OfConnect judged(Step.Connect step, ConnectResult seen) {
        if (seen instanceof ConnectResult.Trouble(var what)) return new Fact.Trouble(what);
        HostJudgement host = step.host();
        return switch (FailurePolicy.proof(step.asked(), seen, terms.clearText())) {
            case Proof.Proven(var level) -> requireTls
                    .unsupported(host, seen).<Fact.OfConnect>map(why -> refused(host, seen, why, why, level))
                    .orElseGet(() -> new Fact.Proven(level, seen.refusedStartTls()));
            case Proof.Refused(var why) when step.asked().needsTls() ->
                refused(host, seen, why, requireTls.refusal(host, seen, why), FailurePolicy.achieved(seen));
            // Without a requirement a failed handshake is trouble of the host, not a verdict of validation.
            case Proof.Refused(var why) -> new Fact.TlsFailed(why, seen.failedAtTls());
        };
    }

    private Fact.Refused refused(HostJudgement host, ConnectResult seen, Failure why, Failure told,
            Level achieved) {
        // What one sender asks beyond the mode is no refusal of the mode's.
        return new Fact.Refused(why, requireTls.asked() ? Optional.empty() : Optional.of(why), achieved,
                Obstacle.answered(FailurePolicy.refused(told, host.host().ascii()), requireTls.lasting(host, seen)));
    }

    /// Goes the way of the facts from the start, and stops where they end.
    private final class Walk {

        private final Iterator<Fact> facts;
        private final List<Obstacle> obstacles = new ArrayList<>();
        private final Set<Domain> refused = new HashSet<>(); // by validation, in the strict pass
        private Optional<Failure> despite = Optional.empty();
        private Optional<Outcome> unfit = Optional.empty();
        private boolean some; // recipients have an outcome

        Walk(Iterator<Fact> facts) { this.facts = facts; }

        Step step() {
            return switch (route) {
                case JudgedRoute.Impossible never ->
                    new Step.Finish(FailurePolicy.impossible(never), new NextHop.Answered(), false, false);
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

        private Optional<Step> passes(JudgedRoute.Hosts route) {
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

        private Optional<Step> strict(JudgedRoute.Hosts route) {
            if (route.routeProblem().isEmpty()) return pass(Pass.Strict, route.hosts());
            // RFC 7672 §2.1.2: a route whose lookup failed is not used, whatever was found by asking again.
            return first(route.hosts(), host -> refuse(Pass.Strict, host, route.routeProblem().getFirst()));
        }

        private Optional<Step> pass(Pass pass, List<HostJudgement> hosts) {
            return first(hosts, host -> visit(pass, host));
        }

        private Optional<Step> visit(Pass pass, HostJudgement host) {
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

        private Optional<Step> visit(Pass pass, HostJudgement host, InetAddress address, Requirement asked) {
            boolean clear = false;
            for (boolean fresh = false;; fresh = true) {
                var connect = new Step.Connect(pass, host, address, asked, clear, fresh);
                if (!facts.hasNext()) return Optional.of(connect);
                switch ((Fact.OfConnect) facts.next()) {
                    case Fact.Proven proven -> {
                        if (!facts.hasNext())
                            return Optional.of(new Step.Send(connect, proven.level(), despite));
                        if (!sent(host, (Fact.OfSend) facts.next())) return Optional.empty();
                        // A host that said no to STARTTLS and then left may stay for who does not ask.
                        clear = proven.refusedStartTls();
                    }
                    // RFC 7435 §3: clear text after a failed handshake, for mail that has waited and that nothing
                    // protects.
                    case Fact.TlsFailed(_, var ended) when ended && terms.clearText()
                            && !connect.clear() ->
                        clear = true;
                    case Fact.TlsFailed(var why, _) -> {
                        trouble(host, FailurePolicy.Said.of(why));
                        return Optional.empty();
                    }
                    case Fact.Trouble(var what) -> {
                        trouble(host, what);
                        return Optional.empty();
                    }
                    case Fact.Refused no -> {
                        if (pass == Pass.Strict) refused.add(host.host());
                        obstacles.add(no.obstacle());
                        return Optional.empty();
                    }
                }
            }
        }

        /// True if a fresh session with the same host may take who is left.
        private boolean sent(HostJudgement host, Fact.OfSend fact) {
            some |= fact.some();
            switch (fact) {
                case Fact.Ended _ -> {
                    return true;
                }
                case Fact.Over(var why, _) -> trouble(host, why);
                // The next host may have what this one lacks; the mail fails when none has it.
                case Fact.Unfit(var outcome, _) -> unfit = unfit.or(() -> Optional.of(outcome));
            }
            return false;
        }

        private void trouble(HostJudgement host, FailurePolicy.Said what) {
            obstacles.add(Obstacle.of(what, host.host().ascii()));
        }

        /// Lookups alone refuse the host.
        private Optional<Step> refuse(Pass pass, HostJudgement host, Failure why) {
            refused.add(host.host());
            Failure told = requireTls.refusal(why);
            obstacles.add(Obstacle.answered(FailurePolicy.refused(told, host.host().ascii()),
                    requireTls.lasting(host)));
            // What one sender asks beyond the mode is no refusal of the mode's.
            return skip(pass, host, why.reason().ofSender() ? Optional.empty() : Optional.of(why), told.sentence());
        }

        private Optional<Step> skip(Pass pass, HostJudgement host, Optional<Failure> why, String sentence) {
            if (!facts.hasNext()) return Optional.of(new Step.Skip(pass, host, why, sentence));
            facts.next();
            return Optional.empty();
        }

        private Step.Finish finish() {
            // A host that could not be asked may have what the others lack.
            if (obstacles.isEmpty())
                return new Step.Finish(unfit.orElseThrow(), new NextHop.Answered(), false, false);
            Obstacle most = mostTelling();
            Outcome.Deferred told = most.outcome();
            NextHop nextHop = obstacles.stream().anyMatch(Obstacle::crowded)
                    ? new NextHop.Crowded(told)
                    : obstacles.stream().anyMatch(Obstacle::busy)
                            ? new NextHop.Busy(told)
                            : !some && unfit.isEmpty() && obstacles.stream().allMatch(Obstacle::silent)
                                    ? new NextHop.Silent(told)
                                    : new NextHop.Answered();
            return new Step.Finish(
                    nextHop instanceof NextHop.Answered ? FailurePolicy.untaken(obstacles) : told, nextHop,
                    most.refused(), FailurePolicy.isHidden(obstacles));
        }

        private Obstacle mostTelling() { return FailurePolicy.mostTelling(obstacles); }

        private static <T> Optional<Step> first(List<T> all, Function<T, Optional<Step>> each) {
            for (T one : all) {
                var step = each.apply(one);
                if (step.isPresent()) return step;
            }
            return Optional.empty();
        }
    }

    /// What is to be done next. Each step but [Finish] is answered by one [Fact].
    sealed interface Step {

        /// Over which hosts the plan goes, and for what.
        enum Pass {
            /// As `Enabled` does.
            Strict,
            /// The floor of the connector alone: the only pass of `Disabled`, the second of `Opportunistic`.
            Relaxed;

            /// As evidence counts them.
            int number() { return ordinal() + 1; }
        }

        /// Have a session with this host at this address. [DeliveryPlan#judged] says what is shown there is worth.
        ///
        /// @param clear do not try STARTTLS: the host failed at it, and nothing requires it
        /// @param fresh a session kept from before does not do: one was just lost
        record Connect(Pass pass, HostJudgement host, InetAddress address, Requirement asked, boolean clear,
                boolean fresh) implements Step {
            InetSocketAddress peer() { return new InetSocketAddress(address, host.port()); }

            /// `192.0.2.1:25`.
            String peerText() { return address.getHostAddress() + ":" + host.port(); }
        }

        /// Send the mail over the session that the step before led to. A call without mail ends here: mail would flow.
        ///
        /// @param despite why the strict pass refused every host; empty where it did not
        record Send(Connect over, Level level, Optional<Failure> despite) implements Step {}

        /// Leave out a host that is not called.
        ///
        /// @param refused why the mode refuses it; empty if it does not, as where the host has no address
        record Skip(Pass pass, HostJudgement host, Optional<Failure> refused, String sentence) implements Step {}

        /// No host took the mail.
        ///
        /// @param outcome of everybody who has none yet
        /// @param nextHop what that says of the route; unless it answered, nobody was attempted where other sessions
        /// stand
        /// @param refused the host, or the route, that the outcome tells of answered and may not have the mail
        /// @param hidden  our own trouble kept us from judging a host that could have taken the mail
        record Finish(Outcome outcome, NextHop nextHop, boolean refused, boolean hidden) implements Step {}
    }

    /// What became of one [Step].
    sealed interface Fact {

        /// Of [Step.Skip]: it is written down.
        record Noted() implements Fact {}

        /// Of [Step.Connect], as [DeliveryPlan#judged] has it.
        sealed interface OfConnect extends Fact {}

        /// The host proves what is asked of it.
        ///
        /// @param refusedStartTls it goes on in clear text after it said no to STARTTLS
        record Proven(Level level, boolean refusedStartTls) implements OfConnect {}

        /// What the host showed does not satisfy.
        ///
        /// @param why      what is missing
        /// @param ofMode   the same where the mode asks for it, and not this one sender
        /// @param achieved level of the session
        /// @param obstacle what that means for the mail
        record Refused(Failure why, Optional<Failure> ofMode, Level achieved, Obstacle obstacle) implements OfConnect {}

        /// TLS failed where nothing requires it.
        ///
        /// @param ended there is no session: clear text needs a new one
        record TlsFailed(Failure why, boolean ended) implements OfConnect {}

        /// The host could not be talked to.
        record Trouble(FailurePolicy.Said what) implements OfConnect {}

        /// Of [Step.Send], where somebody is left without an outcome.
        sealed interface OfSend extends Fact {

            /// True if others have one by now.
            boolean some();
        }

        /// The session ended, which says nothing of a fresh one: it had waited, or taken some.
        record Ended(boolean some) implements OfSend {}

        /// The session ended.
        record Over(FailurePolicy.Said why, boolean some) implements OfSend {}

        /// The host lacks what the message needs.
        ///
        /// @param outcome if no other has it
        record Unfit(Outcome outcome, boolean some) implements OfSend {}
    }

    /// Under what mail is delivered: all that says, beside the route, which hosts may have it.
    ///
    /// @param domain     of the recipients
    /// @param requireTls the sender asks for REQUIRETLS (RFC 8689)
    /// @param clearText  the mail has waited long enough to go in clear text where TLS failed and nothing requires it
    record Terms(OutboundConnector connector, DeliveryMode mode, Domain domain, boolean requireTls,
            boolean clearText) {

        static Terms of(ClaimedDelivery mail) {
            return new Terms(mail.connector(), DeliveryMode.of(mail.mode()), mail.domain(),
                    mail.message().tls() == RequireTlsTag.Required, mail.plaintextFallback());
        }
    }
}
