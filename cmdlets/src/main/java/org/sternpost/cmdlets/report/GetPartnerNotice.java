package org.sternpost.cmdlets.report;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.PartnerNoticeView;
import org.sternpost.engine.mail.Domain;

/// Shows the letters that were written to partners, and when mail to them passed again.
@Name(verb = Verb.Get, noun = "PartnerNotice", summary = "Shows letters to partners, and what was mended since.")
@Example(shows = "See who has not mended yet", run = "Get-PartnerNotice "
        + "| Where-Object { $_.MendedAt -eq $null }", prints = """
        …
        """)
public record GetPartnerNotice(
        @Param(value = "Recipient domain; all when not "
                + "given.", position = 0, pipeline = true, names = "domains") @Nullable Domain domain)
        implements
            Cmdlet.Query<PartnerNoticeView> {

    @Override
    public Stream<PartnerNoticeView> run(Management engine) throws ManagementException {
        return engine.partners().all(domain).stream();
    }
}
