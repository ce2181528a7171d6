package org.sternpost.engine.delivery;

import java.util.Optional;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.trust.Failure;

/// What became of one [DeliveryStep].
sealed interface DeliveryFact {

    /// Of [DeliveryStep.Skip]: it is written down.
    record Noted() implements DeliveryFact {}

    /// Of [DeliveryStep.Connect], as [DeliveryPlan#judged] has it.
    sealed interface OfConnect extends DeliveryFact {}

    /// The host proves what is asked of it.
    ///
    /// @param refusedStartTls it goes on in clear text after it said no to STARTTLS
    record Proven(Level level, boolean refusedStartTls) implements OfConnect {}

    /// What the host showed does not satisfy.
    ///
    /// @param why      what is missing
    /// @param ofMode   the same where the mode asks for it, and not this one sender
    /// @param achieved level of the session
    /// @param obstacle what that means for the mail
    record Refused(Failure why, Optional<Failure> ofMode, Level achieved, Obstacle obstacle) implements OfConnect {}

    /// TLS failed where nothing requires it.
    ///
    /// @param ended there is no session: clear text needs a new one
    record TlsFailed(Failure why, boolean ended) implements OfConnect {}

    /// The host could not be talked to.
    record Trouble(FailurePolicy.Said what) implements OfConnect {}

    /// Of [DeliveryStep.Send], where somebody is left without an outcome.
    sealed interface OfSend extends DeliveryFact {

        /// True if others have one by now.
        boolean some();
    }

    /// The session ended, which says nothing of a fresh one: it had waited, or taken some.
    record Ended(boolean some) implements OfSend {}

    /// The session ended.
    record Over(FailurePolicy.Said why, boolean some) implements OfSend {}

    /// The host lacks what the message needs.
    ///
    /// @param outcome if no other has it
    record Unfit(Outcome outcome, boolean some) implements OfSend {}
}
