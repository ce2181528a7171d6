package org.sternpost.cmdlets.mail;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.MessageTraceDetailView;
import org.sternpost.engine.mail.Address;

/// Shows the events of a message, and the evidence found about each host.
@Name(verb = Verb.Get, noun = "MessageTraceDetail", summary = "Shows every event in the life of a message.")
@Example(shows = "Read what happened to a message and what was proved", run = "Get-MessageTraceDetail "
        + "01J9ZK3M5T00000C | Select-Object Event, Detail", prints = """
        Event     Detail
        --------  …
        RECEIVE   accepted from Send-MailMessage by …
        SEND      250 2.0.0 Kept
        EVIDENCE  250 2.0.0 Kept
        """)
public record GetMessageTraceDetail(
        @Param(value = "The engine's own id of the "
                + "message.", position = 0, pipeline = true, names = "messages") String messageTraceId,
        @Param(value = "Only events of this recipient.", pipeline = true) @Nullable Address recipientAddress)
        implements
            Cmdlet.Query<MessageTraceDetailView> {

    @Override
    public Stream<MessageTraceDetailView> run(Management engine) throws ManagementException {
        return engine.traces().events(messageTraceId, recipientAddress).stream();
    }
}
