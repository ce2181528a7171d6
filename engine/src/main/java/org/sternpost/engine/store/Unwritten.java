package org.sternpost.engine.store;

import java.sql.Connection;
import java.sql.SQLException;
import org.sternpost.engine.store.JournalTail.Applied;

/// What the journal has and the tables have not: something that was accepted, with the rows that it gets.
///
/// Its state changes within a transaction of the [Writer], on its thread, and is put back where that is undone.
public final class Unwritten {

    private enum State { Held, Entered, Left }

    private final Object key;
    private final Segments.Reference body;
    private final long start;
    private final Store.Rows rows;
    private final Writer writer;
    private final long since = System.nanoTime();
    private State state = State.Held;

    /// @param key   by which later work finds it
    /// @param start where its record begins in the segment
    Unwritten(Object key, Segments.Reference body, long start, Store.Rows rows, Writer writer) {
        this.key = key;
        this.body = body;
        this.start = start;
        this.rows = rows;
        this.writer = writer;
    }

    Object key() { return key; }

    /// How far the tables have come when all up to this is applied.
    Applied applied() { return new Applied(body.id(), body.segment(), start); }

    /// How far they have come when all before this is applied.
    Applied notApplied() { return new Applied(body.id() - 1, body.segment(), start); }

    /// Of what it keeps in memory, about.
    long octets() { return body.offset() - start; }

    long ageNanos() { return System.nanoTime() - since; }

    boolean isHeld() { return state == State.Held; }

    boolean hasLeft() { return state == State.Left; }

    void putBack() { state = State.Held; }

    /// The number of its body.
    public long body() { return body.id(); }

    Segments.Reference place() { return body; }

    /// As they were given when it was accepted.
    public Store.Rows rows() { return rows; }

    /// Writes its rows, before whatever follows in this transaction.
    public void enter(Connection writing) throws SQLException {
        writer.enter(writing, this);
        state = State.Entered;
    }

    /// It never gets rows: what it was accepted for is done, and its content goes with this transaction.
    public void leave() {
        writer.bodies().touch(this);
        state = State.Left;
    }
}
