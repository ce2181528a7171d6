package org.sternpost.cmdlets.mail;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.MessageTraceView;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.TraceQuery;

/// Searches the trace, newest first; what is not given does not restrict.
@Name(verb = Verb.Get, noun = "MessageTrace", summary = "Shows what became of messages, by recipient.")
@Example(shows = "Find the failed mail to one domain", run = "Get-MessageTrace -RecipientAddress @tax.gov.example "
        + "-Status Failed | Select-Object RecipientAddress, Status", prints = """
        RecipientAddress …Status
        ---------------- …
        anna@tax.gov.example …Failed
        """)
@Example(shows = "Follow a message through all its events", run = "Get-MessageTrace -MessageTraceId 01J9ZK3M5T00000C "
        + "| Get-MessageTraceDetail", prints = """
        Date                 Event     RecipientAddress  Action  Host            Detail …
        -------------------  …
        …RECEIVE   anna@example.org …accepted from Send-MailMessage by …
        …SEND      anna@example.org  2.0.0   mx.example.org  250 2.0.0 Kept …
        …EVIDENCE  example.org       judged  mx.example.org  250 2.0.0 Kept …
        """)
public record GetMessageTrace(
        @Param("Received at this time or later.") @Nullable Instant startDate,
        @Param("Received before this time.") @Nullable Instant endDate,
        @Param("Sender: an address, or @domain for all of a domain.") @Nullable String senderAddress,
        @Param("Recipient: an address, or @domain for all of a domain.") @Nullable String recipientAddress,
        @Param("The message's Message-ID field.") @Nullable String messageId,
        @Param(value = "The engine's own id of the "
                + "message.", pipeline = true, names = "messages") @Nullable String messageTraceId,
        @Param("Only recipients with this result.") @Nullable TraceStatus status,
        @Param(value = "Only mail of this connector.", names = "connectors") @Nullable String connector,
        @Param("Text that the subject contains; looks through all mail of the period.") @Nullable String subject,
        @Param(value = "Most rows shown, newest first.", defaultValue = "1000") Integer resultSize)
        implements
            Cmdlet.Query<MessageTraceView>,
            Cmdlet.Limited {

    public GetMessageTrace {
        senderAddress = pattern(senderAddress, "-SenderAddress").orElse(null);
        recipientAddress = pattern(recipientAddress, "-RecipientAddress").orElse(null);
        Cmdlet.Limited.check(resultSize);
    }

    @Override
    public Stream<MessageTraceView> run(Management engine) throws ManagementException {
        return engine.traces().search(new TraceQuery(startDate, endDate, senderAddress, recipientAddress, messageId,
                messageTraceId, status == null ? null : status.name(), connector, subject, wanted()));
    }

    /// Exchange's `*@domain` and our `@domain` are the same.
    private static Optional<String> pattern(@Nullable String text, String parameter) {
        if (text == null) return Optional.empty();
        String pattern = text.startsWith("*@") ? text.substring(1) : text;
        if (!pattern.contains("@") || pattern.contains("*"))
            throw new IllegalArgumentException(parameter + " takes an address or @domain, not '" + text + "'");
        int at = pattern.lastIndexOf('@') + 1;
        try {
            return Optional.of(pattern.substring(0, at) + Domain.of(pattern.substring(at)));
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException(parameter + ": " + bad.getMessage(), bad);
        }
    }

    /// What became of a message for a recipient.
    public enum TraceStatus { Pending, Delivered, Failed, Removed }
}
