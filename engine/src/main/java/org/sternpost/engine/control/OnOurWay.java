package org.sternpost.engine.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.control.view.TlsReadinessView;
import org.sternpost.engine.control.view.TlsReadinessView.DomainView;
import org.sternpost.engine.flow.Interception;
import org.sternpost.engine.trust.Reason;

/// Blames our own network, and not the partners, for what stands on the way to all of them
/// (docs/transport-security.md#own-network).
final class OnOurWay {

    private static final int HOSTS_NAMED = 5;

    private OnOurWay() {}

    /// The same with its failures in the right hands.
    ///
    /// @param maxFailurePercent what may fail of a connector that is ready
    static TlsReadinessView told(TlsReadinessView view, List<Interception> all, double maxFailurePercent) {
        long failing = 0;
        var ours = new ArrayList<Interception>();
        var details = new ArrayList<DomainView>();
        for (DomainView one : view.details()) {
            Optional<Interception> by = one.wouldFail() == 0 || one.repaired()
                    ? Optional.empty()
                    : of(one.domain(), one.host(), one.reason(), all);
            if (by.isPresent() && one.exception().isEmpty()) {
                failing += one.wouldFail();
                if (!ours.contains(by.get())) ours.add(by.get());
            }
            details.add(by.map(found -> with(one, found)).orElse(one));
        }
        var why = new ArrayList<String>();
        if (100.0 * failing > maxFailurePercent * view.messages()) ours.forEach(one -> why.add(sentence(one)));
        if (!view.why().isEmpty()) why.add(view.why());
        return new TlsReadinessView(view.connector(), view.ready(), view.messages(), view.wouldFail(),
                view.wouldFailPercent(),
                view.wouldDelay(), view.wouldReturn(), view.mandatoryWouldFail(), view.exceptedWouldFail(),
                view.exceptedWouldReturn(), view.repairedWouldFail(), view.domains(), view.failingDomains(),
                String.join("; ", why), view.exceptedDomains(), view.repairedDomains(), view.since(), details);
    }

    /// What explains that mail to a domain fails.
    ///
    /// @param reason its token
    static Optional<Interception> of(String domain, String host, String reason, List<Interception> all) {
        return all.stream().filter(one -> Reason.of(reason).filter(one.kind()::explains).isPresent())
                .filter(one -> host.isEmpty() ? one.domains().contains(domain) : one.hosts().contains(host))
                .findFirst();
    }

    private static DomainView with(DomainView one, Interception by) {
        return new DomainView(one.domain(), one.messages(), one.wouldFail(), one.wouldDelay(), one.wouldReturn(),
                one.mandatoryWouldFail(), one.delayedUntil(), one.reason(), one.code(), one.host(), sentence(by),
                remedy(by), Reason.Owner.OURS.name(), one.exception(), one.lastFailed(), one.passesSince(),
                one.repaired(), one.lastSeen());
    }

    /// What is wrong, and where.
    static String sentence(Interception by) {
        String hosts = by.hosts().size() + " mail hosts that have nothing to do with each other ("
                + String.join(", ", by.hosts().subList(0, Math.min(HOSTS_NAMED, by.hosts().size())))
                + (by.hosts().size() > HOSTS_NAMED ? ", …" : "") + ")";
        return switch (by.kind()) {
            case NoTls -> "it is our own network: STARTTLS is missing at " + hosts + ", which promise it or had it, so "
                    + "a firewall or proxy on our side takes it away";
            case OneIssuer ->
                "it is our own network: " + hosts + " show certificates of one issuer that is not trusted, "
                        + by.issuer() + ", so a firewall or proxy on our side puts its own in the place of theirs";
        };
    }

    /// Whose work it is, and what.
    static String remedy(Interception by) {
        return "Turn off whatever inspects SMTP or TLS between this gateway and the Internet (port 25), and see that "
                + "it is gone: openssl s_client -starttls smtp -connect " + by.hosts().getFirst()
                + ":25, here and from "
                + "another network.";
    }
}
