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
import org.sternpost.engine.control.MessageAct;
import org.sternpost.engine.control.QueueFilters;
import org.sternpost.engine.control.view.MessageView;

/// Gives messages up for all recipients still waiting. By a filter it leaves alone whom a session is delivering to.
@Name(verb = Verb.Remove, noun = "Message", summary = "Removes messages from the queue.", impact = Impact.High)
@Example(shows = "Give a message up without telling its sender", run = "Remove-Message 01J9ZK3M5T00000A "
        + "-WithNDR:$false -Confirm:$false", prints = """
        Message 01J9ZK3M5T00000A: anna@tax.gov.example Waiting → Removed
        warning: its sender is not told
        """)
public record RemoveMessage(
        @Param(position = 0, pipeline = true, names = "messages", oneOf = "which", value = "Queue id of the "
                + "message.") @Nullable String identity,
        @Param(value = "All messages that are so: {FromAddress -eq 'shop@example.com'}"
                + ".", names = "filter", oneOf = "which") @Nullable String filter,
        @Param(value = "Tells the sender by a non-delivery report; of 1,000 messages at "
                + "most.", defaultValue = "$true") Boolean withNDR)
        implements
            Cmdlet.Change<MessageView> {

    public RemoveMessage {
        Chosen.one(identity, filter);
        QueueFilters.checkMessages(filter);
    }

    @Override
    public Plan<MessageView> plan(Management engine) throws ManagementException {
        return engine.queues().change(new MessageAct.Remove(withNDR), identity, filter);
    }
}
