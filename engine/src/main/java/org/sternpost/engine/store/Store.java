package org.sternpost.engine.store;

import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Tables and message bodies that are durable together.
public interface Store extends Database {

    /// Below it nothing is accepted, so that what was accepted can still be settled.
    long FREE_OCTETS_MIN = 64L << 20;

    /// Of one note.
    int NOTE_OCTETS_MAX = 27;

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

    /// Writes the rows of what was accepted, within a transaction that writes its body too.
    @FunctionalInterface
    interface Rows {
        /// @param body the number of its body
        void on(Connection writing, long body) throws SQLException;
    }

    /// Keeps one body: returns its number once its record is on the disk, by one sync that many share. Its rows follow
    /// in the order of acceptance, also when this process ends before; whoever reads or writes tables afterwards finds
    /// them.
    ///
    /// @param key  by which [#settle] finds it while it has no rows
    /// @param rows done once more where they are undone; read from the record after a crash ([#replay])
    /// @throws IOException if it was not kept; then it never will be
    long accept(Object key, NewBody body, Rows rows) throws IOException;

    /// Applies the records of accepted bodies that have no rows yet; to be called once, before anything is accepted.
    void replay(Replay work) throws IOException;

    /// Writes the rows of a record that was found at the start.
    @FunctionalInterface
    interface Replay {
        /// @param body   its number, under which it is kept if its rows are not there
        /// @param header as whoever accepted it wrote it
        /// @return false if its rows are there, or were: then there is nothing to keep
        boolean on(Connection writing, long body, byte[] header) throws SQLException;
    }

    /// SQL that ends something accepted.
    @FunctionalInterface
    interface SettleWork<T extends @Nullable Object> {
        /// @param unwritten what was accepted, where it has no rows yet
        T on(Connection writing, List<Segments.Reference> bodies, Optional<Unwritten> unwritten) throws SQLException;
    }

    /// As [#writeWithBodies], for work that is about one thing accepted and looks at no rows but its own.
    ///
    /// @param key with which it was accepted
    <T extends @Nullable Object> T settle(Object key, List<NewBody> bodies, SettleWork<T> work) throws IOException;

    /// Notes what a transaction will say in a moment: if this process is killed before, the next one finds it in
    /// [#noted]. Waits for nothing and promises nothing; a power loss may take it.
    default void note(byte[] note) {}

    /// What was noted before the store was opened. A transaction may have said it since, and it may be out of order.
    default List<byte[]> noted() { return List.of(); }

    /// All that was noted is settled.
    default void forgetNoted() throws IOException {}

    /// As [#read], of what has its rows: what was accepted just now may have none, and this does not wait for them.
    <T extends @Nullable Object> T readWritten(Work<T> work) throws IOException;

    /// The same as [Database#search], for what an operator asks.
    default <T extends @Nullable Object> T searchWritten(Work<T> work) throws IOException { return readWritten(work); }

    /// Until [#hurryEnds] the store writes at once what it would gather to write together: somebody waits for it.
    void hurryBegins();

    void hurryEnds();

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
