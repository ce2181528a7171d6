package org.sternpost.engine.delivery;

import java.util.Optional;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.delivery.DeliveryPlan.Terms;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.tls.Requirement.Proof;
import org.sternpost.engine.tls.Requirement;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.Reason;
import org.sternpost.engine.trust.RequireTls;
import org.sternpost.engine.trust.RequireTlsFailures;

/// What a sender's `REQUIRETLS` changes in a delivery (RFC 8689 §4.2.1). Pure.
///
/// Of mail that waits connector and mode speak first: what they refuse keeps its own reason, and only what they would
/// let pass is refused in the name of REQUIRETLS. Whether no later attempt can help is asked of REQUIRETLS alone.
final class RequireTlsRules {

    private final Terms terms;
    private final boolean asked;

    RequireTlsRules(Terms terms) {
        this.terms = terms;
        this.asked = terms.requireTls();
    }

    /// False for mail without REQUIRETLS, of which nothing here speaks.
    boolean asked() { return asked; }

    /// True if a notification was refused only because of REQUIRETLS, and so goes as other mail does.
    static boolean yields(ClaimedDelivery mail, AttemptResult attempt) {
        // RFC 8689 §5: from the null path, the option must not cause a notification to be lost.
        return mail.message().tls() == RequireTlsTag.Required && mail.message().sender() instanceof ReversePath.Null
                && !attempt.outcomes().isEmpty()
                && attempt.outcomes().values().stream().allMatch(RequireTlsRules::isOurs);
    }

    /// What a host must prove to get the message.
    Requirement of(Domain host, TlsVerdict verdict) {
        var own = Requirement.of(terms.connector(), host, verdict);
        return asked ? own.requiringTls() : own;
    }

    /// Why a host that its verdict lets pass is not called.
    Optional<Failure> unproven(HostJudgement host) {
        return asked
                ? RequireTls.unproven(host, terms.domain(), terms.connector().tls().tlsSettings())
                : Optional.empty();
    }

    /// Why a session that proves what is asked may not carry the message.
    Optional<Failure> unsupported(HostJudgement host, ConnectResult seen) {
        // RFC 8689 §4.2.1 step 5: the reply to EHLO within TLS counts, and no other.
        return asked && seen instanceof ConnectResult.Secured && !seen.offers(RequireTls.KEYWORD)
                ? Optional.of(RequireTlsFailures.requireTlsUnsupported(host.host()).runBy(operator()))
                : Optional.empty();
    }

    /// The refusal of a host, or of a route, that lookups alone decided.
    Failure refusal(Failure why) { return !asked || enforced() ? why : RequireTls.refusal(why); }

    /// The refusal of a host that was called.
    Failure refusal(HostJudgement host, ConnectResult seen, Failure why) {
        if (!asked) return why;
        Requirement own = Requirement.of(terms.connector(), host.host(),
                enforced() ? terms.mode().asks(host) : new TlsVerdict.None());
        if (own.needsTls() && FailurePolicy.proof(own, seen, true) instanceof Proof.Refused(var first))
            return first;
        return switch (seen) {
            case ConnectResult.InClear clear -> inClear(host, clear.said());
            case ConnectResult.LeftAtStartTls(var reply, _) ->
                inClear(host, reply.toString());
            case ConnectResult.Secured _,ConnectResult.Broken _,ConnectResult.Trouble _,ConnectResult.NotDialled() ->
                RequireTls.refusal(why);
        };
    }

    /// Why a host that was called can never have the message, whatever connector and mode add.
    Optional<Failure> lasting(HostJudgement host, ConnectResult seen) {
        if (!asked) return Optional.empty();
        return switch (seen) {
            // RFC 8689 §4.2.1 step 2: no STARTTLS; a host that refuses it for now may offer it yet.
            case ConnectResult.InClear clear when clear.isFinal() ->
                Optional.of(inClear(host, clear.said()));
            case ConnectResult.Secured tls -> {
                var alone = Requirement.of(terms.connector(), host.host(), host.enabled()).withoutFloor()
                        .requiringTls();
                yield tls.proofs().of(alone) instanceof Proof.Refused(var why)
                        ? Optional.of(why).filter(one -> !one.isLocal()).map(RequireTls::refusal)
                        : unsupported(host, seen);
            }
            case ConnectResult.InClear _,ConnectResult.LeftAtStartTls _,ConnectResult.Broken _ -> Optional.empty();
            case ConnectResult.Trouble _,ConnectResult.NotDialled() -> Optional.empty();
        };
    }

    /// The same of a host that lookups alone refused.
    Optional<Failure> lasting(HostJudgement host) {
        return asked
                ? RequireTls.neverProven(host, terms.domain(), terms.connector().tls().tlsSettings())
                : Optional.empty();
    }

    private Failure inClear(HostJudgement host, String said) {
        return RequireTlsFailures.requireTlsInClear(host.host(), said).runBy(operator());
    }

    private Reason.Owner operator() { return Reason.Owner.ofHosts(terms.connector()); }

    /// True if mode and connector enforce all that is looked up for REQUIRETLS.
    private boolean enforced() {
        return terms.mode().asksAll() && terms.connector().tls().smtpDaneMode() != SmtpDaneMode.None
                && terms.connector().tls().mtaStsMode() != MtaStsMode.None;
    }

    private static boolean isOurs(Outcome outcome) {
        Optional<Failure> failure = switch (outcome) {
            case Outcome.Delivered _ -> Optional.empty();
            case Outcome.Deferred wait -> wait.failure();
            case Outcome.Failed never -> never.failure();
        };
        return failure.filter(why -> why.reason().ofSender()).isPresent();
    }
}
