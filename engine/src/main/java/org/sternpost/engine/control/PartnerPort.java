package org.sternpost.engine.control;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.view.PartnerNoticeView;
import org.sternpost.engine.mail.Domain;

/// Letters to partners whose mail hosts fail validation, see [PartnerPlans].
public interface PartnerPort {

    /// The latest first, looked at anew whether what they are about was mended.
    ///
    /// @param domain null for all
    List<PartnerNoticeView> all(@Nullable Domain domain) throws ManagementException;

    /// @param connector null for the one that mail to the domain goes over
    /// @param since     looks at mail from then on
    /// @param contact   whom the partner may ask, for a sentence; empty text for whoever sends the letter
    Plan<PartnerNoticeView> write(Domain domain, @Nullable String connector, Instant since, String contact)
            throws ManagementException;
}
