package org.sternpost.engine.control;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.view.StsPolicyView;
import org.sternpost.engine.control.view.StsUpdateView;
import org.sternpost.engine.mail.Domain;

/// The MTA-STS policies held, as an operator sees, renews and forgets them.
public interface StsPolicyManagement {

    /// By domain.
    ///
    /// @param domain null for all
    List<StsPolicyView> stsPolicies(@Nullable Domain domain) throws ManagementException;

    /// Fetches anew, now.
    ///
    /// @param domain also one that we hold no policy of; null for every policy that is due
    Plan<StsUpdateView> updateStsPolicy(@Nullable Domain domain) throws ManagementException;

    /// Forgets what is held of a domain.
    Plan<StsPolicyView> clearStsPolicy(Domain domain) throws ManagementException;
}
