package org.sternpost.cmdlets.report;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.PartnerNoticeView;
import org.sternpost.engine.mail.Domain;

/// Writes to the postmaster of a domain what fails at his side, in his terms: what was seen when, which record is to be
/// changed into what, and the command that shows it.
@Name(verb = Verb.New, noun = "PartnerNotice", summary = "Writes the letter that tells a partner what to mend.")
@Example(shows = "See which letter would be written", run = "New-PartnerNotice old.example -WhatIf", prints = """
        What if: New-PartnerNotice on Domain old.example
          letter: → Mail to old.example: …
        """)
@Example(shows = "Read it", run = "New-PartnerNotice old.example | Select-Object -ExpandProperty Text", prints = """
        …
        To the postmaster of old.example, …
        …
        What to change
        --------------
        …
        See it yourselves
        -----------------
        …
        """)
public record NewPartnerNotice(
        @Param(value = "Recipient domain that fails.", position = 0, pipeline = true, names = "domains") Domain domain,
        @Param(value = "Connector whose evidence is told; the one that mail to the domain goes over when not "
                + "given.", names = "connectors") @Nullable String connector,
        @Param(value = "Looks at mail from this time on.", defaultValue = "-7d") Instant since,
        @Param("Whom the partner may ask, as mail-ops@example.com; whoever sends the letter when not "
                + "given.") @Nullable String contact)
        implements
            Cmdlet.Change<PartnerNoticeView> {

    @Override
    public Plan<PartnerNoticeView> plan(Management engine) throws ManagementException {
        return engine.partners().write(domain, connector, since, contact == null ? "" : contact);
    }
}
