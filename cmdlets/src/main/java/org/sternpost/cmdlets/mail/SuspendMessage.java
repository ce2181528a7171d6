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

/// Starts no new attempt of messages until they are resumed; a restart changes nothing of it, and they do not expire
/// meanwhile. What a session has already goes on, and is held when it is deferred.
@Name(verb = Verb.Suspend, noun = "Message", summary = "Holds messages until they are resumed.", impact = Impact.Medium)
@Example(shows = "Hold one message", run = "Suspend-Message 01J9ZK3M5T00000A", prints = """
    Message 01J9ZK3M5T00000A: anna@tax.gov.example Waiting → Suspended
    """)
@Example(shows = "See what a filter would hold", run = "Suspend-Message -Filter {Recipients -like '*@tax.gov.example'} "
        + "-WhatIf", prints = """
        What if: Suspend-Message on Messages -Filter {Recipients -like '*@tax.gov.example'}
          2 messages: → Suspended
          affects: 2 messages
        """)
public record SuspendMessage(
        @Param(position = 0, pipeline = true, names = "messages", oneOf = "which", value = "Queue id of the "
                + "message.") @Nullable String identity,
        @Param(value = "All messages that are so: {FromAddress -eq 'shop@example.com'}"
                + ".", names = "filter", oneOf = "which") @Nullable String filter)
        implements
            Cmdlet.Change<MessageView> {

    public SuspendMessage {
        Chosen.one(identity, filter);
        QueueFilters.checkMessages(filter);
    }

    @Override
    public Plan<MessageView> plan(Management engine) throws ManagementException {
        return engine.queues().change(new MessageAct.Suspend(), identity, filter);
    }
}
