package org.sternpost.engine.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.view.TlsRptReportView;
import org.sternpost.engine.control.view.TlsRptReportView.DestinationView;
import org.sternpost.engine.control.view.TlsRptReportView.PolicyView;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.queue.TraceSearch.TraceRow;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tlsrpt.Aggregates;
import org.sternpost.engine.tlsrpt.Outbox;
import org.sternpost.engine.tlsrpt.ReportOfDay;
import org.sternpost.engine.tlsrpt.ReportWriter;
import org.sternpost.engine.tlsrpt.Sender;
import org.sternpost.engine.tlsrpt.TlsRptReport;

/// One domain's day as it is shown: its counts, its report, and the way of the report.
final class ReportRows {

    /// How far a report has come, from furthest to sent: the worst of several destinations is that of the whole.
    private enum Way { Refused, GivenUp, Failed, Removed, Waiting, Pending, Sent, Delivered, Unwanted }

    private record Towards(Way way, DestinationView view) {}

    private final TlsReportPlans.Parts parts;
    private final Time time;

    ReportRows(TlsReportPlans.Parts parts, Time time) {
        this.parts = parts;
        this.time = time;
    }

    TlsRptReportView view(Aggregates.DayOf one) throws IOException {
        Optional<TlsRptReport> report = new ReportOfDay(parts.database(), parts.sender().reporter())
                .build(one.domain(), one.day());
        List<Outbox.Row> rows = parts.database().<List<Outbox.Row>>read(Outbox.of(one.domain(), one.day()));
        List<PolicyView> policies = report.stream().flatMap(r -> r.policies().stream()).map(ReportRows::policy)
                .toList();
        String json = report.map(ReportWriter::json).map(octets -> new String(octets, StandardCharsets.UTF_8))
                .orElse("");
        var destinations = new ArrayList<Towards>();
        for (Outbox.Row row : rows)
            destinations.add(destination(row));
        return rows.isEmpty()
                ? unsent(one, policies, json)
                : sent(one, rows, policies, destinations, json);
    }

    private TlsRptReportView unsent(Aggregates.DayOf one, List<PolicyView> policies, String json) throws IOException {
        LocalDate today = LocalDate.ofInstant(time.instant(), ZoneOffset.UTC);
        @Nullable
        Instant due = ReportOfDay.due(parts.sender().reporter().domain(), one.domain(), one.day());
        String off = parts.sender().off();
        String state = "Due";
        if (!one.day().isBefore(today)) state = "Counting";
        else if (!off.isEmpty()) state = "Off";
        else if (one.day().isBefore(today.minusDays(Sender.DAYS_LATE_MAX))) {
            state = "Missed";
            off = "it was too late when reports could have been sent; Send-TlsRptReport still does";
        }
        return new TlsRptReportView(one.day().toString(), one.domain().ascii(), one.succeeded(), one.failed(), state,
                off, due, policies, List.of(), json);
    }

    private static TlsRptReportView sent(Aggregates.DayOf one, List<Outbox.Row> rows, List<PolicyView> policies,
            List<Towards> destinations, String json) {
        Towards worst = destinations.stream().min(Comparator.comparing(Towards::way)).orElseThrow();
        boolean well = worst.way() == Way.Sent || worst.way() == Way.Delivered;
        return new TlsRptReportView(one.day().toString(), one.domain().ascii(), one.succeeded(), one.failed(),
                (well ? Way.Sent : worst.way()).name(), well ? "" : worst.view().detail(), rows.getFirst().firstAt(),
                policies, destinations.stream().map(Towards::view).filter(to -> !to.destination().isEmpty()).toList(),
                json);
    }

    private Towards destination(Outbox.Row row) throws IOException {
        Way way = switch (row.state()) {
            case Waiting -> Way.Waiting;
            case Sent -> Way.Sent;
            case Refused -> Way.Refused;
            case GivenUp -> Way.GivenUp;
            case Unwanted -> Way.Unwanted;
        };
        String detail = row.detail();
        if (row.state() == Outbox.State.Sent && !row.message().isEmpty()) {
            List<TraceRow> trace = parts.trace().find(TraceQuery.newest(1).withId(row.message()));
            if (!trace.isEmpty()) {
                way = Way.valueOf(trace.getFirst().status());
                String said = trace.getFirst().last().text();
                if (!said.isEmpty()) detail = said;
            }
        }
        return new Towards(way, new DestinationView(row.rua(), way.name(), row.attempts(),
                row.state() == Outbox.State.Waiting ? row.nextAt() : null, detail, row.message()));
    }

    private static PolicyView policy(TlsRptReport.PolicyResult result) {
        Map<String, Long> sums = new LinkedHashMap<>();
        result.failureDetails().forEach(detail -> sums.merge(detail.resultType().token(), detail.failedSessions(),
                Long::sum));
        return new PolicyView(result.policy().type().token(), result.policy().policyDomain(), result.successes(),
                result.failures(), sums.entrySet().stream().map(sum -> sum.getKey() + " " + sum.getValue()).toList(),
                result.policy().policyString());
    }
}
