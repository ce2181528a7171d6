package org.sternpost.cmdlets;

import java.util.Optional;

/// A value given for a setting that may also be emptied with `$null`; a null component means "not given".
public sealed interface Clearable<T> {

    /// The setting's new value.
    record Value<T>(T value) implements Clearable<T> {}

    /// `$null` was typed: the setting becomes empty.
    record Cleared<T>() implements Clearable<T> {}

    /// The new value; empty when cleared.
    default Optional<T> asOptional() {
        return switch (this) {
            case Value<T>(var value) -> Optional.of(value);
            case Cleared<T>() -> Optional.empty();
        };
    }
}
