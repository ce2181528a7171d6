package org.sternpost.engine.pickup;

import org.sternpost.engine.mail.QueueId;

/// What came of one file.
sealed interface Pickup {

    /// The queue has it; the file can go.
    record Taken(QueueId id) implements Pickup {}

    /// Not now, and nothing is wrong with it: it stays and is tried again.
    record Later(String why) implements Pickup {}

    /// Never as it is: it is set aside.
    ///
    /// @param why    a sentence that names the place
    /// @param remedy what whoever wrote it can do
    record Bad(String why, String remedy) implements Pickup {}
}
