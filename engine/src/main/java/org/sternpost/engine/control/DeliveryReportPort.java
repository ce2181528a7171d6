package org.sternpost.engine.control;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.Management.ReportQuery;
import org.sternpost.engine.control.view.DeliveryComparisonView;
import org.sternpost.engine.control.view.ExportedReportView;
import org.sternpost.engine.control.view.OutboundSecurityView;

/// Reports that are made of counts, see [DeliveryReports].
public interface DeliveryReportPort {

    /// The counts before and after a moment, for the same length of time: three records for each group.
    ///
    /// @param around the moment; null for the last change of a setting, of the connector asked for if there is one
    /// @param length on each side at most; what has passed since is as much as there can be
    /// @param query  says what is counted; its own times are not looked at
    List<DeliveryComparisonView> compare(@Nullable Instant around, Duration length, ReportQuery query)
            throws ManagementException;

    /// How mail was secured, and what was blocked, by connector and domain.
    List<OutboundSecurityView> security(ReportQuery query) throws ManagementException;

    /// Writes a report into a file on the engine's machine, as its ending says: `.html`, `.json`, `.csv`.
    ///
    /// @param around of the page: the change that is looked at; null for the last one within the time asked for
    /// @param force  a file that is there is replaced
    Plan<ExportedReportView> export(ReportQuery query, @Nullable Instant around, Path path, boolean force)
            throws ManagementException;
}
