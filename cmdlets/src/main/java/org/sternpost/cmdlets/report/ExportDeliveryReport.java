package org.sternpost.cmdlets.report;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Management.ReportQuery;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.ExportedReportView;
import org.sternpost.engine.mail.Domain;

/// Writes what was delivered, what was not and what strictness would have cost into a file: one page of HTML to be sent
/// to people, or the counts as JSON or CSV.
@Name(verb = Verb.Export, noun = "DeliveryReport", summary = "Writes the counts of deliveries into a page of HTML, "
        + "JSON or CSV.")
@Example(shows = "See what would be written", run = "Export-DeliveryReport /var/tmp/week.html -StartDate "
        + "2026-11-16T00:00:00Z -EndDate 2026-11-23T00:00:00Z -WhatIf", prints = """
        What if: Export-DeliveryReport on DeliveryReport from 2026-11-16T00:00:00Z until 2026-11-23T00:00:00Z
          Html report: → /var/tmp/week.html
        """)
public record ExportDeliveryReport(
        @Param(position = 0, value = "File to write, a whole path on the engine's machine; its ending says the form: "
                + ".html, .json or .csv. Nobody but the engine's user may read it.") Path path,
        @Param(value = "From the minute of this time.", defaultValue = "-30d") Instant startDate,
        @Param("Before this time.") @Nullable Instant endDate,
        @Param(value = "Only this connector.", names = "connectors") @Nullable String connector,
        @Param(value = "Only this recipient domain.", names = "domains") @Nullable Domain domain,
        @Param(value = "JSON and CSV: one row for each of these together.", defaultValue = "Day,Connector,Domain,"
                + "Reason") List<ReportQuery.Group> groupBy,
        @Param("HTML: compares before and after this time; the last change of a setting when not "
                + "given.") @Nullable Instant around,
        @Param("Replaces a file that is there.") boolean force)
        implements
            Cmdlet.Change<ExportedReportView> {

    @Override
    public Plan<ExportedReportView> plan(Management engine) throws ManagementException {
        return engine.deliveryReports().export(new ReportQuery(startDate, endDate, connector,
                domain == null ? null : domain.ascii(), Set.copyOf(groupBy)), around, path, force);
    }
}
