package org.sternpost.engine.delivery;

/// What an attempt says of the next hop as a whole.
public sealed interface NextHop {

    /// It took part: a host answered for the mail, or was refused.
    record Answered() implements NextHop {}

    /// No host could be talked to. Nobody has an outcome: other sessions may stand.
    ///
    /// @param otherwise the outcome of all, where this is the only session of the lane
    record Silent(Outcome.Deferred otherwise) implements NextHop {}

    /// It was not called, because others wait for its first answer. Who has no outcome was not attempted.
    ///
    /// @param otherwise why, in words
    record Busy(Outcome.Deferred otherwise) implements NextHop {}

    /// A host wanted no further session, and no other took the mail. Who has no outcome was not attempted.
    ///
    /// @param otherwise the outcome of those, where this is the only session of the lane
    record Crowded(Outcome.Deferred otherwise) implements NextHop {}
}
