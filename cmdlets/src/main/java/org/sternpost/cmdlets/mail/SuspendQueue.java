package org.sternpost.cmdlets.mail;

import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name.Impact;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.QueueFilters;
import org.sternpost.engine.control.view.QueueView;

/// Starts no new attempt for a queue; what is under way goes on, and mail is still accepted.
@Name(verb = Verb.Suspend, noun = "Queue", summary = "Holds queues until they are resumed.", impact = Impact.Medium)
@Example(shows = "Hold mail for a domain whose owner asked for a pause", run = "Suspend-Queue "
        + "gov/tax.gov.example", prints = """
    Queue gov/tax.gov.example: gov/tax.gov.example Retry → Suspended
    """)
public record SuspendQueue(
        @Param(position = 0, pipeline = true, names = "queues", oneOf = "which", value = "Queue as "
                + "connector/domain, or its domain.") @Nullable String identity,
        @Param(value = "All queues that are so: {LastError -like '*4.7.323*'}"
                + ".", names = "filter", oneOf = "which") @Nullable String filter)
        implements
            Cmdlet.Change<QueueView> {

    public SuspendQueue {
        Chosen.one(identity, filter);
        QueueFilters.checkQueues(filter);
    }

    @Override
    public Plan<QueueView> plan(Management engine) throws ManagementException {
        return identity != null
                ? engine.queues().suspend(identity)
                : engine.queues().holdWhere(Chosen.given(filter), true);
    }
}
