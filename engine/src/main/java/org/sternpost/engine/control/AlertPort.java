package org.sternpost.engine.control;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.view.DeliveryAlertView;
import org.sternpost.engine.control.view.DeliveryHealthView;

/// What somebody must look at, see [AlertViews].
public interface AlertPort {

    /// The latest first.
    ///
    /// @param since also those that were over since then; null for open ones alone
    List<DeliveryAlertView> all(@Nullable Instant since, int limit) throws ManagementException;

    /// A row for each subject of alerts, those without any too.
    List<DeliveryHealthView> health() throws ManagementException;
}
