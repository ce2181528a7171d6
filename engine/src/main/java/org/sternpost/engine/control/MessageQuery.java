package org.sternpost.engine.control;

import org.jspecify.annotations.Nullable;

/// Which messages that wait are wanted, and in which order; null asks for no restriction.
///
/// @param queue     `connector/domain`, or `Poison` for what is set aside
/// @param filter    text, as [QueueFilters] reads it
/// @param sortOrder `+Property,-Property`; null for oldest first, which alone is not held in memory
/// @param limit     most that are wanted
public record MessageQuery(@Nullable String queue, @Nullable String filter, @Nullable String sortOrder, int limit) {

    static final @Nullable String OLDEST_FIRST = null;

    /// Oldest first.
    public static MessageQuery where(String filter, int limit) {
        return new MessageQuery(null, filter, OLDEST_FIRST, limit);
    }
}
