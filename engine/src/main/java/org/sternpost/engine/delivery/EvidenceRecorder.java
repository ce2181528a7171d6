package org.sternpost.engine.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.AttemptResult.TlsSession;
import org.sternpost.engine.delivery.DeliveryPlan.Step;
import org.sternpost.engine.delivery.DeliveryPlan.Step.Pass;
import org.sternpost.engine.evidence.HostEvidence.Finding;
import org.sternpost.engine.evidence.HostEvidence.ModeVerdict;
import org.sternpost.engine.evidence.HostEvidence;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.Prover;
import org.sternpost.engine.tls.Requirement;
import org.sternpost.engine.tls.Requirement.Proof;
import org.sternpost.engine.tls.SessionProofs;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.FailureMessages;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.Reason;

/// Writes down what an attempt showed of each host, and what each stricter mode would have said of the same session
/// (docs/transport-security.md#evidence-kept).
final class EvidenceRecorder {

    private static final int PREFERENCE_UNKNOWN = 0;

    private final ClaimedDelivery mail;
    private final RefusedHosts refused;
    private final Time time;
    private final List<HostEvidence> seen = new ArrayList<>();
    private final List<TlsSession> openings = new ArrayList<>();
    private final Map<Place, Failure> strict = new HashMap<>();

    /// Hosts are judged address by address: one that fails says nothing of the next.
    private record Place(Domain host, Optional<InetSocketAddress> address) {}

    /// All that decides what one session shows of its host: with it unchanged, so is the evidence.
    record Asked(OutboundConnector connector, HostJudgement host, Requirement asked, Level achieved) {}

    EvidenceRecorder(ClaimedDelivery mail, RefusedHosts refused, Time time) {
        this.mail = mail;
        this.refused = refused;
        this.time = time;
    }

    List<HostEvidence> seen() { return seen; }

    List<TlsSession> openings() { return openings; }

    /// A host that was called.
    void tried(Step.Connect step, PooledSession call, Level achieved, Optional<Failure> why, boolean delivered,
            String result) {
        HostJudgement host = step.host();
        if (step.pass() == Pass.Strict)
            why.ifPresent(failure -> strict.put(new Place(host.host(), Optional.of(call.peer())), failure));
        var told = new HostEvidence.Result(delivered, result);
        if (strict.isEmpty()) {
            // What one session shows is judged once, however much mail it carries.
            HostEvidence alike = call.shown(new Asked(mail.connector(), host, step.asked(), achieved),
                    () -> evidence(step.pass(), host, Optional.of(call.peer()), Optional.of(step.asked()), achieved,
                            call.seen(), told));
            seen.add(new HostEvidence(attempt(step.pass()), alike.host(), alike.session(), alike.findings(),
                    alike.modes(), told));
        } else
            add(step.pass(), host, Optional.of(call.peer()), Optional.of(step.asked()), achieved, call.seen(), told);
        // Clear text after a failed handshake belongs to the attempt that failed; it is no session of its own.
        if (!call.lastResort()) opened(call);
    }

    /// A host that was not called, because its verdict or the lack of an address decided.
    void notDialled(Step.Skip step) {
        HostJudgement host = step.host();
        if (step.pass() == Pass.Strict)
            step.refused().ifPresent(failure -> strict.put(new Place(host.host(), Optional.empty()), failure));
        add(step.pass(), host, Optional.empty(), Optional.empty(), Level.None, new ConnectResult.NotDialled(),
                new HostEvidence.Result(false, step.sentence()));
        if (step.refused().isPresent() && refused.firstReport(mail, host.host(), step.refused().get().reason()))
            openings.add(new TlsSession(seen.getLast(), Optional.empty(), Optional.empty()));
    }

    /// A route that could not be learned: every mode waits.
    void unknown(Failure why) {
        var facts = new HostFacts(DnsStatus.Failed, DnsStatus.NotAsked, Optional.empty(), DnsStatus.NotAsked,
                List.of(), "not asked", "not asked", Optional.empty(), List.of());
        Pass pass = mail.mode() == TlsValidation.Disabled ? Pass.Relaxed : Pass.Strict;
        seen.add(new HostEvidence(attempt(pass),
                new HostEvidence.Host(mail.domain(), Optional.empty(), PREFERENCE_UNKNOWN, facts),
                new HostEvidence.Session(Optional.empty(), "", Level.None, Level.None),
                new HostEvidence.Findings(failing(why), new Finding.NotJudged("the route is not known")),
                HostEvidence.Modes.allRefuse(why), new HostEvidence.Result(false, why.sentence())));
        if (refused.firstReport(mail, mail.domain(), why.reason()))
            openings.add(new TlsSession(seen.getLast(), Optional.empty(), Optional.empty()));
    }

    private void opened(PooledSession call) {
        switch (call.seen()) {
            case ConnectResult.Secured tls -> opened(call, tls.local(), Optional.empty());
            case ConnectResult.InClear clear -> opened(call, clear.local(), Optional.empty());
            case ConnectResult.LeftAtStartTls(_, var local) -> opened(call, local, Optional.empty());
            case ConnectResult.Broken(var why, var local) -> opened(call, local, Optional.of(why));
            // RFC 8460 §4.3.4: time-outs and the like are no sessions.
            case ConnectResult.Trouble _,ConnectResult.NotDialled() -> {
            }
        }
    }

    /// Each policy domain hears of a session once, with the first of its messages.
    private void opened(PooledSession call, InetAddress local, Optional<Failure> handshake) {
        var opening = new TlsSession(seen.getLast(), Optional.of(local), handshake);
        if (call.firstReport(opening.policyDomain(mail.connector().route().useMXRecord()))) openings.add(opening);
    }

    private HostEvidence.Attempt attempt(Pass pass) {
        return new HostEvidence.Attempt(time.instant(), mail.connector().id(), mail.connector().stored().revision(),
                mail.mode(),
                pass.number(), mail.domain());
    }

    private void add(Pass pass, HostJudgement host, Optional<InetSocketAddress> address, Optional<Requirement> called,
            Level achieved, ConnectResult observed, HostEvidence.Result result) {
        seen.add(evidence(pass, host, address, called, achieved, observed, result));
    }

    /// @param called under what; empty where nobody was
    private HostEvidence evidence(Pass pass, HostJudgement host, Optional<InetSocketAddress> address,
            Optional<Requirement> called,
            Level achieved, ConnectResult observed, HostEvidence.Result result) {
        Optional<SessionProofs> tls = observed instanceof ConnectResult.Secured secured
                ? Optional.of(secured.proofs())
                : Optional.empty();
        var shown = new Shown(host, called, observed);
        ModeVerdict enabled = Optional.ofNullable(strict.get(new Place(host.host(), address)))
                .or(() -> Optional.ofNullable(strict.get(new Place(host.host(), Optional.empty()))))
                .<ModeVerdict>map(ModeVerdict.Refuses::new)
                .orElseGet(() -> shown.verdict(host.enabled()));
        ModeVerdict mandatory = shown.verdict(host.mandatory());
        return new HostEvidence(attempt(pass),
                new HostEvidence.Host(host.host(), address, host.preference(), facts(host, tls)),
                new HostEvidence.Session(tls.map(SessionProofs::facts), tls.map(SessionProofs::pkix).orElse(""),
                        achieved, called.map(Requirement::level).orElse(Level.None)),
                new HostEvidence.Findings(shown.finding(host.byDane(), host.facts().dane() + "."),
                        shown.finding(host.bySts(), host.facts().mtaSts() + ".")),
                new HostEvidence.Modes(shown.verdict(new TlsVerdict.None()), enabled,
                        mandatory.refusal().isPresent() || enabled instanceof ModeVerdict.Passes
                                ? mandatory
                                : enabled),
                result);
    }

    /// What modes and mechanisms say of one call, whatever it was made under.
    private final class Shown {

        private final HostJudgement host;
        private final Optional<Requirement> called;
        private final ConnectResult observed;

        Shown(HostJudgement host, Optional<Requirement> called, ConnectResult observed) {
            this.host = host;
            this.called = called;
            this.observed = observed;
        }

        ModeVerdict verdict(TlsVerdict verdict) {
            if (verdict instanceof TlsVerdict.Refused(var why)) return new ModeVerdict.Refuses(why);
            Requirement asked = Requirement.of(mail.connector(), host.host(), verdict);
            if (!asked.needsTls()) return new ModeVerdict.Passes();
            return known(asked).<ModeVerdict>map(proof -> proof instanceof Proof.Refused(var why)
                    ? new ModeVerdict.Refuses(why)
                    : new ModeVerdict.Passes()).orElseGet(() -> new ModeVerdict.NotJudged(unseen(asked)));
        }

        /// What one mechanism says of what was seen, as if it alone were asked.
        Finding finding(TlsVerdict alone, String seen) {
            return switch (alone) {
                case TlsVerdict.Refused(var why) -> failing(why);
                case TlsVerdict.None _ -> new Finding.NotJudged(seen);
                case TlsVerdict.Dane _,TlsVerdict.Sts _,TlsVerdict.Encrypted _ -> {
                    var asked = Requirement.of(mail.connector(), host.host(), alone).withoutFloor();
                    yield known(asked).map(proof -> switch (proof) {
                        case Proof.Refused(var why) -> failing(why);
                        case Proof.Proven(var level) -> new Finding.Holds(level == Level.Encrypted
                                ? "encrypted, and nobody to authenticate; " + seen
                                : "the certificate is the one that is asked for; " + seen);
                    }).orElseGet(() -> new Finding.NotJudged(unseen(asked) + "; " + seen));
                }
            };
        }

        /// What the call proves of another requirement; empty where nobody saw what it would have been shown
        /// (docs/transport-security.md#evidence-name).
        private Optional<Proof> known(Requirement asked) {
            Proof proof = FailurePolicy.proof(asked, observed, true);
            boolean told = switch (observed) {
                // RFC 7672 §8.1, RFC 8461 §7.1: each asks by a name of its own, and a host may answer each otherwise.
                case ConnectResult.Secured _ ->
                    proof instanceof Proof.Proven || !asked.authenticates() || name().equals(asked.sni());
                // RFC 6066 §3: a host may end the handshake because of the name; who offers less fares no better.
                case ConnectResult.Broken _ -> name().equals(asked.sni())
                        && (asked.authenticates() || !called.orElseThrow().authenticates());
                // Before the handshake no name is said.
                case ConnectResult.InClear clear -> !clear.isUntried();
                case ConnectResult.LeftAtStartTls _ -> true;
                case ConnectResult.Trouble _,ConnectResult.NotDialled() -> false;
            };
            return told ? Optional.of(proof) : Optional.empty();
        }

        private String unseen(Requirement asked) {
            if (observed instanceof ConnectResult.Trouble || called.isEmpty()) return "the host was not reached";
            if (observed instanceof ConnectResult.InClear) return "the host was not asked for TLS in this session";
            return name().equals(asked.sni())
                    ? "the host was offered other versions of TLS than this asks for"
                    : "the host was not asked for by the name " + asked.sni();
        }

        /// Under which the host was asked; a session that waited was opened by another call.
        private String name() {
            return observed instanceof ConnectResult.Secured tls
                    ? tls.proofs().facts().sni()
                    : called.orElseThrow().sni();
        }
    }

    private static Finding failing(Failure why) {
        return why.isLocal() ? new Finding.NotJudged(why.sentence()) : new Finding.Fails(why);
    }

    /// Old TLS is better than none where nobody asks for more, and is told of (RFC 8996 §4, §5).
    private HostFacts facts(HostJudgement host, Optional<SessionProofs> tls) {
        String protocol = tls.map(one -> one.facts().protocol()).orElse("TLSv1.3");
        return Prover.isCurrent(protocol)
                ? host.facts()
                : host.facts().noting(FailureMessages.obsoleteTls(host.host(), protocol)
                        .runBy(Reason.Owner.ofHosts(mail.connector())));
    }
}
