package org.sternpost.shell.filter;

import org.sternpost.shell.line.SyntaxError;

/// What a filter says about one record.
public sealed interface Answer {
    /// The record stays.
    record Kept() implements Answer {}

    /// The record goes.
    record Dropped() implements Answer {}

    /// The question makes no sense for this record.
    record Failed(SyntaxError error) implements Answer {}
}
