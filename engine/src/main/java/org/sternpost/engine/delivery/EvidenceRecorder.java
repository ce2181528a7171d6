package org.sternpost.engine.delivery;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.evidence.Finding;
import org.sternpost.engine.evidence.HostEvidence;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.Proof;
import org.sternpost.engine.tls.Prover;
import org.sternpost.engine.tls.Requirement;
import org.sternpost.engine.tls.Secured;
import org.sternpost.engine.trust.DnsStatus;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.HostJudgement;
import org.sternpost.engine.trust.TlsVerdict;
import org.sternpost.engine.trust.FailureMessages;

/// Writes down what an attempt showed of each host, and what each stricter mode would have said of the same session
/// (docs/transport-security.md#evidence-kept).
final class EvidenceRecorder {

    private static final int PREFERENCE_UNKNOWN = 0;

    private final Consignment mail;
    private final Prover prover;
    private final SessionPool sessions;
    private final Time time;
    private final List<HostEvidence> seen = new ArrayList<>();
    private final List<TlsSession> openings = new ArrayList<>();
    private final Map<Place, Failure> strict = new HashMap<>();

    /// Hosts are judged address by address: one that fails says nothing of the next.
    private record Place(Domain host, String address) {}

    /// @param calls of the lane: they know which sessions have been told of
    /// What a host showed, and what that was found to prove so far.
    private record Shown(ConnectResult what, Map<String, Proof> proofs) {}

    EvidenceRecorder(Consignment mail, Prover prover, SessionPool sessions, Time time) {
        this.mail = mail;
        this.prover = prover;
        this.sessions = sessions;
        this.time = time;
    }

    Instant now() { return time.instant(); }

    List<HostEvidence> seen() { return seen; }

    List<TlsSession> openings() { return openings; }

    /// A host that was called.
    void tried(int pass, HostJudgement host, PooledSession call, Level required, Level achieved, Optional<Failure> why,
            boolean delivered, String result) {
        if (pass == 1) why.ifPresent(failure -> strict.put(new Place(host.host(), call.addressText()), failure));
        Optional<Secured> tls = call.seen() instanceof ConnectResult.Secure secure
                ? Optional.of(secure.tls())
                : Optional.empty();
        add(pass, host, call.addressText(), tls, achieved, required, new Shown(call.seen(), call.proofs()), delivered,
                result);
        // Clear text after a failed handshake belongs to the attempt that failed; it is no session of its own.
        if (!call.lastResort() && call.isNews()) opened(call.seen());
    }

    /// A host that was not called, because its verdict or the lack of an address decided.
    void notDialled(int pass, HostJudgement host, Optional<Failure> why, String result) {
        if (pass == 1) why.ifPresent(failure -> strict.put(new Place(host.host(), ""), failure));
        add(pass, host, "", Optional.empty(), Level.None, Level.None,
                new Shown(new ConnectResult.NotDialled(), new HashMap<>()), false, result);
        if (why.isPresent() && sessions.isNews(host.host(), why.get().reason()))
            openings.add(new TlsSession(seen.getLast(), "", Optional.empty()));
    }

    /// A route that could not be learned: every mode waits.
    void unknown(Failure why) {
        var facts = new HostFacts(DnsStatus.Failed, DnsStatus.NotAsked, Optional.empty(), DnsStatus.NotAsked,
                List.of(), "not asked", "not asked", Optional.empty(), List.of());
        seen.add(new HostEvidence(now(), mail.connector().id(), mail.connector().revision(), mail.mode(),
                mail.mode() == TlsValidation.Disabled ? 2 : 1, mail.domain(), mail.domain(), "", PREFERENCE_UNKNOWN,
                facts, Optional.empty(), "", failing(why), new Finding.NotJudged("the route is not known"),
                Level.None,
                Level.None, Optional.of(why), Optional.of(why),
                Optional.of(why), false, why.sentence()));
        if (sessions.isNews(mail.domain(), why.reason()))
            openings.add(new TlsSession(seen.getLast(), "", Optional.empty()));
    }

    private void opened(ConnectResult observed) {
        switch (observed) {
            case ConnectResult.Secure(var session, _) ->
                openings.add(new TlsSession(seen.getLast(), session.localAddress(),
                        Optional.empty()));
            case ConnectResult.InClear(var session, _) ->
                openings.add(new TlsSession(seen.getLast(), session.localAddress(),
                        Optional.empty()));
            case ConnectResult.LeftAtStartTls(_, var local) -> openings.add(new TlsSession(seen.getLast(), local,
                    Optional.empty()));
            case ConnectResult.Broken(var why, var local) -> openings.add(new TlsSession(seen.getLast(), local,
                    Optional.of(why)));
            // RFC 8460 §4.3.4: time-outs and the like are no sessions.
            case ConnectResult.Trouble _,ConnectResult.NotDialled() -> {
            }
        }
    }

    private void add(int pass, HostJudgement host, String address, Optional<Secured> tls, Level achieved,
            Level required, Shown observed, boolean delivered, String result) {
        Optional<Failure> enabled = Optional.ofNullable(strict.get(new Place(host.host(), address)))
                .or(() -> Optional.ofNullable(strict.get(new Place(host.host(), ""))))
                .or(() -> shadow(host, host.enabled(), observed));
        seen.add(new HostEvidence(now(), mail.connector().id(), mail.connector().revision(), mail.mode(), pass,
                mail.domain(), host.host(), address, host.preference(), facts(host, tls), tls.map(Secured::facts),
                tls.map(Secured::pkix).orElse(""), finding(host, host.byDane(), host.facts().dane(), observed),
                finding(host, host.bySts(), host.facts().mtaSts(), observed), achieved, required,
                shadow(host, new TlsVerdict.None(), observed), enabled,
                shadow(host, host.mandatory(), observed).or(() -> enabled), delivered, result));
    }

    /// What one mechanism says of what was seen, as if it alone were asked.
    private Finding finding(HostJudgement host, TlsVerdict alone, String seen, Shown observed) {
        switch (alone) {
            case TlsVerdict.Refused(var why) -> {
                return failing(why);
            }
            case TlsVerdict.None _ -> {
                return new Finding.NotJudged(seen);
            }
            case TlsVerdict.Dane _,TlsVerdict.Sts _,TlsVerdict.Encrypted _ -> {
                if (observed.what() instanceof ConnectResult.Trouble
                        || observed.what() instanceof ConnectResult.NotDialled)
                    return new Finding.NotJudged("the host was not reached; " + seen);
                var asked = new Requirement(host.host(), alone, TlsSettings.None, "");
                return switch (proof(asked, observed)) {
                    case Proof.Refused(var why) -> failing(why);
                    case Proof.Proven(var level) -> new Finding.Holds(level == Level.Encrypted
                            ? "encrypted, and nobody to authenticate; " + seen
                            : "the certificate is the one that is asked for; " + seen);
                };
            }
        }
    }

    private static Finding failing(Failure why) {
        return why.isLocal() ? new Finding.NotJudged(why.sentence()) : new Finding.Fails(why);
    }

    /// Old TLS is better than none where nobody asks for more, and is told of (RFC 8996 §4, §5).
    private static HostFacts facts(HostJudgement host, Optional<Secured> tls) {
        String protocol = tls.map(one -> one.facts().protocol()).orElse("TLSv1.3");
        return Prover.isCurrent(protocol)
                ? host.facts()
                : host.facts().noting(FailureMessages.obsoleteTls(host.host(), protocol));
    }

    private Optional<Failure> shadow(HostJudgement host, TlsVerdict verdict, Shown observed) {
        if (verdict instanceof TlsVerdict.Refused(var why)) return Optional.of(why);
        Requirement asked = Requirement.of(mail.connector(), host.host(), verdict);
        if (!asked.needsTls()) return Optional.empty();
        return proof(asked, observed) instanceof Proof.Refused(var why)
                ? Optional.of(why)
                : Optional.empty();
    }

    /// A session shows the same to all its mail, so evidence asks once for each requirement.
    private Proof proof(Requirement asked, Shown observed) {
        return observed.proofs().computeIfAbsent(asked.key(),
                _ -> FailurePolicy.proof(asked, observed.what(), true, prover));
    }
}
