package org.sternpost.engine.control;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.control.Management.ReportQuery.Group;
import org.sternpost.engine.control.Management.ReportQuery;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.SettingChanges.Changed;
import org.sternpost.engine.control.page.DeliveryPage;
import org.sternpost.engine.control.page.DeliveryRows;
import org.sternpost.engine.control.page.NextSteps;
import org.sternpost.engine.control.page.PageWriter;
import org.sternpost.engine.control.view.DeliveryComparisonView;
import org.sternpost.engine.control.view.DeliveryReportView;
import org.sternpost.engine.control.view.ExportedReportView;
import org.sternpost.engine.control.view.OutboundSecurityView;
import org.sternpost.engine.evidence.Delays;
import org.sternpost.engine.evidence.Verdicts;
import org.sternpost.engine.evidence.Verdicts.Column;
import org.sternpost.engine.evidence.Verdicts.Counted;
import org.sternpost.engine.evidence.Verdicts.Tally;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.trust.Reason;

/// Reports of several questions to the counts: before and after, how mail was secured, and the page for people.
public final class DeliveryReports implements DeliveryReportPort {

    private static final Duration CHANGE_SPAN = Duration.ofDays(7); // looked at on each side, on the page

    private final Database database;
    private final Verdicts verdicts;
    private final Connectors connectors;
    private final Reports reports;
    private final String gateway;
    private final Time time;

    public DeliveryReports(Database database, Verdicts verdicts, Connectors connectors, Reports reports,
            String gateway, Time time) {
        this.database = database;
        this.verdicts = verdicts;
        this.connectors = connectors;
        this.reports = reports;
        this.gateway = gateway;
        this.time = time;
    }

    @Override
    public List<DeliveryComparisonView> compare(@Nullable Instant around, Duration length, ReportQuery query)
            throws ManagementException {
        if (length.compareTo(Duration.ofMinutes(1)) < 0)
            throw new ManagementException(Kind.Invalid, "-Span " + length + " is less than a minute",
                    "counts are of minutes");
        Instant at = around;
        if (at == null) {
            Optional<Changed> last = lastChange(query.connector(), Instant.EPOCH);
            if (last.isEmpty())
                throw new ManagementException(Kind.NotFound, "the audit knows of no change of a setting"
                        + (query.connector() == null ? "" : " of " + query.connector()),
                        "-Around gives the moment to compare before and after");
            at = last.get().at();
        }
        Duration since = passed(at);
        return compared(at, length.compareTo(since) < 0 ? length : since, query);
    }

    /// What there is to compare.
    private Duration passed(Instant at) throws ManagementException {
        Duration since = Duration.between(at, time.instant());
        if (since.compareTo(Duration.ofMinutes(1)) < 0)
            throw new ManagementException(Kind.Invalid, "there is nothing yet to compare: " + at + " is "
                    + (since.isNegative() ? "still to come" : "less than a minute ago"),
                    "-Around gives an earlier moment");
        return since;
    }

    private List<DeliveryComparisonView> compared(Instant at, Duration length, ReportQuery query)
            throws ManagementException {
        List<Column> by = columns(query.groupBy());
        if (by.contains(Column.day) || by.contains(Column.hour))
            throw new ManagementException(Kind.Invalid, "days and hours are not the same before and after",
                    "-GroupBy takes Connector, Domain and Reason here");
        Instant from = at.minus(length);
        Instant until = at.plus(length);
        Map<List<String>, Counted> before = byGroup(counts(from, at, query, by));
        Map<List<String>, Counted> after = byGroup(counts(at, until, query, by));
        var groups = new LinkedHashMap<List<String>, Counted>(before);
        after.forEach(groups::putIfAbsent);
        var rows = new ArrayList<DeliveryComparisonView>();
        for (List<String> group : groups.keySet().stream().sorted(Comparator.comparing(Object::toString)).toList()) {
            DeliveryComparisonView one = view(group, "Before", from, at, before.get(group));
            DeliveryComparisonView other = view(group, "After", at, until, after.get(group));
            rows.addAll(List.of(one, other, difference(one, other)));
        }
        return rows;
    }

    private static Map<List<String>, Counted> byGroup(List<Counted> rows) {
        var groups = new LinkedHashMap<List<String>, Counted>();
        for (Counted row : rows)
            groups.put(List.of(row.connector(), row.domain(), row.reason()), row);
        return groups;
    }

    private DeliveryComparisonView view(List<String> group, String period, Instant from, Instant until,
            @Nullable Counted row) {
        Tally tally = row == null ? new Tally(0, 0, 0) : row.tally();
        Delays delays = tally.delays();
        return new DeliveryComparisonView(connectors.nameOf(group.get(0)), group.get(1), group.get(2), period, from,
                until, tally.delivered(), tally.deferred(), tally.failed(), tally.notices(),
                row == null ? 0 : row.wouldFail(), delays.within(0.5).orElse(null), delays.within(0.95).orElse(null),
                delays.within(0.99).orElse(null));
    }

    private static DeliveryComparisonView difference(DeliveryComparisonView one, DeliveryComparisonView other) {
        return new DeliveryComparisonView(one.connector(), one.domain(), one.reason(), "Difference", null, null,
                other.delivered() - one.delivered(), other.deferred() - one.deferred(), other.failed() - one.failed(),
                other.notices() - one.notices(), other.wouldHaveFailed() - one.wouldHaveFailed(),
                less(other.delayP50(), one.delayP50()), less(other.delayP95(), one.delayP95()),
                less(other.delayP99(), one.delayP99()));
    }

    private static @Nullable Duration less(@Nullable Duration one, @Nullable Duration other) {
        return one == null || other == null ? null : one.minus(other);
    }

    @Override
    public List<OutboundSecurityView> security(ReportQuery query) throws ManagementException {
        List<Column> by = columns(query.groupBy());
        var asked = new ArrayList<Column>(by);
        if (!by.contains(Column.reason)) asked.add(Column.reason);
        var groups = new LinkedHashMap<List<String>, List<Counted>>();
        for (Counted row : counts(from(query), until(query), query, asked))
            groups.computeIfAbsent(List.of(row.connector(), row.domain()), _ -> new ArrayList<>()).add(row);
        return groups.entrySet().stream().map(one -> security(one.getKey(), one.getValue())).toList();
    }

    private OutboundSecurityView security(List<String> group, List<Counted> rows) {
        Tally all = sum(rows);
        List<Counted> refused = rows.stream().filter(row -> Reason.of(row.reason()).filter(why -> !why.isLocal())
                .isPresent() && blocked(row) > 0).sorted(Comparator.comparingLong(DeliveryReports::blocked).reversed())
                .toList();
        return new OutboundSecurityView(connectors.nameOf(group.get(0)), group.get(1), all.levels().dane(),
                all.levels().sts(), all.levels().tls(), all.levels().clear(),
                refused.stream().mapToLong(DeliveryReports::blocked).sum(),
                refused.isEmpty() ? "" : securityType(refused.getFirst().reason()),
                refused.stream().map(Counted::reason).toList());
    }

    private static long blocked(Counted row) { return row.deferred() + row.failed(); }

    /// Which mechanism says so, as far as the reason tells.
    private static String securityType(String token) {
        return Reason.of(token).map(reason -> switch (reason) {
            case TLSA_INVALID, DNSSEC_INVALID, DANE_REQUIRED -> "DANE";
            case STS_MX_MISMATCH, STS_REQUIRED, STS_POLICY_FETCH_ERROR, STS_POLICY_INVALID, STS_WEBPKI_INVALID ->
                "MTA-STS";
            case STARTTLS_NOT_SUPPORTED, CERTIFICATE_EXPIRED, CERTIFICATE_HOST_MISMATCH, CERTIFICATE_NOT_TRUSTED,
                    VALIDATION_FAILURE, REQUIRETLS_ENCRYPTION, REQUIRETLS_SUPPORT, LOCAL_DNS, LOCAL_NETWORK, LOCAL_TLS,
                    LOCAL ->
                "TLS";
        }).orElse("");
    }

    private static Tally sum(List<Counted> rows) {
        return rows.stream().map(Counted::tally).reduce(new Tally(0, 0, 0), Tally::plus);
    }

    @Override
    public Plan<ExportedReportView> export(ReportQuery query, @Nullable Instant around, Path path, boolean force)
            throws ManagementException {
        ReportFile file = ReportFile.of(path, force);
        Instant from = from(query);
        Instant until = until(query);
        if (!from.isBefore(until))
            throw new ManagementException(Kind.Invalid, "-StartDate " + from + " is not before -EndDate " + until,
                    "give a time that begins before it ends");
        if (around != null) passed(around);
        var changes = List.of(new Plan.Change(file.format() + " report", "", path.toString()));
        String target = "DeliveryReport from " + from + " until " + until;
        return new Plan<>("Export-DeliveryReport", target, changes, "", List.of(), by -> {
            String text = switch (file.format()) {
                case Html -> PageWriter.html(page(query, around, from, until));
                case Json -> DeliveryRows.json(reports.deliveries(query));
                case Csv -> DeliveryRows.csv(reports.deliveries(query));
            };
            try {
                database.<@Nullable Void>write(Audit.entry(time.instant(), by, "Export-DeliveryReport", target,
                        changes));
            } catch (IOException broken) {
                throw Refusal.disk(broken);
            }
            return List.of(new ExportedReportView(path.toString(), file.format().name(), from, until,
                    file.write(text)));
        });
    }

    private DeliveryPage page(ReportQuery query, @Nullable Instant around, Instant from, Instant until)
            throws ManagementException {
        List<DeliveryReportView> totals = reports.deliveries(grouped(query));
        DeliveryReportView total = totals.isEmpty() ? nothing() : totals.getFirst();
        Tally.Levels levels = sum(counts(from, until, query, List.of())).levels();
        List<DeliveryPage.Route> routes = reports.deliveries(grouped(query, Group.Connector)).stream()
                .map(one -> new DeliveryPage.Route(mode(one.connector()), one)).toList();
        // What was put off or given up for validation, and what would have been.
        List<DeliveryReportView> refusals = reports.deliveries(grouped(query, Group.Connector, Group.Domain,
                Group.Reason)).stream().filter(one -> Reason.of(one.reason()).filter(why -> !why.isLocal()).isPresent()
                        && one.wouldHaveFailed() + one.deferred() + one.failed() > 0)
                .sorted(Comparator.comparingLong((DeliveryReportView one) -> one.wouldHaveFailed() + one.deferred()
                        + one.failed()).reversed())
                .toList();
        Instant now = time.instant();
        return new DeliveryPage(gateway, subject(query), from, until.isBefore(now) ? until : now, now, total,
                new DeliveryPage.Levels(levels.dane(), levels.sts(), levels.tls(), levels.clear()),
                reports.deliveries(grouped(query, Group.Day)), routes, refusals, change(query, around, from, until),
                NextSteps.of(total, routes, refusals));
    }

    private Optional<DeliveryPage.Change> change(ReportQuery query, @Nullable Instant around, Instant from,
            Instant until) throws ManagementException {
        Optional<Changed> changed = around == null
                ? lastChange(query.connector(), from).filter(one -> one.at().isBefore(until))
                : Optional.of(new Changed(around, "", ""));
        if (changed.isEmpty()) return Optional.empty();
        Instant at = changed.get().at();
        Duration since = Duration.between(at, time.instant());
        if (since.compareTo(Duration.ofMinutes(1)) < 0) return Optional.empty();
        String words = changed.get().operation().isEmpty()
                ? "Around " + PageWriter.time(at) + " UTC."
                : changed.get().operation() + " on " + changed.get().target() + ", " + PageWriter.time(at) + " UTC.";
        return Optional.of(new DeliveryPage.Change(words, compared(at, since.compareTo(CHANGE_SPAN) < 0
                ? since
                : CHANGE_SPAN, grouped(query))));
    }

    private static DeliveryReportView nothing() {
        return new DeliveryReportView("", "", "", "", "", "", 0, 0, 0, 0, 0, null, null, null, "", "", "");
    }

    private String mode(String connector) {
        return connectors.find(connector).map(one -> one.tls().tlsValidation().name()).orElse("");
    }

    private static String subject(ReportQuery query) {
        var parts = new ArrayList<String>();
        if (query.connector() != null) parts.add("connector " + query.connector());
        if (query.domain() != null) parts.add("mail to " + query.domain());
        return String.join(", ", parts);
    }

    private Optional<Changed> lastChange(@Nullable String connector, Instant since) throws ManagementException {
        try {
            return database.<Optional<Changed>>search(SettingChanges.last(connector == null
                    ? null
                    : ConnectorPlans.known(connectors, connector).name(), since));
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    private List<Counted> counts(Instant from, Instant until, ReportQuery query, List<Column> by)
            throws ManagementException {
        try {
            return verdicts.counts(from, until, connectors.idOf(Reports.text(query.connector())),
                    Reports.text(query.domain()), by);
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    private static ReportQuery grouped(ReportQuery query, Group... by) {
        return new ReportQuery(query.since(), query.until(), query.connector(), query.domain(), Set.of(by));
    }

    private Instant from(ReportQuery query) { return query.since() == null ? Instant.EPOCH : query.since(); }

    private Instant until(ReportQuery query) {
        return query.until() == null ? time.instant().plus(Duration.ofDays(1)) : query.until();
    }

    private static List<Column> columns(Set<Group> groups) { return Reports.columns(groups); }
}
