package org.sternpost.engine.queue;

import java.time.Instant;
import java.util.Set;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.Notify;
import org.sternpost.engine.mail.Envelope.Recipient;

/// One recipient of a message and what became of it so far.
///
/// @param index     position in the message, from 0
/// @param route     chosen at acceptance
/// @param attempts  made so far
/// @param due       of the next attempt; meaningless in a final state
/// @param lastError of the last attempt
/// @param defects   attempts at which it made this gateway fail
public record QueuedRecipient(int index, Recipient recipient, Route route, State state, int attempts, Instant due,
        LastError lastError, int defects) {

    /// The states of a recipient; the last three are final.
    public enum State { Waiting, Active, Suspended, Delivered, Failed, Removed }

    /// The connector that its mail takes.
    ///
    /// @param connector its identity
    /// @param rule      that chose it, by name, and whose choice no later attempt changes; empty text: it was found by
    ///                  the address, and is found anew when connectors change
    public record Route(String connector, String rule) {

        /// By address.
        public static Route of(String connector) { return new Route(connector, ""); }

        public boolean isByRule() { return !rule.isEmpty(); }
    }

    /// Of which nothing went wrong so far.
    public QueuedRecipient(int index, Recipient recipient, Route route, State state, int attempts, Instant due) {
        this(index, recipient, route, state, attempts, due, LastError.NONE, 0);
    }

    public Address address() { return recipient.address(); }

    public String connector() { return route.connector(); }

    /// Where it waits.
    public DestinationKey destination() { return new DestinationKey(route.connector(), address().domain()); }

    /// Of the DSN extension (RFC 3461 §4.1); empty: failure and delay as by default.
    public Set<Notify> notifyOn() { return recipient.notifyOn(); }
}
