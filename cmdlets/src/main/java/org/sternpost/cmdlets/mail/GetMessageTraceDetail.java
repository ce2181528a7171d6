package org.sternpost.cmdlets.mail;

import java.time.Instant;
import java.util.List;
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

/// Shows the events of a message in order, and the evidence found about each host.
@Name(verb = Verb.Get, noun = "MessageTraceDetail", aliases = "Get-MessageTraceDetailV2", summary = "Shows every event "
        + "in the life of a message.")
@Example(shows = "Read what happened to a message and what was proved", run = "Get-MessageTraceDetail "
        + "01J9ZK3M5T00000C | Select-Object Event, Detail", prints = """
        Event     Detail
        --------  …
        RECEIVE   accepted from Send-MailMessage by …
        SEND      250 2.0.0 Kept
        EVIDENCE  250 2.0.0 Kept
        """)
@Example(shows = "See when a message was late", run = "Get-MessageTraceDetail 01J9ZK3M5T00000A -Event DEFER "
        + "| Select-Object RecipientAddress, Event -First 1", prints = """
        RecipientAddress …Event
        ---------------- …
        anna@tax.gov.example …DEFER
        """)
public record GetMessageTraceDetail(
        @Param(value = "The engine's own id of the "
                + "message.", position = 0, pipeline = true, names = "messages") String messageTraceId,
        @Param(value = "Only events of this recipient.", pipeline = true) @Nullable Address recipientAddress,
        @Param("Only events of these kinds.") @Nullable List<TraceEventName> event,
        @Param("Only events of this time or later.") @Nullable Instant startDate,
        @Param("Only events before this time.") @Nullable Instant endDate)
        implements
            Cmdlet.Query<MessageTraceDetailView> {

    @Override
    public Stream<MessageTraceDetailView> run(Management engine) throws ManagementException {
        return engine.traces().events(messageTraceId, recipientAddress).stream()
                .filter(one -> event == null || event.stream().anyMatch(name -> name.name().equals(one.event())))
                .filter(one -> startDate == null || !one.date().isBefore(startDate))
                .filter(one -> endDate == null || one.date().isBefore(endDate));
    }

    /// What may happen to mail, and what is known of a host besides.
    public enum TraceEventName {
        RECEIVE, SEND, DEFER, FAIL, EXPIRE, DSN, SUSPEND, RESUME, REDIRECT, REMOVE, POISONMESSAGE,
        EVIDENCE, SHADOW
    }
}
