package org.sternpost.engine.store;

import org.sternpost.engine.store.journal.RecordFrame.Kind;
import org.sternpost.engine.store.journal.RecordFrame;

/// A body about to be kept, with the record around it that says what it is whatever becomes of the tables.
///
/// @param header what whoever keeps it writes of it; the store does not read it, and the array must not change
public record NewBody(Kind kind, byte[] header, Content content) {

    private static final byte[] NO_HEADER = {};

    /// Octets of its record before the content.
    int before() { return RecordFrame.PREFIX_OCTETS + header.length; }

    /// Of which nobody says anything but its octets: what a version without records had kept.
    static NewBody bare(Content content) { return new NewBody(Kind.Notice, NO_HEADER, content); }
}
