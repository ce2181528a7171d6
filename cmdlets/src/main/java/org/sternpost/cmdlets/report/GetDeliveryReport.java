package org.sternpost.cmdlets.report;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Management.ReportQuery;
import org.sternpost.engine.control.view.DeliveryReportView;
import org.sternpost.engine.mail.Domain;

/// Counts deliveries; `WouldHaveFailed` is what `Enabled` would have held back.
@Name(verb = Verb.Get, noun = "DeliveryReport", summary = "Counts deliveries by hour or day, connector, "
        + "domain or reason, and tells how long they took.")
@Example(shows = "Compare connectors over the last week", run = "Get-DeliveryReport", prints = """
    Day  Hour  Connector  …Delivered  Deferred  Failed  Notices  WouldHaveFailed  DelayP50  DelayP95…
    ---  …
               Default    …2…
               clubs      …0…
               gov        …0…
    …
    """)
@Example(shows = "See why mail would be held back, domain by domain", run = "Get-DeliveryReport -StartDate -30d "
        + "-Connector Default -GroupBy Domain, Reason", prints = """
        …Domain…Reason…WouldHaveFailed…
        …
        """)
@Example(shows = "See the hours of a day", run = "Get-DeliveryReport -StartDate 2026-11-22T00:00:00Z -EndDate "
        + "2026-11-23T00:00:00Z -GroupBy Hour | Select-Object Hour, Delivered", prints = """
        Hour               Delivered
        -----------------  ---------
        2026-11-22T08:00Z  …
        …
        """)
public record GetDeliveryReport(
        @Param(value = "From the minute of this time.", defaultValue = "-7d") Instant startDate,
        @Param("Before this time.") @Nullable Instant endDate,
        @Param(value = "Only this connector.", pipeline = true, names = "connectors") @Nullable String connector,
        @Param(value = "Only this recipient domain.", names = "domains") @Nullable Domain domain,
        @Param(value = "One row for each of these "
                + "together.", defaultValue = "Connector") List<ReportQuery.Group> groupBy)
        implements
            Cmdlet.Query<DeliveryReportView> {

    @Override
    public Stream<DeliveryReportView> run(Management engine) throws ManagementException {
        return engine.reports().deliveries(new ReportQuery(startDate, endDate, connector,
                domain == null ? null : domain.ascii(), Set.copyOf(groupBy))).stream();
    }
}
