package org.sternpost.cmdlets;

import org.jspecify.annotations.Nullable;

/// A `{ … }` typed by the operator, filter or Groovy; it runs in the shell's process, never in the engine.
public interface Block {

    /// Its truth for a record.
    boolean test(Item item);

    /// Its value for a record.
    @Nullable
    Object apply(Item item);
}
