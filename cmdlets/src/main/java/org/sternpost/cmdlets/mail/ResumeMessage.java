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

/// Tries messages again that an operator suspended, or that were set aside because they made the engine fail. One whose
/// time ran out meanwhile gets an attempt.
@Name(verb = Verb.Resume, noun = "Message", summary = "Tries suspended messages again.", impact = Impact.Medium)
@Example(shows = "Try a message again after an update of the engine", run = "Resume-Message "
        + "01J9ZK3M5T00000G", prints = """
    Message 01J9ZK3M5T00000G: anna@odd.example Suspended → Waiting
    """)
public record ResumeMessage(
        @Param(position = 0, pipeline = true, names = "messages", oneOf = "which", value = "Queue id of the "
                + "message.") @Nullable String identity,
        @Param(value = "All messages that are so: {Status -eq 'Suspended'}"
                + ".", names = "filter", oneOf = "which") @Nullable String filter)
        implements
            Cmdlet.Change<MessageView> {

    public ResumeMessage {
        Chosen.one(identity, filter);
        QueueFilters.checkMessages(filter);
    }

    @Override
    public Plan<MessageView> plan(Management engine) throws ManagementException {
        return engine.queues().change(new MessageAct.Resume(), identity, filter);
    }
}
