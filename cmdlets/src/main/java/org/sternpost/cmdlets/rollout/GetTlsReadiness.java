package org.sternpost.cmdlets.rollout;

import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Param.Percent;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.TlsReadinessView;

/// Judges from a connector's own mail what `Enabled` would have held back.
@Name(verb = Verb.Get, noun = "TlsReadiness", summary = "Tells whether a connector is ready for Enabled.")
@Example(shows = "See what stands in the way of every connector", run = "Get-TlsReadiness", prints = """
    Connector  Ready  Messages  WouldFail  …
    ---------  …
    clubs      True   …
    Default    False  …
    gov        False  …
    …
    """)
@Example(shows = "Name the domains that would fail, their fault and who mends it", run = "Get-TlsReadiness Default "
        + "-Since -7d | Select-Object -ExpandProperty Details", prints = """
        Domain       Messages  WouldFail  …Reason …
        -----------  …
        old.example  2         2          …certificate-expired …
        …
        """)
@Example(shows = "Ask the hosts of a connector that is Disabled, without mail", run = "Get-TlsReadiness supplier "
        + "-Probe | Format-List Connector, Ready", prints = """
        Connector : supplier
        …
        """)
@Example(shows = "Read what stands in the way of a connector", run = "(Get-TlsReadiness Default).Why", prints = """
        …would have failed…
        """)
public record GetTlsReadiness(
        @Param(value = "Name of the connector; all when not "
                + "given.", position = 0, pipeline = true, names = "connectors") @Nullable String connector,
        @Param("Looks at mail from this time on; of the last 7 days when not given, or of twice "
                + "readiness.minDays if that is more.") @Nullable Instant since,
        @Param(value = "Share of messages that may fail for the connector to count as "
                + "ready.", defaultValue = "0.5%") Percent maxFailureRate,
        @Param("Asks the hosts of its domains now, without mail, instead of judging by its mail: for a "
                + "connector that is Disabled.") boolean probe,
        @Param(value = "Domains of each connector that -Probe asks, those with most "
                + "mail.", defaultValue = "100") Integer maxDomains)
        implements
            Cmdlet.Query<TlsReadinessView> {

    private static final int DOMAINS_MAX = 2_000; // four at a time, so that nobody is asked for hours

    public GetTlsReadiness {
        if (maxDomains < 1 || maxDomains > DOMAINS_MAX)
            throw new IllegalArgumentException("-MaxDomains is 1 to " + DOMAINS_MAX);
    }

    @Override
    public Stream<TlsReadinessView> run(Management engine) throws ManagementException {
        if (probe) return engine.flows().probed(connector, since, maxFailureRate.value(), maxDomains).stream();
        return engine.reports().readiness(connector, since, maxFailureRate.value()).stream();
    }
}
