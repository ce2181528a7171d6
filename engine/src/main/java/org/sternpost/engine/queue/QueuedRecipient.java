package org.sternpost.engine.queue;

import java.time.Instant;
import java.util.Set;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Notify;

/// One recipient of a message and what became of it so far.
///
/// @param index     position in the message, from 0
/// @param connector chosen at acceptance; chosen anew when it no longer exists or serves the domain
/// @param attempts  made so far
/// @param due       of the next attempt; meaningless in a final state
/// @param lastError of the last attempt
/// @param notifyOn    of the DSN extension (RFC 3461 §4.1); empty: failure and delay as by default
/// @param original  `ORCPT` as sent; empty text when none
/// @param defects   attempts at which it made this gateway fail
public record QueuedRecipient(int index, Address address, String connector, State state, int attempts, Instant due,
        LastError lastError, Set<Notify> notifyOn, String original, int defects) {

    /// The states of a recipient; the last three are final.
    public enum State { Waiting, Active, Suspended, Delivered, Failed, Removed }

    public QueuedRecipient { notifyOn = Set.copyOf(notifyOn); }

    /// Of which nothing went wrong so far.
    public QueuedRecipient(int index, Address address, String connector, State state, int attempts, Instant due,
            Set<Notify> notifyOn, String original) {
        this(index, address, connector, state, attempts, due, LastError.NONE, notifyOn, original, 0);
    }
}
