package org.sternpost.engine.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sternpost.engine.connector.Choice;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsException;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.view.ConnectorTestView;
import org.sternpost.engine.control.view.MailRouteView;
import org.sternpost.engine.control.view.ProofView;
import org.sternpost.engine.control.view.ProofView.StepView;
import org.sternpost.engine.delivery.Probe;
import org.sternpost.engine.delivery.Probe.Probed;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.trust.Destination;
import org.sternpost.engine.trust.Explained;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostJudgement;
import org.sternpost.engine.trust.Reason;
import org.sternpost.engine.trust.TlsVerdict;
import org.sternpost.engine.trust.TrustJudge;

/// Chains of proof without sending mail: the same judge and the same handshake that mail goes through.
final class Proofs {

    private final Connectors connectors;
    private final TrustJudge judge;
    private final Probe probe;
    private final Time time;

    Proofs(Connectors connectors, TrustJudge judge, Probe probe, Time time) {
        this.connectors = connectors;
        this.judge = judge;
        this.probe = probe;
        this.time = time;
    }

    ProofView dane(Domain domain, boolean connect) {
        return proof(domain, connect, SmtpDaneMode.Opportunistic, MtaStsMode.None);
    }

    ProofView mtaSts(Domain domain, boolean connect) {
        return proof(domain, connect, SmtpDaneMode.None, MtaStsMode.Opportunistic);
    }

    MailRouteView route(Domain recipient) {
        Choice choice = connectors.choice(recipient, 0);
        OutboundConnector connector = choice.connector();
        TlsValidation mode = connector.modeFor(recipient);
        Destination where = judge.judge(connector, mode, recipient);
        String why = choice.pattern() + " matches" + (choice.losers().isEmpty()
                ? ""
                : ", more specific than " + choice.losers().size() + " other"
                        + (choice.losers().size() == 1 ? "" : "s"))
                + choice.exception().map(Proofs::excepted).orElse("");
        var hosts = new ArrayList<MailRouteView.HostView>();
        String outcome = switch (where) {
            case Destination.Impossible(var code, var sentence) -> "returned: " + code + " " + sentence;
            case Destination.Unknown(var failure) -> "waits: " + failure.sentence();
            case Destination.Hosts route -> {
                for (HostJudgement host : route.hosts())
                    hosts.add(new MailRouteView.HostView(host.host().ascii(), host.preference(),
                            host.addresses().stream().map(a -> a.getHostAddress()).toList(), asked(host.enabled()),
                            host.facts().dane(), host.facts().mtaSts()));
                yield hosts.size() + (hosts.size() == 1 ? " host" : " hosts") + ", first "
                        + hosts.getFirst().host() + ": " + asked(route.hosts().getFirst().enabled());
            }
        };
        return new MailRouteView(recipient.ascii(), connector.name(), mode.name(), why, outcome, hosts,
                choice.losers());
    }

    private static String excepted(TlsException e) {
        return "; an exception applies: " + e.tlsValidation() + " until " + e.expires() + ", " + e.reason() + " ("
                + e.owner() + ")";
    }

    List<ConnectorTestView> connector(OutboundConnector connector, Optional<Domain> domain) {
        var tasks = new ArrayList<ConnectorTestView>();
        Domain target = domain.orElseGet(() -> Domain.of("smart-host.invalid"));
        Destination where = judge.judge(connector, TlsValidation.Enabled, target);
        switch (where) {
            case Destination.Impossible(var code, var sentence) ->
                tasks.add(new ConnectorTestView("Resolve", false, target.ascii(), code + " " + sentence, ""));
            case Destination.Unknown(var failure) -> tasks.add(
                    new ConnectorTestView("Resolve", false, target.ascii(), failure.sentence(), failure.remedy()));
            case Destination.Hosts route -> {
                tasks.add(new ConnectorTestView("Resolve", true, route.policyDomain(),
                        route.hosts().stream().map(h -> h.host().ascii()).collect(Collectors.joining(", ")), ""));
                for (Probed seen : probe.all(connector, route))
                    tasks.addAll(tasks(seen));
            }
        }
        return tasks;
    }

    private static List<ConnectorTestView> tasks(Probed seen) {
        String target = seen.host() + (seen.address().isEmpty() ? "" : " " + seen.address());
        var connected = new ConnectorTestView("Connection", seen.connected(), target, seen.said(), "");
        if (!seen.connected() && seen.refused().isEmpty()) return List.of(connected);
        var tls = seen.refused().map(f -> new ConnectorTestView("TLS", false, target, f.sentence(), f.remedy()))
                .orElseGet(() -> new ConnectorTestView("TLS", true, target, seen.achieved().toString(), ""));
        return seen.connected() ? List.of(connected, tls) : List.of(tls);
    }

    private ProofView proof(Domain domain, boolean connect, SmtpDaneMode dane, MtaStsMode sts) {
        OutboundConnector asked = asking(dane, sts);
        Explained explained = judge.explain(asked, TlsValidation.Enabled, domain);
        var steps = new ArrayList<StepView>();
        explained.steps().forEach(step -> steps.add(new StepView(step.question(), step.status(), step.answer(),
                step.rule(), step.conclusion())));
        return switch (explained.destination()) {
            case Destination.Impossible(var code, var sentence) ->
                new ProofView(domain.ascii(), false, code + " " + sentence, "", steps);
            case Destination.Unknown(var failure) ->
                new ProofView(domain.ascii(), false, failure.sentence(), remedy(failure), steps);
            case Destination.Hosts route when connect -> connected(domain, asked, route, steps);
            case Destination.Hosts route -> judged(domain, route, steps);
        };
    }

    private ProofView judged(Domain domain, Destination.Hosts route, List<StepView> steps) {
        Optional<Failure> first = route.hosts().stream().map(host -> refusal(host.enabled()))
                .flatMap(Optional::stream).findFirst();
        boolean usable = route.hosts().stream().anyMatch(host -> refusal(host.enabled()).isEmpty());
        return verdict(domain, usable, first, "Enabled would dial " + names(route, true) + ": "
                + asked(route.hosts().getFirst().enabled()), steps);
    }

    private ProofView connected(Domain domain, OutboundConnector asked, Destination.Hosts route,
            List<StepView> steps) {
        Optional<Failure> first = Optional.empty();
        String proved = "";
        for (Probed seen : probe.all(asked, route)) {
            boolean passed = seen.connected() && seen.refused().isEmpty();
            if (first.isEmpty()) first = seen.refused();
            if (passed && proved.isEmpty()) proved = seen.host() + " proves " + seen.achieved();
            steps.add(new StepView(seen.host() + " " + seen.address(), passed ? "Passed" : "Refused",
                    seen.session().map(s -> s.protocol() + ", certificate "
                            + s.chain().stream().findFirst().map(c -> c.subject() + ", SPKI SHA-256 " + c.spkiSha256())
                                    .orElse("none"))
                            .orElse(seen.said()),
                    "RFC 7672 §2.2", seen.refused().map(Failure::sentence)
                            .orElse(seen.connected() ? "proves " + seen.achieved() : seen.said())));
        }
        return verdict(domain, !proved.isEmpty(), first,
                proved.isEmpty() ? "no host could be reached" : "Enabled would deliver: " + proved, steps);
    }

    private static ProofView verdict(Domain domain, boolean satisfied, Optional<Failure> failure, String good,
            List<StepView> steps) {
        String sentence = satisfied || failure.isEmpty()
                ? good
                : "Enabled would not deliver: " + failure.get().sentence();
        return new ProofView(domain.ascii(), satisfied, sentence,
                satisfied ? "" : failure.map(Proofs::remedy).orElse(""),
                steps);
    }

    private OutboundConnector asking(SmtpDaneMode dane, MtaStsMode sts) {
        OutboundConnector c = Connectors.fresh("test", List.of(new DomainPattern.All()), time.instant());
        return new OutboundConnector(c.name(), true, "", c.recipientDomains(), true, List.of(), TlsValidation.Enabled,
                dane, sts, c.tlsSettings(), null, 0, null, null, 0, null, 1, c.whenCreated(), c.whenChanged(), null);
    }

    private static String remedy(Failure failure) {
        String who = failure.reason().owner() == Reason.Owner.OURS
                ? "This gateway's administrator: "
                : "The recipient's postmaster: ";
        return who + failure.remedy();
    }

    private static Optional<Failure> refusal(TlsVerdict verdict) {
        return verdict instanceof TlsVerdict.Refused(var why) ? Optional.of(why) : Optional.empty();
    }

    private static String names(Destination.Hosts route, boolean usable) {
        return route.hosts().stream().filter(host -> refusal(host.enabled()).isEmpty() == usable)
                .map(host -> host.host().ascii()).collect(Collectors.joining(", "));
    }

    private static String asked(TlsVerdict verdict) {
        return switch (verdict) {
            case TlsVerdict.Dane dane -> "DANE must match one of " + dane.usable().size() + " TLSA record"
                    + (dane.usable().size() == 1 ? "" : "s") + " of " + dane.base();
            case TlsVerdict.Encrypted() -> "TLS is required, nobody is authenticated (no usable TLSA record)";
            case TlsVerdict.Sts(var host, var id) -> "a PKIX certificate for " + host + " (MTA-STS policy " + id + ")";
            case TlsVerdict.None() -> "nothing is published; TLS is used when offered";
            case TlsVerdict.Refused(var why) -> "refused: " + why.sentence();
        };
    }
}
