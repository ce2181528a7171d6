package org.sternpost.cmdlets.report;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Management.TlsRptQuery;
import org.sternpost.engine.control.view.TlsRptReportView;
import org.sternpost.engine.mail.Domain;

/// Shows the sessions counted for the owners of domains, by day, and what became of the reports.
@Name(verb = Verb.Get, noun = "TlsRptReport", summary = "Shows the TLS reports of RFC 8460: counts, state, document.")
@Example(shows = "See what was counted on one day and whether it was sent", run = "Get-TlsRptReport "
        + "-StartDate 2026-11-22 -EndDate 2026-11-22", prints = """
        Day         Domain              Succeeded  Failed  State     Problem
        ----------  …
        …
        2026-11-22  old.example         0          1       Sent
        …
        """)
@Example(shows = "Read the failures of a domain by policy", run = "Get-TlsRptReport old.example "
        + "| Select-Object -ExpandProperty Policies", prints = """
        Type  Domain       Succeeded  Failed  Results
        ----  -----------  ---------  ------  …
        sts   old.example  0          1       certificate-expired 1…
        …
        """)
@Example(shows = "Print the document itself", run = "Get-TlsRptReport old.example "
        + "| Select-Object -ExpandProperty Json", prints = """
        {"organization-name":…}
        …
        """)
public record GetTlsRptReport(
        @Param(value = "Domain that is reported to; all when not "
                + "given.", position = 0, pipeline = true) @Nullable Domain domain,
        @Param("First day, in UTC, 2026-11-24; the first one there is when not given.") @Nullable String startDate,
        @Param("Last day, in UTC; the last one there is when not given.") @Nullable String endDate,
        @Param(value = "Most rows shown, newest first.", defaultValue = "1000") Integer resultSize)
        implements
            Cmdlet.Query<TlsRptReportView>,
            Cmdlet.Limited {

    private static final LocalDate LAST = LocalDate.of(9999, 12, 31);

    public GetTlsRptReport {
        if (startDate != null) day(startDate, "-StartDate");
        if (endDate != null) day(endDate, "-EndDate");
        Cmdlet.Limited.check(resultSize);
    }

    @Override
    public Stream<TlsRptReportView> run(Management engine) throws ManagementException {
        LocalDate from = startDate == null ? LocalDate.EPOCH : day(startDate, "-StartDate");
        LocalDate to = endDate == null ? LAST : day(endDate, "-EndDate");
        return engine.tlsReports().reports(new TlsRptQuery(domain, from, to, wanted())).stream();
    }

    /// A day of UTC as an argument, `2026-11-24`: it is the same day in every time zone.
    ///
    /// @throws IllegalArgumentException in words that name the parameter
    static LocalDate day(String text, String parameter) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException bad) {
            throw new IllegalArgumentException(parameter + " takes a day as 2026-11-24, not '" + text + "'", bad);
        }
    }
}
