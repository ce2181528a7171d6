package org.sternpost.cmdlets.mail;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.QueueView;

/// Shows queues under Exchange's property names.
@Name(verb = Verb.Get, noun = "Queue", summary = "Shows the queues and why they wait.")
@Example(shows = "See what waits", run = "Get-Queue", prints = """
    Identity              …Status     MessageCount  RetryCount  …
    --------------------  …
    Default/busy.example  …Suspended  1             1           …
    gov/tax.gov.example   …Retry      2             2           …
    """)
@Example(shows = "Name the queues that retry", run = "Get-Queue | Where-Object { $_.Status -eq 'Retry' } | "
        + "Select-Object Identity, MessageCount", prints = """
        Identity             MessageCount
        -------------------  ------------
        gov/tax.gov.example  2
        """)
public record GetQueue(
        @Param(value = "Queue as connector/domain, or its domain; all when not "
                + "given.", position = 0, pipeline = true, names = "queues") @Nullable String identity)
        implements
            Cmdlet.Query<QueueView> {

    @Override
    public Stream<QueueView> run(Management engine) throws ManagementException {
        return (identity == null ? engine.queues().all() : engine.queues().named(identity)).stream();
    }
}
