package org.sternpost.engine.control;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.ShareOf;
import org.sternpost.engine.connector.TlsValidation;

/// A gradual change that an operator asks for.
///
/// @param shares            growing percentages of recipient domains, the last is 100
/// @param hold              how long each share must stand without breach
/// @param maxFailurePercent of the share's own messages
/// @param minMessages       of the share before its rate counts and before the next stage
/// @param onBreachRollback  false suspends instead
/// @param overrideReason    why the readiness gate is passed over; empty text when it is not
/// @param manner            how shares are made
/// @param concurrent        beside rollouts of other connectors that are open
public record RolloutDraft(String connector, TlsValidation to, List<Double> shares, Duration hold,
        double maxFailurePercent, int minMessages, boolean onBreachRollback, String overrideReason,
        Manner manner, boolean concurrent) {

    /// One that runs alone, in the plainest manner.
    public RolloutDraft(String connector, TlsValidation to, List<Double> shares, Duration hold,
            double maxFailurePercent, int minMessages, boolean onBreachRollback, String overrideReason) {
        this(connector, to, shares, hold, maxFailurePercent, minMessages, onBreachRollback, overrideReason,
                Manner.PLAIN, false);
    }

    /// How shares are made.
    ///
    /// @param by         what they are shares of
    /// @param window     `Mon-Fri 08:00-16:00`, in which alone a step forward is taken; null for any time
    /// @param timeZone   its own, `Europe/Berlin`; null for this machine's
    /// @param changeNote empty text when there is none
    public record Manner(ShareOf by, @Nullable String window, @Nullable String timeZone, String changeNote) {
        static final Manner PLAIN = new Manner(ShareOf.Domain, null, null, "");
    }
}
