package org.sternpost.cmdlets.mail;

import org.jspecify.annotations.Nullable;

/// What a cmdlet acts on: one thing by its name, or all of a filter.
final class Chosen {

    private Chosen() {}

    /// Refuses both, and neither: nothing named is never all.
    static void one(@Nullable String identity, @Nullable String filter) {
        if ((identity == null) == (filter == null))
            throw new IllegalArgumentException("name one by -Identity or several by -Filter"
                    + (identity == null ? "" : ", not both"));
    }

    /// Which of the two was given.
    static String given(@Nullable String text) {
        if (text == null) throw new IllegalStateException("checked when it was bound");
        return text;
    }
}
