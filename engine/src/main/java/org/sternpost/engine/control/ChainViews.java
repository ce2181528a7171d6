package org.sternpost.engine.control;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.view.HandshakeView;
import org.sternpost.engine.control.view.HandshakeView.CertificateView;
import org.sternpost.engine.control.view.ProofView.HostProofView;
import org.sternpost.engine.control.view.MailRouteView;
import org.sternpost.engine.control.view.ProofView.ModeView;
import org.sternpost.engine.control.view.ProofView;
import org.sternpost.engine.control.view.ProofView.Sign;
import org.sternpost.engine.control.view.ProofView.StepView;
import org.sternpost.engine.delivery.DeliveryMode;
import org.sternpost.engine.delivery.ModeOutcome;
import org.sternpost.engine.delivery.Probe;
import org.sternpost.engine.delivery.Probe.Probed;
import org.sternpost.engine.delivery.Probe.Result;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Answer.Status;
import org.sternpost.engine.dns.ProofLog.ProofStep;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.SessionProofs.SessionFacts;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// A chain of proof as records: the steps, each host with what it showed, and what each mode makes of it.
final class ChainViews {

    private ChainViews() {}

    /// @param today what becomes of mail now; empty text when no connector of ours was asked about
    static ProofView proof(Chain chain, String today) {
        ModeOutcome enabled = chain.under(DeliveryMode.Enabled);
        return new ProofView(chain.domain().ascii(), sign(chain, enabled),
                enabled instanceof ModeOutcome.Delivers || enabled instanceof ModeOutcome.Depends,
                ChainWords.verdict(chain),
                ChainWords.remedy(chain), ChainWords.owner(chain),
                today, chain.notes(), today.isEmpty() ? "" : chain.connector().name(), steps(chain), hosts(chain),
                modes(chain));
    }

    static MailRouteView route(Chain chain, TlsValidation mode, String why, List<String> losers) {
        return new MailRouteView(chain.domain().ascii(), sign(chain, chain.under(DeliveryMode.Enabled)),
                chain.connector().name(),
                mode.name(), ChainWords.verdict(chain), ChainWords.remedy(chain), ChainWords.owner(chain),
                chain.connector().name() + " (" + mode + "): " + why, losers, steps(chain), hosts(chain), modes(chain));
    }

    private static List<StepView> steps(Chain chain) {
        var steps = new ArrayList<>(chain.explained().route().stream().map(ChainViews::step).toList());
        // The answer that ends the way may be proven and is bad all the same.
        if (chain.explained().destination() instanceof JudgedRoute.Impossible && !steps.isEmpty()) {
            StepView last = steps.removeFirst();
            steps.addFirst(new StepView(Sign.Bad, last.asked(), last.status(), last.answer(), last.conclusion(),
                    last.rule()));
        }
        return steps;
    }

    private static StepView step(ProofStep step) {
        return switch (step) {
            case ProofStep.Asked(var question, var answer, var rule, var conclusion) ->
                new StepView(sign(question, answer), question.toString(), answer.statusWord(), answer.text().strip(),
                        conclusion, rule);
            case ProofStep.Policy(var source, var where, var said, var rule, var conclusion) ->
                new StepView(sign(source), where, source.name(), said.strip(), conclusion, rule);
        };
    }

    private static Sign sign(ProofStep.Source source) {
        return switch (source) {
            case Fetched, Held -> Sign.Good;
            // docs/transport-security.md#fail-sts-policy: one that cannot be had blocks nothing by itself.
            case Failed -> Sign.Note;
        };
    }

    private static Sign sign(Question question, Answer answer) {
        return switch (answer) {
            case Answer.Found found -> found.status() == Status.Secure ? Sign.Good : Sign.Plain;
            case Answer.NoData _,Answer.NoSuchName _ -> Sign.Plain;
            case Answer.Failed(var kind, _) when kind.isOurs() -> Sign.Plain;
            // The record of a policy that cannot be had blocks nothing by itself.
            case Answer.Failed _ -> question.type() == RecordType.TXT ? Sign.Note : Sign.Bad;
        };
    }

    private static List<HostProofView> hosts(Chain chain) {
        return chain.hosts().stream().map(host -> host(chain, host)).toList();
    }

    private static HostProofView host(Chain chain, HostJudgement host) {
        Optional<Probed> seen = Optional.ofNullable(chain.seen().get(host.host()));
        var steps = new ArrayList<StepView>();
        chain.explained().hosts().getOrDefault(host.host().ascii(), List.of()).forEach(one -> steps.add(step(one)));
        for (Failure note : host.facts().notes())
            steps.add(new StepView(Sign.Note, "noted", note.reason().token(), note.sentence(), note.remedy(), ""));
        Result enabled = seen.map(Probed::enabled).orElseGet(() -> Probe.notCalled(chain.connector(), host));
        return new HostProofView(switch (enabled) {
            case Result.Accepts(_, var level) -> sign(level);
            case Result.Refuses _,Result.Trouble _ -> Sign.Bad;
            case Result.NotTried() -> Sign.Plain;
        }, host.host().ascii(), switch (enabled) {
            case Result.Accepts _ -> "Passed";
            case Result.Refuses _ -> "Refused";
            case Result.Trouble _ -> "Unreachable";
            case Result.NotTried() -> "NotCalled";
        }, host.preference(), host.addresses().stream().map(a -> a.getHostAddress()).toList(),
                enabled instanceof Result.Trouble(_, var sentence, _, _)
                        ? sentence + "."
                        : ChainWords.asked(host.enabled()),
                host.facts().dane() + ".", host.facts().mtaSts() + ".", steps,
                // A host that was refused before the call shows what its session alone would be worth.
                seen.filter(Probed::connected).map(one -> handshake(one,
                        host.enabled() instanceof TlsVerdict.Refused ? one.floor() : enabled)).orElse(null));
    }

    private static HandshakeView handshake(Probed seen, Result enabled) {
        Optional<SessionFacts> tls = seen.session();
        return new HandshakeView(switch (enabled) {
            case Result.Accepts(_, var level) -> sign(level);
            case Result.Refuses _,Result.Trouble _ -> Sign.Bad;
            case Result.NotTried() -> Sign.Plain;
        }, seen.address(), seen.said(), tls.map(SessionFacts::sni).orElse(""), seen.pkix(), switch (enabled) {
            case Result.Accepts(_, var level) -> shown(level);
            case Result.Refuses(var why) -> why.sentence() + ".";
            case Result.Trouble(_, var sentence, _, _) -> sentence + ".";
            case Result.NotTried() -> "";
        }, tls.map(SessionFacts::chain).orElse(List.of()).stream()
                .map(one -> new CertificateView(one.subject(), one.issuer(), one.names(), one.notBefore(),
                        one.notAfter(), one.sha256(), one.spkiSha256()))
                .toList());
    }

    private static String shown(Level level) {
        return switch (level) {
            case Dane -> "Its certificate matches a TLSA record: the host is authenticated.";
            case MtaSts -> "Its certificate is valid for its name: the policy is met.";
            case Authenticated -> "Its certificate satisfies the connector's TlsSettings.";
            case Encrypted -> "Encrypted; nobody is authenticated.";
            case Plaintext, None -> "In clear text.";
        };
    }

    private static List<ModeView> modes(Chain chain) {
        return Arrays.stream(DeliveryMode.values()).map(mode -> mode(chain, mode)).toList();
    }

    private static ModeView mode(Chain chain, DeliveryMode mode) {
        ModeOutcome forecast = chain.under(mode);
        Optional<Failure> failure = ChainWords.failure(forecast);
        String finalCode = failure.map(f -> f.reason().finalCode()).orElse("");
        String name = mode == DeliveryMode.EnabledMandatory ? "Enabled, Mandatory" : mode.name();
        return new ModeView(sign(chain, forecast), name, switch (forecast) {
            case ModeOutcome.Delivers _ -> "delivered";
            case ModeOutcome.Waits _ -> "waits";
            case ModeOutcome.Returns _ -> "returned";
            case ModeOutcome.Depends _ -> "depends";
        }, switch (forecast) {
            case ModeOutcome.Waits waits -> waits.code();
            case ModeOutcome.Returns(var code, _, _) -> code;
            case ModeOutcome.Delivers _,ModeOutcome.Depends _ -> "";
        }, finalCode, switch (forecast) {
            case ModeOutcome.Delivers delivers -> delivers.host().ascii();
            case ModeOutcome.Waits waits -> waits.host();
            case ModeOutcome.Depends(var host) -> host.host().ascii();
            case ModeOutcome.Returns _ -> "";
        }, forecast instanceof ModeOutcome.Delivers delivers ? delivers.level().name() : "",
                ChainWords.why(chain, mode),
                failure.map(f -> f.reason().token()).orElse(""), failure.map(Failure::sentence).orElse(""),
                failure.map(Failure::remedy).orElse(""), failure.map(f -> f.owner().name()).orElse(""));
    }

    private static Sign sign(Chain chain, ModeOutcome forecast) {
        return switch (forecast) {
            case ModeOutcome.Delivers delivers when delivers.despite().isPresent()
                    || !chain.despite(delivers).isEmpty() ->
                Sign.Note;
            case ModeOutcome.Delivers delivers -> sign(delivers.level());
            case ModeOutcome.Waits _,ModeOutcome.Returns _ -> Sign.Bad;
            case ModeOutcome.Depends _ -> Sign.Plain;
        };
    }

    private static Sign sign(Level level) {
        return switch (level) {
            case Dane, MtaSts, Authenticated -> Sign.Good;
            case Encrypted, Plaintext, None -> Sign.Plain;
        };
    }
}
