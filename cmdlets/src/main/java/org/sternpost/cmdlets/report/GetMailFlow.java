package org.sternpost.cmdlets.report;

import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.engine.control.FlowPort;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.MailFlowView;

/// Sums of the days (UTC) from one time to another; what a domain publishes is what was seen, whatever the mode.
@Name(verb = Verb.Get, noun = "MailFlow", summary = "Shows how much mail goes where, for whom, and by what TLS.")
@Example(shows = "See where most mail goes, and how", run = "Get-MailFlow | Select-Object -First 2 "
        + "| Format-Table Domain, TlsPercent, DanePercent", prints = """
        Domain       TlsPercent  DanePercent
        -----------  ----------  -----------
        …
        """)
@Example(shows = "See what some domains publish, and how often Enabled refuses them", run = "Get-MailFlow "
        + "-Domain tax.* | Format-List Domain, DanePercent, RefusedPercent", prints = """
        Domain         : tax.gov.example
        DanePercent    : 100%
        RefusedPercent : 100%
        """)
public record GetMailFlow(
        @Param(value = "From the day of this time.", defaultValue = "-30d") Instant startDate,
        @Param("Up to the day of this time; today when not given.") @Nullable Instant endDate,
        @Param(value = "Only this connector; with * for "
                + "several.", pipeline = true, names = "connectors") @Nullable String connector,
        @Param(value = "Only this recipient domain; with * for several.", names = "domains") @Nullable String domain,
        @Param("Only domains for which a connector of their own is suggested.") boolean suggested,
        @Param(value = "Most rows shown, those with most messages; or "
                + "Unlimited.", defaultValue = "1000", names = "unlimited") Integer resultSize)
        implements
            Cmdlet.Query<MailFlowView>,
            Cmdlet.Limited {

    public GetMailFlow { Cmdlet.Limited.checkStreamed(resultSize); }

    @Override
    public Stream<MailFlowView> run(Management engine) throws ManagementException {
        return engine.flows().flows(new FlowPort.Span(startDate, endDate), connector, domain).stream()
                .filter(one -> !suggested || !one.suggestion().isEmpty());
    }
}
