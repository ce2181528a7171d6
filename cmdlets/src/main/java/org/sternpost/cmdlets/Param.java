package org.sternpost.cmdlets;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.ArrayList;
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

    /// The sentence for a `New-` cmdlet where a [Group] has it say something else there.
    String whenNew() default "";

    /// Place among free values; -1 has none.
    int position() default -1;

    /// Takes a record from the pipeline: its identity column, or its property of this name.
    boolean pipeline() default false;

    /// Value in shell syntax when none is given; empty text means none.
    String defaultValue() default "";

    /// What completes it: names of `connectors`, `queues`, `messages`, `rollouts`, `cmdlets`, `domains`, `users`,
    /// `properties`; `unlimited` is the word beside numbers, `filter` a filter of the engine.
    String names() default "";

    /// `$null` is accepted and empties the setting.
    boolean clearable() default false;

    /// Parameters with the same word here exclude each other.
    String oneOf() default "";

    /// Puts the parameters of a record in the place of the component of that type.
    ///
    /// One group serves what makes a thing and what changes it. A `New-` cmdlet has nothing yet to edit or to clear: it
    /// takes a list for a [SetEdit] and a value for a [Clearable], and has the default values, which a change has not.
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.RECORD_COMPONENT)
    @interface Group {}

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
    public record SetEdit<T>(@Nullable List<T> replace, List<T> add, List<T> remove) {

        public static <T> SetEdit<T> replacing(List<T> all) { return new SetEdit<>(all, List.of(), List.of()); }

        public static <T> SetEdit<T> editing(List<T> add, List<T> remove) { return new SetEdit<>(null, add, remove); }

        /// Elements that were not there, or not for certain.
        public List<T> given() { return replace == null ? add : replace; }

        /// The list that becomes of the present one.
        public List<T> over(List<T> present) {
            var made = new ArrayList<>(replace == null ? present : replace);
            for (T element : add)
                if (!made.contains(element)) made.add(element);
            made.removeAll(remove);
            return made;
        }
    }

    /// An amount of octets, typed as `25MB`; KB and KiB are both 1024.
    public record Size(long bytes) {}
}
