package org.sternpost.engine.control;

import org.sternpost.engine.control.Management.ReportQuery;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsOverride;
import org.sternpost.engine.control.view.DeliveryReportView;
import org.sternpost.engine.control.view.TlsReadinessView;
import org.sternpost.engine.evidence.Delays;
import org.sternpost.engine.evidence.Shadows.Fared;
import org.sternpost.engine.evidence.Verdicts;
import org.sternpost.engine.evidence.Verdicts.Column;
import org.sternpost.engine.evidence.Verdicts.Counted;
import org.sternpost.engine.evidence.Verdicts.DomainVerdict;
import org.sternpost.engine.evidence.Verdicts.Told;
import org.sternpost.engine.flow.Flows.Interceptions;
import org.sternpost.engine.flow.Interception;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Time;

/// Counts and readiness, read from what each attempt booked.
public final class Reports implements Management.ReportPort {

    private final Verdicts verdicts;
    private final Connectors connectors;
    private final MinimumEvidence minimum;
    private final Interceptions interceptions;
    private final Time time;

    /// @param minimum of what must have been judged before a connector is ready
    public Reports(Verdicts verdicts, Connectors connectors, MinimumEvidence minimum, Interceptions interceptions,
            Time time) {
        this.verdicts = verdicts;
        this.connectors = connectors;
        this.minimum = minimum;
        this.interceptions = interceptions;
        this.time = time;
    }

    @Override
    public List<DeliveryReportView> deliveries(ReportQuery query) throws ManagementException {
        List<Column> by = columns(query.groupBy());
        Instant from = Optional.ofNullable(query.since()).orElse(Instant.EPOCH);
        // What was counted while this is asked is in it.
        Instant until = Optional.ofNullable(query.until()).orElse(time.instant().plus(Duration.ofDays(1)));
        try {
            List<Told> told = by.contains(Column.reason) ? verdicts.told(from) : List.of();
            return verdicts.counts(from, until, connectors.idOf(text(query.connector())), text(query.domain()), by)
                    .stream().map(counted -> view(counted, told)).toList();
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    private DeliveryReportView view(Counted c, List<Told> told) {
        Optional<Told> latest = c.reason().isEmpty()
                ? Optional.empty()
                : told.stream().filter(one -> one.reason().equals(c.reason())
                        && (c.connector().isEmpty() || one.connector().equals(c.connector()))
                        && (c.domain().isEmpty() || one.domain().equals(c.domain()))).findFirst();
        Delays delays = c.tally().delays();
        return new DeliveryReportView(c.day(), c.hour(), connectors.nameOf(c.connector()), c.domain(), c.reason(),
                Readiness.code(c.reason()), c.delivered(), c.deferred(), c.failed(), c.tally().notices(),
                c.wouldFail(), delays.within(0.5).orElse(null), delays.within(0.95).orElse(null),
                delays.within(0.99).orElse(null), latest.map(Told::sentence).orElse(""),
                latest.map(Told::remedy).orElse(""), latest.map(Told::owner).orElse(""));
    }

    @Override
    public List<TlsReadinessView> readiness(@Nullable String connector, @Nullable Instant from,
            double maxFailurePercent)
            throws ManagementException {
        List<OutboundConnector> wanted = connector == null
                ? connectors.all()
                : List.of(ConnectorPlans.known(connectors, connector));
        Instant since = from != null ? from : time.instant().minus(minimum.window());
        List<DomainVerdict> all;
        List<Fared> fared;
        List<Interception> ours;
        try {
            ours = interceptions.since(since);
            all = verdicts.since(since);
            fared = verdicts.shadows().since(since);
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
        return wanted.stream().map(one -> new Readiness(one.name(),
                all.stream().filter(v -> v.connector().equalsIgnoreCase(one.id())).toList(),
                fared.stream().filter(f -> f.connector().equalsIgnoreCase(one.id()))
                        .collect(Collectors.toMap(Fared::domain, Function.identity(), (first, _) -> first)),
                excused(one), since, time.instant()).by(minimum, maxFailurePercent))
                .map(view -> OnOurWay.told(view, ours, maxFailurePercent)).toList();
    }

    private Map<Domain, TlsOverride> excused(OutboundConnector connector) {
        var excused = new TreeMap<Domain, TlsOverride>();
        for (TlsOverride e : connectors.exceptions().of(connector.id()))
            if (e.excuses() && e.isInForce(time.instant())) excused.put(e.domain(), e);
        return excused;
    }

    /// In their order.
    static List<Column> columns(Set<ReportQuery.Group> groups) {
        var by = new ArrayList<Column>();
        for (ReportQuery.Group group : ReportQuery.Group.values())
            if (groups.contains(group)) by.add(Column.values()[group.ordinal()]);
        return by;
    }

    static String text(@Nullable String value) { return value == null ? "" : value; }
}
