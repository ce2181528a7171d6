package org.sternpost.cmdlets.report;

import java.time.LocalDate;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.TlsRptReportView;
import org.sternpost.engine.mail.Domain;

/// Sends the report of a day now, to everybody whom the domain's record names.
@Name(verb = Verb.Send, noun = "TlsRptReport", summary = "Sends the TLS report of a day, also once more.")
@Example(shows = "See who would get it", run = "Send-TlsRptReport old.example 2026-11-22 -WhatIf", prints = """
        What if: Send-TlsRptReport on TlsRptReport 2026-11-22 of old.example
          mailto:…: → the report of 2026-11-22
          https:…: → the report of 2026-11-22
        """)
public record SendTlsRptReport(
        @Param(value = "Domain that is reported to.", position = 0, pipeline = true) Domain domain,
        @Param(value = "Day, in UTC, that is over: 2026-11-22.", position = 1, pipeline = true) String day)
        implements
            Cmdlet.Change<TlsRptReportView> {

    public SendTlsRptReport { GetTlsRptReport.day(day, "-Day"); }

    @Override
    public Plan<TlsRptReportView> plan(Management engine) throws ManagementException {
        LocalDate of = GetTlsRptReport.day(day, "-Day");
        return engine.tlsReports().send(domain, of);
    }
}
