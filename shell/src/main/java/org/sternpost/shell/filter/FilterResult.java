package org.sternpost.shell.filter;

import org.sternpost.shell.line.SyntaxError;

/// What a filter says about one record.
public sealed interface FilterResult {
    /// The record stays.
    record Kept() implements FilterResult {}

    /// The record goes.
    record Dropped() implements FilterResult {}

    /// The question makes no sense for this record.
    record Failed(SyntaxError error) implements FilterResult {}
}
