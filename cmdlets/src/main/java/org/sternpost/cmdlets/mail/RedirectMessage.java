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

/// Sends messages over another connector, now and at each later attempt, whatever their routes say. Whom a session is
/// delivering to is left alone. When that connector is removed they are routed by address again.
@Name(verb = Verb.Redirect, noun = "Message", summary = "Sends mail over another connector.", impact = Impact.Medium)
@Example(shows = "Send what waits for a broken host by way of a partner", run = "Redirect-Message "
        + "01J9ZK3M5T00000A -Connector supplier", prints = """
    Message 01J9ZK3M5T00000A: anna@tax.gov.example over gov → over supplier
    """)
public record RedirectMessage(
        @Param(position = 0, pipeline = true, names = "messages", oneOf = "which", value = "Queue id of the "
                + "message.") @Nullable String identity,
        @Param(value = "All messages that are so: {Queue -eq 'gov/tax.gov.example'}"
                + ".", names = "filter", oneOf = "which") @Nullable String filter,
        @Param(value = "Connector that they take.", names = "connectors") String connector)
        implements
            Cmdlet.Change<MessageView> {

    public RedirectMessage {
        Chosen.one(identity, filter);
        QueueFilters.checkMessages(filter);
    }

    @Override
    public Plan<MessageView> plan(Management engine) throws ManagementException {
        return engine.queues().change(new MessageAct.Redirect(connector), identity, filter);
    }
}
