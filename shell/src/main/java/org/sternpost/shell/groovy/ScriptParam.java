package org.sternpost.shell.groovy;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A `@Field` of a script file that the command line sets: `-File x.groovy -Connector banks`.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface ScriptParam {
    boolean mandatory() default false;

    String help() default "";
}
