package org.sternpost.cmdlets;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What a cmdlet is called; its first doc sentence is `summary`.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Name {
    Verb verb();

    /// Singular, Pascal case.
    String noun();

    /// One sentence for `Get-Command` and the head of `Get-Help`.
    String summary();

    Impact impact() default Impact.Low;

    /// Short names for the prompt, and other spellings such as `Validate-OutboundConnector`.
    String[] aliases() default {};
}
