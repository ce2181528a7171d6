package org.sternpost.engine.control;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.DeliveryMode;
import org.sternpost.engine.delivery.ModeOutcome;
import org.sternpost.engine.delivery.Probe;
import org.sternpost.engine.delivery.Probe.Probed;
import org.sternpost.engine.delivery.Probe.Result;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.JudgedRoute.Explained;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.TrustJudge;

/// All that was learned of the way to one domain, and what follows for mail under each mode.
///
/// @param seen      empty when no host was called
/// @param forecasts one for each mode
record Chain(Domain domain, OutboundConnector connector, Explained explained, Map<Domain, Probed> seen,
        Map<DeliveryMode, ModeOutcome> forecasts) {

    /// Judges as mail would be judged and, if asked to, calls the hosts.
    static Chain of(OutboundConnector connector, Domain domain, TrustJudge judge, Optional<Probe> probe) {
        // Opportunistic learns most: after a bogus answer it asks again, and finds the hosts that Enabled never sees.
        Explained explained = judge.explain(connector, TlsValidation.Opportunistic, domain);
        JudgedRoute where = explained.destination();
        List<HostJudgement> hosts = where instanceof JudgedRoute.Hosts route ? route.hosts() : List.of();
        Map<Domain, Probed> seen = probe.map(one -> one.all(connector, hosts)).orElse(Map.of());
        // What is impossible by an unchecked answer alone is only unknown to Enabled.
        JudgedRoute strict = where instanceof JudgedRoute.Impossible
                ? judge.judge(connector, TlsValidation.Enabled, domain)
                : where;
        var forecasts = new EnumMap<DeliveryMode, ModeOutcome>(DeliveryMode.class);
        for (DeliveryMode mode : DeliveryMode.values())
            forecasts.put(mode, ModeOutcome.of(mode, connector, domain, switch (mode) {
                case Disabled, Opportunistic -> where;
                case Enabled, EnabledMandatory -> strict;
            }, seen));
        return new Chain(domain, connector, explained, seen, forecasts);
    }

    ModeOutcome under(DeliveryMode mode) {
        return forecasts.get(mode) instanceof ModeOutcome known ? known : none(mode);
    }

    /// The hosts in the order to try; none when there is no route.
    List<HostJudgement> hosts() {
        return explained.destination() instanceof JudgedRoute.Hosts route ? route.hosts() : List.of();
    }

    /// True if DANE proves the host and nothing proves the way to it (RFC 7672 §2.2.1).
    boolean isHalf(ModeOutcome.Delivers delivers) {
        return delivers.level() == Level.Dane && hosts().stream().anyMatch(host -> host.host().equals(delivers.host())
                && host.facts().mxStatus() == DnsStatus.Insecure);
    }

    /// What is wrong although mail reaches this host: hosts tried before it, records and policies that do not hold, a
    /// handshake that fails where clear text may do. What weighs most comes first.
    List<Failure> despite(ModeOutcome.Delivers delivers) {
        var wrong = new ArrayList<Failure>();
        for (HostJudgement host : hosts()) {
            Probed probed = seen.get(host.host());
            if (probed != null && probed.enabled() instanceof Result.Refuses(var why)) wrong.add(why);
            if (host.host().equals(delivers.host())) break;
        }
        hosts().stream().filter(host -> host.host().equals(delivers.host()))
                .forEach(host -> wrong.addAll(host.facts().notes()));
        if (seen.get(delivers.host()) instanceof Probed reached) reached.broken().ifPresent(wrong::add);
        return wrong;
    }

    /// What is odd without deciding, one sentence each.
    List<String> notes() {
        return hosts().stream().flatMap(host -> host.facts().notes().stream()).map(note -> note.sentence() + ".")
                .distinct().toList();
    }

    private static ModeOutcome none(DeliveryMode mode) { throw new IllegalStateException("no forecast for " + mode); }
}
