package org.sternpost.engine.control;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.view.DkimKeyView;
import org.sternpost.engine.control.view.TlsRptReportView;
import org.sternpost.engine.mail.Domain;

/// Reports of RFC 8460 to the owners of domains, and the keys that sign them, as an operator sees and changes them.
public interface ReportingManagement {

    /// With what DNS shows of each now.
    ///
    /// @param domain null for all
    List<DkimKeyView> dkimKeys(@Nullable Domain domain) throws ManagementException;

    Plan<DkimKeyView> newDkimKey(Domain domain, String selector, DkimAlgorithm algorithm) throws ManagementException;

    Plan<DkimKeyView> removeDkimKey(Domain domain, String selector) throws ManagementException;

    List<TlsRptReportView> tlsRptReports(TlsRptQuery query) throws ManagementException;

    /// Sends the report of a day to everybody whom the domain's record names now, also to those who have had it.
    Plan<TlsRptReportView> sendTlsRptReport(Domain domain, LocalDate day) throws ManagementException;
}
