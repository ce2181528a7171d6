package org.sternpost.cmdlets.report;

import java.time.Duration;
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
import org.sternpost.engine.control.view.DeliveryComparisonView;
import org.sternpost.engine.mail.Domain;

/// Shows the same counts before and after a change, for the same length of time, and what is different.
@Name(verb = Verb.Compare, noun = "DeliveryReport", summary = "Counts deliveries before and after a change of a "
        + "setting, side by side.")
@Example(shows = "What the last change of a connector or step of its rollout did", run = "Compare-DeliveryReport "
        + "-Connector clubs | Select-Object Connector, Period, Delivered, Failed", prints = """
        Connector  Period      Delivered  Failed
        ---------  ----------  ---------  ------
        clubs      Before      …
        clubs      After       …
        clubs      Difference  …
        """)
public record CompareDeliveryReport(
        @Param("The moment of the change; by default the last change of the connector's settings or step of its "
                + "rollout, as the audit has it.") @Nullable Instant around,
        @Param(value = "How long before and after; what has passed since the change is the "
                + "most.", defaultValue = "7d") Duration span,
        @Param(value = "Only this connector.", pipeline = true, names = "connectors") @Nullable String connector,
        @Param(value = "Only this recipient domain.", names = "domains") @Nullable Domain domain,
        @Param(value = "Three rows for each of these together: Connector, Domain, "
                + "Reason.", defaultValue = "Connector") List<ReportQuery.Group> groupBy)
        implements
            Cmdlet.Query<DeliveryComparisonView> {

    @Override
    public Stream<DeliveryComparisonView> run(Management engine) throws ManagementException {
        return engine.deliveryReports().compare(around, span, new ReportQuery(null, null, connector,
                domain == null ? null : domain.ascii(), Set.copyOf(groupBy))).stream();
    }
}
