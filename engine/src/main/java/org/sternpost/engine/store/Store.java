package org.sternpost.engine.store;

import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tables and message bodies that are durable together.
public interface Store extends Database {

    /// Below it nothing is accepted, so that what was accepted can still be settled.
    long FREE_OCTETS_MIN = 64L << 20;

    /// SQL that refers to bodies written with it, in the order they were given.
    @FunctionalInterface
    interface BodyWork<T extends @Nullable Object> {
        T on(Connection connection, List<Segments.Reference> bodies) throws SQLException;
    }

    /// As [#write], with bodies that are on the disk before the transaction that refers to them. Where other work of
    /// the same transaction is refused, all of it is undone and done once more: the work must bear that.
    ///
    /// @throws IOException if work or disk failed; then neither the work nor the bodies are kept
    <T extends @Nullable Object> T writeWithBodies(List<NewBody> bodies, BodyWork<T> work) throws IOException;

    /// The body kept under this number, from its first octet; reading fails at its end if the disk has altered it.
    ///
    /// @throws IOException if there is none, or the disk failed
    InputStream openBody(long bodyId) throws IOException;

    /// Forgets a body. To be called from inside [Work] of a write; takes effect with its transaction.
    void forgetBody(Connection writing, long bodyId) throws SQLException;

    /// Says beside a body that one of its recipients needs it no more, while others do: without the tables nobody else
    /// knows. To be called from inside [Work] of a write; takes effect after its transaction.
    ///
    /// @param recipient position in the record's header
    /// @param state     a number that whoever wrote the header knows the meaning of
    void endRecipient(Connection writing, long bodyId, int recipient, int state) throws SQLException;

    /// Gives back room on the disk that nobody needs any more: moves the few bodies that are left of large files, and
    /// takes out of the database what its rows have left. In small steps that hold up no mail.
    void compact() throws IOException;

    /// What was found when the store was opened.
    StoreCondition condition();

    /// Octets that may still be written to the disk; 0 when the system does not tell.
    long usableSpace() throws IOException;
}
