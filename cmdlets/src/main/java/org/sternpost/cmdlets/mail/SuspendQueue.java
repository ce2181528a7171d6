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

/// Starts no new attempt for a queue; what is under way goes on, and mail is still accepted.
@Name(verb = Verb.Suspend, noun = "Queue", summary = "Holds the mail of a queue until it is resumed.")
@Example(shows = "Hold mail for a domain whose owner asked for a pause", run = "Suspend-Queue "
        + "gov/tax.gov.example", prints = """
    Queue gov/tax.gov.example: gov/tax.gov.example Retry → Suspended
    """)
public record SuspendQueue(
        @Param(position = 0, pipeline = true, names = "queues", value = "Queue as connector/domain, or "
                + "its domain.") String identity)
        implements
            Cmdlet.Change<QueueView> {

    @Override
    public Plan<QueueView> plan(Management engine) throws ManagementException {
        return engine.queues().suspend(identity);
    }
}
