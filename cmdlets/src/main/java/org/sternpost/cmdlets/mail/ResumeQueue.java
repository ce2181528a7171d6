package org.sternpost.cmdlets.mail;

import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.QueueView;

/// Ends what Suspend-Queue began.
@Name(verb = Verb.Resume, noun = "Queue", summary = "Lets the mail of a suspended queue go again.")
@Example(shows = "Send again what was held", run = "Resume-Queue Default/busy.example", prints = """
    Queue Default/busy.example: …Suspended → …
    """)
public record ResumeQueue(
        @Param(position = 0, pipeline = true, names = "queues", value = "Queue as connector/domain, or "
                + "its domain.") String identity)
        implements
            Cmdlet.Change<QueueView> {

    @Override
    public Plan<QueueView> plan(Management engine) throws ManagementException {
        return engine.queues().resume(identity);
    }
}
