package org.sternpost.cmdlets;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the shell must know of a parameter besides its name and type. A component that is not `@Nullable` and has no
/// `defaultValue` is mandatory, save `boolean` (a switch, absent means false).
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Param {
    /// One sentence of help.
    String value();

    /// Place among free values; -1 has none.
    int position() default -1;

    /// Takes a record from the pipeline: its identity column, or its property of this name.
    boolean pipeline() default false;

    /// Value in shell syntax when none is given; empty text means none.
    String defaultValue() default "";

    /// What completes it: names of `connectors`, `queues`, `messages`, `rollouts`, `cmdlets`, `domains`, `properties`.
    String names() default "";

    /// `$null` is accepted and empties the setting.
    boolean clearable() default false;

    /// Parameters with the same word here exclude each other.
    String oneOf() default "";

    /// A `{ … }` typed by the operator, filter or Groovy; it runs in the shell's process, never in the engine.
    public interface Block {

        /// Its truth for a record.
        boolean test(Item item);

        /// Its value for a record.
        @Nullable
        Object apply(Item item);
    }

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

    /// A share, typed as `0.5%` or `25`.
    public record Percent(double value) {

        public Percent {
            if (!(value >= 0 && value <= 100)) throw new IllegalArgumentException("a percentage lies in 0..100");
        }
    }

    /// A list parameter of a `Set-` cmdlet: `a,b` replaces, `@{Add=a; Remove=b}` edits.
    ///
    /// @param replace null when editing
    public record SetEdit<T>(@Nullable List<T> replace, List<T> add, List<T> remove) {}

    /// An amount of octets, typed as `25MB`; KB and KiB are both 1024.
    public record Size(long bytes) {}
}
