package org.sternpost.engine.control;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsOverride;
import org.sternpost.engine.control.view.TlsReadinessView;
import org.sternpost.engine.control.view.TlsReadinessView.DomainView;
import org.sternpost.engine.delivery.DeliveryMode;
import org.sternpost.engine.delivery.ModeOutcome;
import org.sternpost.engine.delivery.Probe;
import org.sternpost.engine.flow.Flows.Days;
import org.sternpost.engine.flow.Flows.Flow;
import org.sternpost.engine.flow.Flows;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.net.BoundedParallel;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;
import org.sternpost.engine.trust.TrustJudge;

/// What `Enabled` would do to the mail of a connector, asked of its domains' hosts themselves, without mail: for one
/// that is `Disabled`, whose mail proves nothing (docs/transport-security.md#readiness-probe).
public final class ProbedReadiness {

    private static final Duration MAIL = Duration.ofDays(30); // whose domains are asked
    private static final int AT_ONCE = 4;
    private static final Duration PAUSE = Duration.ofMillis(250); // of each of them before the next domain

    private final Flows flows;
    private final Connectors connectors;
    private final TrustJudge judge;
    private final Probe probe;
    private final Time time;

    public ProbedReadiness(Flows flows, Connectors connectors, TrustJudge judge, Probe probe, Time time) {
        this.flows = flows;
        this.connectors = connectors;
        this.judge = judge;
        this.probe = probe;
        this.time = time;
    }

    /// What one domain came to.
    ///
    /// @param why        empty where `Enabled` delivers
    /// @param unknown    nobody could tell, for a reason in words; empty text where it is known
    /// @param mandatory  it delivers with everything `Mandatory` too
    private record Told(Optional<Failure> why, String host, String unknown, boolean mandatory) {}

    /// @param connector null for all
    /// @param most      domains of each, those with most mail first
    List<TlsReadinessView> all(@Nullable String connector, @Nullable Instant from, double maxFailurePercent, int most)
            throws ManagementException {
        Instant since = from != null ? from : time.instant().minus(MAIL);
        List<OutboundConnector> wanted = connector == null
                ? connectors.all()
                : List.of(ConnectorPlans.known(connectors, connector));
        try {
            List<Flow> mail = flows.all(Days.of(since, time.instant()), "");
            var views = new ArrayList<TlsReadinessView>();
            for (OutboundConnector one : wanted)
                views.add(probed(one, mail.stream().filter(flow -> isOf(flow, one)).toList(), since, maxFailurePercent,
                        most));
            return views;
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new ManagementException(ManagementException.Kind.Unavailable, "the probe was stopped", "ask again");
        }
    }

    /// Whatever carried it then: it is the connector that would carry it now.
    private boolean isOf(Flow flow, OutboundConnector connector) {
        return connectors.choice(new Domain(flow.domain()), 0).connector().id().equals(connector.id());
    }

    private TlsReadinessView probed(OutboundConnector connector, List<Flow> mail, Instant since,
            double maxFailurePercent, int most) throws InterruptedException {
        var weights = new LinkedHashMap<String, Long>();
        for (Flow one : mail)
            weights.merge(one.domain(), Math.max(1, one.sums().messages()), Long::sum);
        List<String> domains = weights.keySet().stream().limit(most).toList();
        Map<String, Told> told = new ConcurrentHashMap<>();
        BoundedParallel.each(domains, AT_ONCE, "readiness-probe", domain -> told.put(domain, paced(connector, domain)));
        var details = new ArrayList<DomainView>();
        var unknown = new ArrayList<String>();
        for (String domain : domains) {
            Told one = told.getOrDefault(domain, new Told(Optional.empty(), "", "it was not asked", false));
            if (!one.unknown().isEmpty()) unknown.add(domain + " (" + one.unknown() + ")");
            details.add(view(connector, domain, weights.getOrDefault(domain, 1L), one));
        }
        details.sort(Comparator.comparingLong(DomainView::wouldFail).reversed());
        return view(connector, since, details, unknown, weights.size(), maxFailurePercent);
    }

    private Told paced(OutboundConnector connector, String domain) {
        try {
            time.sleep(PAUSE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Told(Optional.empty(), "", "the probe was stopped", false);
        }
        return told(connector, new Domain(domain));
    }

    private Told told(OutboundConnector connector, Domain domain) {
        var chain = Chain.of(connector, domain, judge, Optional.of(probe));
        boolean mandatory = chain.under(DeliveryMode.EnabledMandatory) instanceof ModeOutcome.Delivers;
        return switch (chain.under(DeliveryMode.Enabled)) {
            case ModeOutcome.Delivers to -> new Told(Optional.empty(), to.host().ascii(), "", mandatory);
            case ModeOutcome.Waits waits when waits.refused() && !waits.hidden()
                    && waits.failure().filter(why -> !why.isLocal()).isPresent() ->
                new Told(waits.failure(), waits.host(), "", false);
            case ModeOutcome.Waits waits -> new Told(Optional.empty(), waits.host(), waits.sentence(), false);
            case ModeOutcome.Returns returns -> new Told(Optional.empty(), "", returns.sentence(), false);
            case ModeOutcome.Depends on -> new Told(Optional.empty(), on.host().host().ascii(), "it was not called",
                    false);
        };
    }

    private DomainView view(OutboundConnector connector, String domain, long messages, Told told) {
        Optional<TlsOverride> exception = connectors.exceptions().inForce(connector.id(), new Domain(domain),
                time.instant()).filter(TlsOverride::excuses);
        boolean known = told.unknown().isEmpty();
        Instant now = time.instant();
        String reason = told.why().map(why -> why.reason().token()).orElse("");
        return new DomainView(domain, known ? messages : 0, told.why().isPresent() ? messages : 0, 0, 0,
                known && !told.mandatory() ? messages : 0, null, reason, Readiness.code(reason), told.host(),
                told.why().map(Failure::sentence).orElse(told.unknown()), told.why().map(Failure::remedy).orElse(""),
                told.why().map(Failure::owner).map(Reason.Owner::name).orElse(""),
                exception.map(Readiness::words).orElse(""), told.why().isPresent() ? now : null,
                known && told.why().isEmpty() ? now : null, false, known ? now : null);
    }

    private static TlsReadinessView view(OutboundConnector connector, Instant since, List<DomainView> details,
            List<String> unknown, int served, double maxFailurePercent) {
        long messages = details.stream().mapToLong(DomainView::messages).sum();
        long wouldFail = details.stream().mapToLong(DomainView::wouldFail).sum();
        long excepted = details.stream().filter(one -> !one.exception().isEmpty()).mapToLong(DomainView::wouldFail)
                .sum();
        List<String> failing = details.stream().filter(one -> one.wouldFail() > 0).map(DomainView::domain).toList();
        double percent = messages == 0 ? 0 : Math.round(10_000.0 * wouldFail / messages) / 100.0;
        var why = new ArrayList<String>();
        if (served == 0) why.add("no mail went over it since " + since + ", so there is no domain to ask");
        if (served > 0 && messages == 0) why.add("nobody could tell of any of its domains");
        double counting = messages == 0 ? 0 : 100.0 * (wouldFail - excepted) / messages;
        if (counting > maxFailurePercent)
            why.add(String.format(Locale.ROOT,
                    "mail like that of %d of %d messages would fail now (%.1f %%; the limit is "
                            + "%.1f %%): %s",
                    wouldFail - excepted, messages, counting, maxFailurePercent, Refusal.names(
                            details.stream().filter(one -> one.wouldFail() > 0 && one.exception().isEmpty())
                                    .map(DomainView::domain).toList())));
        boolean ready = why.isEmpty(); // what follows counts neither way
        if (!unknown.isEmpty()) why.add("not known of " + Refusal.names(unknown));
        if (served > details.size())
            why.add(details.size() + " of " + served + " domains were asked, those with most mail");
        return new TlsReadinessView(connector.name(), ready, messages, wouldFail, percent, 0, 0,
                details.stream().mapToLong(DomainView::mandatoryWouldFail).sum(), excepted, 0, 0,
                details.size(), failing, String.join("; ", why),
                details.stream().filter(one -> !one.exception().isEmpty()).map(DomainView::domain).toList(), List.of(),
                since, details);
    }
}
