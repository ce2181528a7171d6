package org.sternpost.engine.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.delivery.DeliveryPlan.Step;
import org.sternpost.engine.delivery.DeliveryPlan.Terms;
import org.sternpost.engine.delivery.Dialer.Connection;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tls.Handshake;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.SessionProofs.SessionFacts;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Failure.Remedy;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;

/// Calls each host of a route as mail would in every mode, and stops before `MAIL FROM`.
///
/// What the hosts showed answers for any mode what would become of mail: [ModeOutcome].
public final class Probe {

    private static final int HOSTS_MAX = 10;
    private static final Duration PATIENCE_MAX = Duration.ofSeconds(30); // somebody sits and waits

    private final Caller caller;

    /// Calls a host without mail.
    @FunctionalInterface
    interface Caller {
        Connection call(OutboundConnector connector, Step.Connect step);
    }

    public Probe(Handshake handshake, String hostName, Timeouts timeouts, Time time) {
        var dialer = new Dialer(handshake, hostName, shorter(timeouts), time);
        this((connector, step) -> dialer.dial(connector, step.peer(), step.asked(), step.clear()));
    }

    Probe(Caller caller) { this.caller = caller; }

    /// What a host does under one requirement.
    public sealed interface Result {

        /// Mail may flow, at this level.
        record Accepts(String address, Level level) implements Result {}

        /// Validation refuses the host.
        record Refuses(Failure why) implements Result {}

        /// The host cannot be talked to, which has nothing to do with validation.
        ///
        /// @param ours the same as a failure, where it is our own trouble
        record Trouble(String code, String sentence, Remedy remedy, Optional<Failure> ours) implements Result {}

        /// Nobody called it, and no rule decides without a call.
        record NotTried() implements Result {}
    }

    /// What one host showed.
    ///
    /// @param address that answered, `192.0.2.1:25`; empty text when none did
    /// @param said    what the host did at STARTTLS, or why there was no session, in words
    /// @param broken  why its handshake failed, or how it refused one it offers; empty when it did neither
    /// @param pkix    verdict of PKIX in words; empty text when there was no certificate
    /// @param enabled under the verdict of `Enabled`
    /// @param floor   under the connector's `TlsSettings` alone
    /// @param calls   all that were made
    public record Probed(Domain host, String address, String said, Optional<Failure> broken,
            Optional<SessionFacts> session, String pkix, Result enabled, Result floor, List<Call> calls) {

        public Probed { calls = List.copyOf(calls); }

        /// True if the host was reached, whatever its TLS was worth.
        public boolean connected() { return !address.isEmpty(); }

        /// What the host shows when it is called so; empty if it was not.
        Optional<ConnectResult> shown(Step.Connect step) {
            return calls.stream().filter(call -> call.answers(step)).map(call -> call.made().seen()).findFirst();
        }
    }

    /// One call and what came of it.
    public static final class Call {

        private final Step.Connect step;
        private final Connection made;

        Call(Step.Connect step, Connection made) {
            this.step = step;
            this.made = made;
        }

        Step.Connect step() { return step; }

        Connection made() { return made; }

        /// True if the host would show the same to another step.
        boolean answers(Step.Connect other) {
            if (!step.address().equals(other.address()) || step.clear() != other.clear()) return false;
            var one = step.asked();
            var two = other.asked();
            boolean sameOffer = one.sni().equals(two.sni()) && one.authenticates() == two.authenticates()
                    && one.needsTls() == two.needsTls();
            return sameOffer || switch (made.seen()) {
                // As mail does: what stands serves, unless the host must be asked for by another name.
                case ConnectResult.Secured _,ConnectResult.InClear _ ->
                    !two.authenticates() || one.sni().equals(two.sni());
                // What a host says to EHLO may depend on what is asked of it; where it is silent it is for all.
                case ConnectResult.Trouble(var what) -> what.reply().isEmpty();
                case ConnectResult.Broken _,ConnectResult.LeftAtStartTls _,ConnectResult.NotDialled() -> false;
            };
        }
    }

    /// Calls every host, each at its addresses in order until one satisfies.
    public Map<Domain, Probed> all(OutboundConnector connector, List<HostJudgement> hosts) {
        var probed = new LinkedHashMap<Domain, Probed>();
        for (HostJudgement host : hosts.stream().limit(HOSTS_MAX).toList())
            probed.put(host.host(), one(connector, host));
        return probed;
    }

    /// What `Enabled` says of a host that nobody called.
    public static Result notCalled(OutboundConnector connector, HostJudgement host) {
        return result(outcome(connector, host, DeliveryMode.Enabled, _ -> Optional.empty()));
    }

    private Probed one(OutboundConnector connector, HostJudgement host) {
        var calls = new ArrayList<Call>();
        ModeOutcome.Caller keeping = step -> {
            var known = calls.stream().filter(call -> call.answers(step)).findFirst();
            if (known.isPresent()) return known.map(call -> call.made().seen());
            var made = caller.call(connector, step);
            calls.add(new Call(step, made));
            return Optional.of(made.seen());
        };
        try {
            ModeOutcome enabled = outcome(connector, host, DeliveryMode.Enabled, keeping);
            outcome(connector, host, DeliveryMode.EnabledMandatory, keeping);
            // The second pass of Opportunistic asks the same.
            ModeOutcome floor = outcome(connector, host, DeliveryMode.Disabled, keeping);
            return probed(host, enabled, floor, calls);
        } finally {
            calls.forEach(call -> call.made().quit());
        }
    }

    /// What would become of mail if this were the only host.
    private static ModeOutcome outcome(OutboundConnector connector, HostJudgement host, DeliveryMode mode,
            ModeOutcome.Caller caller) {
        return ModeOutcome.of(new JudgedRoute.Hosts(host.host().ascii(), List.of(host), List.of()),
                new Terms(connector, mode, host.host(), false, true), caller);
    }

    private static Probed probed(HostJudgement host, ModeOutcome enabled, ModeOutcome floor, List<Call> calls) {
        // The address that satisfies speaks for the host, else the first that answers.
        Optional<Call> best = calls.stream()
                .filter(call -> enabled instanceof ModeOutcome.Delivers to
                        ? call.step().peerText().equals(to.address())
                        : !(call.made().seen() instanceof ConnectResult.Trouble))
                .findFirst();
        Optional<Call> told = best.or(() -> calls.isEmpty() ? Optional.empty() : Optional.of(calls.getLast()));
        var tls = best.stream().flatMap(
                one -> calls.stream().filter(call -> call.step().address().equals(one.step().address())))
                .flatMap(call -> call.made().seen() instanceof ConnectResult.Secured secured
                        ? Stream.of(secured.proofs())
                        : Stream.empty())
                .findFirst();
        return new Probed(host.host(), best.map(call -> call.step().peerText()).orElse(""),
                told.map(call -> words(call.made().seen())).orElse("not called"),
                told.flatMap(call -> FailurePolicy.fault(call.step().asked(), call.made().seen())),
                tls.map(one -> one.facts()), tls.map(one -> one.pkix()).orElse(""), result(enabled), result(floor),
                calls);
    }

    private static Result result(ModeOutcome outcome) {
        return switch (outcome) {
            case ModeOutcome.Delivers to -> new Result.Accepts(to.address(), to.level());
            case ModeOutcome.Waits waits when waits.refused() -> new Result.Refuses(waits.failure().orElseThrow());
            case ModeOutcome.Waits waits -> new Result.Trouble(waits.code(), waits.sentence(),
                    waits.remedy().orElseThrow(), waits.failure());
            case ModeOutcome.Depends _ -> new Result.NotTried();
            case ModeOutcome.Returns never -> throw new IllegalStateException("a host alone returns nothing: " + never);
        };
    }

    private static Timeouts shorter(Timeouts mail) {
        return new Timeouts(shorter(mail.connect()), shorter(mail.banner()), shorter(mail.handshake()),
                shorter(mail.command()), mail.content(), mail.transfer());
    }

    private static Duration shorter(Duration span) { return span.compareTo(PATIENCE_MAX) < 0 ? span : PATIENCE_MAX; }

    private static String words(ConnectResult seen) {
        return switch (seen) {
            case ConnectResult.Secured tls -> tls.proofs().words();
            case ConnectResult.InClear clear ->
                clear.refusal().map(no -> "refuses STARTTLS: " + no).orElse("offers no STARTTLS");
            case ConnectResult.LeftAtStartTls(var reply, _) -> "refuses STARTTLS and leaves: " + reply;
            case ConnectResult.Broken(var why, _) -> why.sentence();
            case ConnectResult.Trouble(var what) -> what.code() + " " + what.sentence();
            case ConnectResult.NotDialled() -> "not called";
        };
    }
}
