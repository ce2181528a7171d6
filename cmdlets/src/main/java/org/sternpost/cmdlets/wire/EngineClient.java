package org.sternpost.cmdlets.wire;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.Column;

/// A way to the engine: over its socket, or direct when shell and engine share a process.
public interface EngineClient extends AutoCloseable {

    /// Runs a query; records arrive one by one in the caller's thread.
    ///
    /// @return true if there are more records than the query asked for
    /// @throws IOException if the engine cannot be reached or the connection was lost
    boolean query(Cmdlet.Query<?> query, Consumer<Record> records) throws IOException, ManagementException;

    /// Works out a change without applying it; the engine runs the same code up to the commit.
    PlanView plan(Cmdlet.Change<?> change) throws IOException, ManagementException;

    /// Plans and applies a change; answers with the plan it applied, and hands out the new state.
    ///
    /// @param operationId the same id with the same content is applied once
    PlanView commit(Cmdlet.Change<?> change, String operationId, Consumer<Record> records)
            throws IOException, ManagementException;

    /// Asks the engine to stop what runs on this client; safe from any thread.
    void cancel();

    /// Host name of the engine, for the prompt.
    String engine();

    /// True once the engine is gone: nothing that is asked here will be answered any more.
    default boolean lost() { return false; }

    /// Who else is connected to an engine that ends when this client is closed.
    default List<String> otherUsers() { return List.of(); }

    @Override
    void close();

    /// The operator stopped a request; a change that was stopped in time has changed nothing.
    public static final class CancelledException extends IOException {

        private static final long serialVersionUID = 1L;

        public CancelledException(String message) { super(message); }
    }

    /// A plan as it crosses the wire: what `-WhatIf` prints.
    ///
    /// @param risks what is known to fail or get lost by it; such a plan is asked about
    ///
    /// @param objects how many it changes
    public record PlanView(@Column(1) String operation, @Column(value = 1, identity = true) String target,
            List<ChangeView> changes, @Column(2) String affects, List<String> warnings, List<String> risks,
            long objects) {

        /// Of a change of one object.
        public PlanView(String operation, String target, List<ChangeView> changes, String affects,
                List<String> warnings, List<String> risks) {
            this(operation, target, changes, affects, warnings, risks, 1);
        }

        /// One setting before and after; empty text stands for "not there".
        public record ChangeView(@Column(value = 1, identity = true) String path, @Column(1) String before,
                @Column(1) String after) {}
    }
}
