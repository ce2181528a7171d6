package org.sternpost.engine.control;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.view.TlsExceptionView;
import org.sternpost.engine.mail.Domain;

/// Domains that a connector judges by other settings than its own, as an operator sees and changes them.
public interface TlsExceptionManagement {

    /// Also those that have ended, until somebody removes them.
    ///
    /// @param connector null for all; so `domain`
    List<TlsExceptionView> tlsExceptions(@Nullable String connector, @Nullable Domain domain)
            throws ManagementException;

    Plan<TlsExceptionView> newTlsException(TlsExceptionDraft draft) throws ManagementException;

    Plan<TlsExceptionView> removeTlsException(String connector, Domain domain) throws ManagementException;
}
