package org.sternpost.engine.control;

import org.sternpost.engine.control.Management.ReportQuery;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsOverride;
import org.sternpost.engine.control.view.DeliveryReportView;
import org.sternpost.engine.control.view.TlsReadinessView;
import org.sternpost.engine.control.view.TlsReadinessView.DomainView;
import org.sternpost.engine.evidence.Shadows.Fared;
import org.sternpost.engine.evidence.Verdicts;
import org.sternpost.engine.evidence.Verdicts.Column;
import org.sternpost.engine.evidence.Verdicts.DomainVerdict;
import org.sternpost.engine.evidence.Verdicts.Told;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.trust.Reason;

/// Counts and readiness, read from what each attempt booked.
public final class Reports implements Management.ReportPort {

    private final Verdicts verdicts;
    private final Connectors connectors;
    private final Time time;

    public Reports(Verdicts verdicts, Connectors connectors, Time time) {
        this.verdicts = verdicts;
        this.connectors = connectors;
        this.time = time;
    }

    @Override
    public List<DeliveryReportView> deliveries(ReportQuery query) throws ManagementException {
        var by = new ArrayList<Column>();
        for (ReportQuery.Group group : ReportQuery.Group.values())
            if (query.groupBy().contains(group)) by.add(Column.values()[group.ordinal()]);
        LocalDate from = day(Optional.ofNullable(query.since()).orElse(Instant.EPOCH));
        LocalDate to = day(Optional.ofNullable(query.until()).orElse(time.instant()));
        try {
            List<Told> told = verdicts.told(Optional.ofNullable(query.since()).orElse(Instant.EPOCH));
            return verdicts.counts(from, to, connectors.idOf(text(query.connector())), text(query.domain()), by)
                    .stream().map(c -> {
                        Optional<Told> latest = told.stream().filter(one -> one.reason().equals(c.reason())
                                && (c.connector().isEmpty() || one.connector().equals(c.connector()))
                                && (c.domain().isEmpty() || one.domain().equals(c.domain()))).findFirst();
                        return new DeliveryReportView(c.day(), connectors.nameOf(c.connector()), c.domain(), c.reason(),
                                code(c.reason()),
                                c.delivered(), c.deferred(), c.failed(), c.wouldFail(),
                                latest.map(Told::sentence).orElse(""), latest.map(Told::remedy).orElse(""),
                                latest.map(Told::owner).orElse(""));
                    }).toList();
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    @Override
    public List<TlsReadinessView> readiness(@Nullable String connector, Instant since, double maxFailurePercent)
            throws ManagementException {
        List<OutboundConnector> wanted = connector == null
                ? connectors.all()
                : List.of(ConnectorPlans.known(connectors, connector));
        List<DomainVerdict> all;
        List<Fared> fared;
        try {
            all = verdicts.since(since);
            fared = verdicts.shadows().since(since);
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
        return wanted.stream().map(one -> readiness(one,
                all.stream().filter(v -> v.connector().equalsIgnoreCase(one.id())).toList(),
                fared.stream().filter(f -> f.connector().equalsIgnoreCase(one.id()))
                        .collect(Collectors.toMap(Fared::domain, Function.identity(), (first, _) -> first)),
                since,
                maxFailurePercent)).toList();
    }

    private TlsReadinessView readiness(OutboundConnector connector, List<DomainVerdict> domains,
            Map<Domain, Fared> fared, Instant since, double maxFailurePercent) {
        Map<Domain, TlsOverride> excused = excused(connector);
        long messages = messages(domains);
        long wouldFail = wouldFail(domains);
        var outside = domains.stream().filter(v -> !excused.containsKey(v.domain())).toList();
        var worst = domains.stream().sorted(Comparator.comparingLong(DomainVerdict::wouldFail).reversed()
                .thenComparing(DomainVerdict::domain)).toList();
        List<DomainView> details = worst.stream().map(v -> new DomainView(v.domain().ascii(), v.messages(),
                v.wouldFail(), fared(fared, v).delayed(), fared(fared, v).returned(), v.mandatoryWouldFail(),
                fared(fared, v).until().orElse(null), v.reason(), code(v.reason()), v.host(), v.sentence(),
                v.remedy(), v.owner(),
                Optional.ofNullable(excused.get(v.domain())).map(Reports::words).orElse(""), v.course().last())).toList();
        return new TlsReadinessView(connector.name(),
                messages(outside) > 0 && percent(wouldFail(outside), messages(outside)) <= maxFailurePercent, messages,
                wouldFail,
                percent(wouldFail, messages), sum(details, DomainView::wouldDelay),
                sum(details, DomainView::wouldReturn), sum(details, DomainView::mandatoryWouldFail),
                wouldFail - wouldFail(outside),
                domains.stream().filter(v -> excused.containsKey(v.domain()))
                        .mapToLong(v -> fared(fared, v).returned()).sum(),
                domains.size(),
                worst.stream().filter(v -> v.wouldFail() > 0)
                        .map(v -> v.domain().ascii()).toList(),
                excused.keySet().stream().map(Domain::ascii).toList(), since, details);
    }

    private Map<Domain, TlsOverride> excused(OutboundConnector connector) {
        var excused = new TreeMap<Domain, TlsOverride>();
        for (TlsOverride e : connectors.exceptions().of(connector.id()))
            if (e.excuses() && e.isInForce(time.instant())) excused.put(e.domain(), e);
        return excused;
    }

    /// What was judged without mail, and what was seen of mail that `Enabled` did hold back.
    private static Fared fared(Map<Domain, Fared> fared, DomainVerdict of) {
        Fared shadow = fared.getOrDefault(of.domain(), new Fared(of.connector(), of.domain(), 0, 0, Optional.empty()));
        return new Fared(of.connector(), of.domain(), shadow.delayed() + of.course().delayed(), shadow.returned(),
                Stream.of(shadow.until(), of.course().until()).flatMap(Optional::stream)
                        .max(Comparator.naturalOrder()));
    }

    private static long sum(List<DomainView> details, ToLongFunction<DomainView> count) {
        return details.stream().mapToLong(count).sum();
    }

    private static String words(TlsOverride e) {
        return e.tlsValidation() + " until " + e.expires() + ": " + e.reason() + " (" + e.owner() + ")";
    }

    private static long messages(List<DomainVerdict> domains) {
        return domains.stream().mapToLong(DomainVerdict::messages).sum();
    }

    private static long wouldFail(List<DomainVerdict> domains) {
        return domains.stream().mapToLong(DomainVerdict::wouldFail).sum();
    }

    private static double percent(long part, long whole) {
        return whole == 0 ? 0 : Math.round(10_000.0 * part / whole) / 100.0;
    }

    private static String code(String token) { return Reason.of(token).map(Reason::waitingCode).orElse(""); }

    private static LocalDate day(Instant at) { return LocalDate.ofInstant(at, ZoneOffset.UTC); }

    private static String text(@Nullable String value) { return value == null ? "" : value; }
}
