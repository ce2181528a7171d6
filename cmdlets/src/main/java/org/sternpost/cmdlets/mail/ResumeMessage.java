package org.sternpost.cmdlets.mail;

import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.MessageView;

/// Tries a message again that was set aside because it made the engine fail.
@Name(verb = Verb.Resume, noun = "Message", summary = "Tries a suspended message again.")
@Example(shows = "Try a message again after an update of the engine", run = "Resume-Message "
        + "01J9ZK3M5T00000G", prints = """
    Message 01J9ZK3M5T00000G: anna@odd.example Suspended → Waiting
    """)
public record ResumeMessage(
        @Param(value = "Queue id of the message.", position = 0, pipeline = true, names = "messages") String identity)
        implements
            Cmdlet.Change<MessageView> {

    @Override
    public Plan<MessageView> plan(Management engine) throws ManagementException {
        return engine.queues().resumeMessage(identity);
    }
}
