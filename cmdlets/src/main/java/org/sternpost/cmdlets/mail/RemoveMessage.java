package org.sternpost.cmdlets.mail;

import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name.Impact;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.MessageView;

/// Gives a message up for all recipients still waiting.
@Name(verb = Verb.Remove, noun = "Message", summary = "Removes a message from the queue.", impact = Impact.High)
@Example(shows = "Give a message up without telling its sender", run = "Remove-Message 01J9ZK3M5T00000A "
        + "-WithNDR:$false -Confirm:$false", prints = """
        Message 01J9ZK3M5T00000A: anna@tax.gov.example Waiting → Removed
        warning: its sender is not told
        """)
public record RemoveMessage(
        @Param(value = "Queue id of the message.", position = 0, pipeline = true, names = "messages") String identity,
        @Param(value = "Tells the sender by a non-delivery report.", defaultValue = "$true") Boolean withNDR)
        implements
            Cmdlet.Change<MessageView> {

    @Override
    public Plan<MessageView> plan(Management engine) throws ManagementException {
        return engine.queues().removeMessage(identity, withNDR);
    }
}
