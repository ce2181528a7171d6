package org.sternpost.cmdlets;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// An example for the help. A test runs it on a real engine that has some days of mail behind it.
@Retention(RetentionPolicy.SOURCE)
@Target(ElementType.TYPE)
@Repeatable(Example.List.class)
public @interface Example {
    /// What it is good for.
    String shows();

    /// The line as typed.
    String run();

    /// What is printed; `…` in a line stands for any text, a line of `…` for any number of lines.
    ///
    /// Blanks beside a `…` may be part of what it stands for.
    String prints();

    @Retention(RetentionPolicy.SOURCE)
    @Target(ElementType.TYPE)
    @interface List {
        Example[] value();
    }
}
