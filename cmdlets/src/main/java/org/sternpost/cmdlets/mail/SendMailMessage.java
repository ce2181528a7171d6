package org.sternpost.cmdlets.mail;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management.MailDraft;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.SentMailView;
import org.sternpost.engine.mail.Address;

/// Hands a message to the queue; it takes the same way as any other.
@Name(verb = Verb.Send, noun = "MailMessage", summary = "Sends a message, for tests and notices.")
@Example(shows = "Try a route with a real message", run = "Send-MailMessage -From admin@example.com -To "
        + "anna@tax.gov.example -Subject 'Route test'", prints = """
        MessageTraceId    From               To                    Subject     Status
        ----------------  …
        …  admin@example.com  anna@tax.gov.example  Route test  Queued
        """)
@Example(shows = "Accept no hop whose TLS is not proven", run = "Send-MailMessage -From admin@example.com -To "
        + "anna@tax.gov.example -Subject 'In confidence' -RequireTls -WhatIf", prints = """
        What if: Send-MailMessage on message from admin@example.com
          anna@tax.gov.example: → queued over gov, with REQUIRETLS
        """)
public record SendMailMessage(
        @Param("Sender, in the envelope and in the header.") Address from,
        @Param("Recipients.") List<Address> to,
        @Param("Subject.") String subject,
        @Param("Text of the message; empty when not given.") @Nullable String body,
        @Param("Further header fields: @{'X-Test'='1'}.") @Nullable Map<String, String> header,
        @Param("Sends it with REQUIRETLS: only to authenticated hosts that support it.") boolean requireTls)
        implements
            Cmdlet.Change<SentMailView> {

    public SendMailMessage { if (to.isEmpty()) throw new IllegalArgumentException("-To names nobody"); }

    @Override
    public Plan<SentMailView> plan(Management engine) throws ManagementException {
        return engine.mail().send(new MailDraft(from, to, subject, body == null ? "" : body,
                header == null ? Map.of() : header, requireTls));
    }
}
