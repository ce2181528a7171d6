package org.sternpost.cmdlets.report;

import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.DeliveryAlertView;

/// Shows what somebody must look at: a domain whose mail stopped validating, a change that delays or returns mail, a
/// rollout that stands or went back, a policy or certificate about to end, a resolver that cannot be trusted.
@Name(verb = Verb.Get, noun = "DeliveryAlert", summary = "Shows alerts: what began when, why, and who must act.")
@Example(shows = "See what is open now", run = "Get-DeliveryAlert | Format-List Kind, Why, Remedy", prints = """
        …
        """)
@Example(shows = "See what there was in a week", run = "Get-DeliveryAlert -Since -7d "
        + "| Where-Object Status -eq Over", prints = """
        …
        """)
public record GetDeliveryAlert(
        @Param("Also those that were over since this time; open ones alone when not "
                + "given.") @Nullable Instant since,
        @Param(value = "Most rows shown, newest first.", defaultValue = "1000") Integer resultSize)
        implements
            Cmdlet.Query<DeliveryAlertView>,
            Cmdlet.Limited {

    public GetDeliveryAlert { Cmdlet.Limited.check(resultSize); }

    @Override
    public Stream<DeliveryAlertView> run(Management engine) throws ManagementException {
        return engine.alerts().all(since, wanted()).stream();
    }
}
