package org.sternpost.engine.control;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.control.view.MailFlowView;
import org.sternpost.engine.control.view.TlsExpiryView;
import org.sternpost.engine.control.view.TlsInventoryView;
import org.sternpost.engine.control.view.TlsReadinessView;
import org.sternpost.engine.filter.FilterJudge;
import org.sternpost.engine.flow.FlowCount.Published;
import org.sternpost.engine.flow.FlowCount.Sums;
import org.sternpost.engine.flow.Flows.Days;
import org.sternpost.engine.flow.Flows.Flow;
import org.sternpost.engine.flow.Flows;
import org.sternpost.engine.flow.Interception;
import org.sternpost.engine.flow.TlsInventory.Column;
import org.sternpost.engine.flow.TlsInventory;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Time;

/// Flows and the inventory of TLS, read from the sums of days.
public final class FlowReports implements FlowPort {

    private static final int TOP_SENDERS = 5;

    private final Flows flows;
    private final Connectors connectors;
    private final OwnConnector suggestions;
    private final EndsSoon ends;
    private final ProbedReadiness probes;
    private final Time time;

    public FlowReports(Flows flows, Connectors connectors, OwnConnector suggestions, EndsSoon ends,
            ProbedReadiness probes, Time time) {
        this.flows = flows;
        this.connectors = connectors;
        this.suggestions = suggestions;
        this.ends = ends;
        this.probes = probes;
        this.time = time;
    }

    @Override
    public List<MailFlowView> flows(Span span, @Nullable String connector, @Nullable String domain)
            throws ManagementException {
        try {
            String exact = domain == null || isPattern(domain) ? "" : Domain.of(domain).ascii();
            List<Interception> ours = flows.interceptions(span.since());
            return flows.all(days(span), exact).stream()
                    .filter(one -> fits(connectors.nameOf(one.connector()), connector)
                            && (!exact.isEmpty() || fits(one.domain(), domain)))
                    .map(one -> view(one, ours)).toList();
        } catch (IllegalArgumentException bad) {
            throw new ManagementException(ManagementException.Kind.Invalid, "-Domain: " + bad.getMessage(),
                    "write example.org, or *.example.org for those below it");
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    @Override
    public List<TlsInventoryView> inventory(Span span, List<Shown> by, Map<Shown, String> only,
            @Nullable Boolean postQuantum) throws ManagementException {
        var asked = new TlsInventory(days(span), by.stream().distinct().map(FlowReports::column).toList(),
                only.entrySet().stream().map(one -> new TlsInventory.Only(column(one.getKey()), one.getValue()))
                        .toList(),
                Optional.ofNullable(postQuantum));
        try {
            return flows.inventory(asked).stream().map(FlowReports::view).toList();
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    @Override
    public List<TlsExpiryView> endsWithin(Duration span) throws ManagementException { return ends.within(span); }

    @Override
    public List<TlsReadinessView> probed(@Nullable String connector, @Nullable Instant since, double maxFailurePercent,
            int most)
            throws ManagementException {
        return probes.all(connector, since, maxFailurePercent, most);
    }

    private Days days(Span span) {
        return Days.of(span.since(), Optional.ofNullable(span.until()).orElse(time.instant()));
    }

    private static Column column(Shown shown) { return Column.values()[shown.ordinal()]; }

    private static boolean isPattern(String text) { return text.indexOf('*') >= 0 || text.indexOf('?') >= 0; }

    private static boolean fits(String name, @Nullable String pattern) {
        return pattern == null || FilterJudge.matches(pattern, name);
    }

    private MailFlowView view(Flow one, List<Interception> ours) {
        Sums sums = one.sums();
        Published seen = sums.published();
        Optional<OwnConnector.Suggestion> own = suggestions.of(one, ours);
        return new MailFlowView(connectors.nameOf(one.connector()), one.domain(), sums.messages(), sums.octets(),
                one.senders().size(), senders(one), percent(sums.tls(), sums.messages()),
                percent(sums.tls13(), sums.messages()),
                percent(sums.tls() - sums.tls13() - sums.tls12(), sums.messages()),
                percent(sums.pq(), sums.messages()), percent(seen.dane(), seen.looked()),
                percent(seen.sts(), seen.looked()), percent(seen.proven(), seen.judged()),
                percent(seen.refused(), seen.judged()), one.last(), own.map(s -> s.kind().name()).orElse(""),
                own.map(OwnConnector.Suggestion::why).orElse(""), own.map(OwnConnector.Suggestion::command).orElse(""));
    }

    private static List<String> senders(Flow one) {
        var top = new ArrayList<String>();
        for (Flows.Sender sender : one.senders().stream().limit(TOP_SENDERS).toList())
            top.add(sender.domain() + " " + sender.messages());
        if (one.others() > 0) top.add("others " + one.others());
        return List.copyOf(top);
    }

    private static TlsInventoryView view(TlsInventory.Row one) {
        return new TlsInventoryView(one.of(Column.Domain), one.of(Column.Host), one.of(Column.Protocol),
                one.of(Column.Cipher), one.of(Column.KeyExchange), one.of(Column.Signature), one.of(Column.Key),
                one.of(Column.CertificateSignature), one.of(Column.Issuer), one.domains(), one.hosts(), one.seen(),
                one.last());
    }

    private static @Nullable Double percent(long part, long whole) {
        return whole == 0 ? null : (Double) (Math.round(1_000.0 * part / whole) / 10.0);
    }
}
