package org.sternpost.cmdlets;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

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
}
