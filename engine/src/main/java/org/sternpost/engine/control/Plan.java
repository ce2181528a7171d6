package org.sternpost.engine.control;

import java.util.List;

/// A change worked out up to its commit: what `-WhatIf` prints and `-Confirm` asks about.
///
/// @param operation the cmdlet, `Set-OutboundConnector`
/// @param target    what it changes, `OutboundConnector banks`
/// @param changes   empty when everything is already so
/// @param affects   in words, `12 queued messages, 3 domains`; empty text when nothing else is touched
/// @param risks     what is known to fail or get lost by it, a sentence each; such a plan is asked about
/// @param objects   how many it changes; who changes several is asked
/// @param commit    applies it; audited, durable when it returns; called at most once
public record Plan<V>(String operation, String target, List<Change> changes, String affects, List<String> warnings,
        List<String> risks, long objects, Commit<V> commit) {

    /// One setting before and after; empty text stands for "not there".
    public record Change(String path, String before, String after) {}

    /// Applies a plan and answers with the new state.
    @FunctionalInterface
    public interface Commit<V> {
        /// @param by who does it, for the audit log
        List<V> apply(String by) throws ManagementException;
    }

    public Plan {
        changes = List.copyOf(changes);
        warnings = List.copyOf(warnings);
        risks = List.copyOf(risks);
    }

    /// A plan for one object.
    public Plan(String operation, String target, List<Change> changes, String affects, List<String> warnings,
            List<String> risks, Commit<V> commit) {
        this(operation, target, changes, affects, warnings, risks, 1, commit);
    }

    /// A plan that is known to hurt nothing.
    public Plan(String operation, String target, List<Change> changes, String affects, List<String> warnings,
            Commit<V> commit) {
        this(operation, target, changes, affects, warnings, List.of(), commit);
    }
}
