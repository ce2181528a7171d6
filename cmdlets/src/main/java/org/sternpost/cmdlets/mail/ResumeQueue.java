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

/// Ends what Suspend-Queue began; messages that were suspended one by one stay so.
@Name(verb = Verb.Resume, noun = "Queue", summary = "Lets suspended queues send again.", impact = Impact.Medium)
@Example(shows = "Send again what was held", run = "Resume-Queue Default/busy.example", prints = """
    Queue Default/busy.example: …Suspended → …
    """)
public record ResumeQueue(
        @Param(position = 0, pipeline = true, names = "queues", oneOf = "which", value = "Queue as "
                + "connector/domain, or its domain.") @Nullable String identity,
        @Param(value = "All queues that are so: {NextHopDomain -like '*.example'}"
                + ".", names = "filter", oneOf = "which") @Nullable String filter)
        implements
            Cmdlet.Change<QueueView> {

    public ResumeQueue {
        Chosen.one(identity, filter);
        QueueFilters.checkQueues(filter);
    }

    @Override
    public Plan<QueueView> plan(Management engine) throws ManagementException {
        return identity != null
                ? engine.queues().resume(identity)
                : engine.queues().holdWhere(Chosen.given(filter), false);
    }
}
