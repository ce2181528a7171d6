package org.sternpost.engine.delivery;

import java.io.IOException;
import java.util.Optional;
import org.sternpost.engine.queue.ClaimedDelivery;

/// Carries what a destination has, on as few sessions as policy allows.
public interface DeliveryAgent {

    /// Takes deliveries until the destination has none and settles each; trouble with a peer is an outcome, never
    /// thrown.
    ///
    /// @throws IOException if settling failed; what was taken and not settled stays queued
    void serve(DestinationQueue destination) throws IOException, InterruptedException;

    /// The mail that is due to one next hop over one connector, handed out piece by piece to one session.
    interface DestinationQueue {

        /// The next delivery that is due; empty when the destination has none, is suspended, or the engine stops.
        Optional<ClaimedDelivery> next() throws IOException;

        /// A host of the next hop is ready to take mail from this session.
        ///
        /// @return false if nothing may be sent now, as the engine stops
        boolean answered();

        /// Settles what [#next] gave. Where a host took the mail for everybody it may be written behind the session,
        /// of which few messages are unsettled at any time; else it is durable when it returns.
        void settle(ClaimedDelivery mail, AttemptResult attempt) throws IOException;
    }

    /// A defect of ours met while one message was carried, with what was known of it by then.
    ///
    /// Whoever hands out the mail settles what is known, counts the defect for the message and goes on with the next.
    final class DefectException extends RuntimeException {

        private static final long serialVersionUID = 1;

        private final transient ClaimedDelivery mail;
        private final transient AttemptResult soFar;

        /// @param soFar an outcome for those who had one
        public DefectException(ClaimedDelivery mail, AttemptResult soFar, Throwable cause) {
            super(cause);
            this.mail = mail;
            this.soFar = soFar;
        }

        public ClaimedDelivery mail() { return mail; }

        public AttemptResult soFar() { return soFar; }
    }
}
