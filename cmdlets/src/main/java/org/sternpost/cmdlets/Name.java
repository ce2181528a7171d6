package org.sternpost.cmdlets;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What a cmdlet is called; its first doc sentence is `summary`.
@Retention(RetentionPolicy.SOURCE)
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

    /// PowerShell's approved verbs, and the three that Exchange's administrators type by habit.
    public enum Verb {
        Backup, Clear, Compare, ConvertFrom, ConvertTo, Disable, Enable, Export, ForEach, Format, Get, Group, Import,
        Measure,
        New,
        Redirect,
        Register, Remove, Resolve, Resume, Retry, Search, Select, Send, Set, Sort, Start, Stop, Suspend, Test, Undo,
        Unregister, Update, Validate, Wait, Watch, Where
    }

    /// How much a change can hurt, and so when the shell asks before it commits (docs/shell.md#changes).
    public enum Impact {
        /// Never asks.
        Low,
        /// Asks if more than one object is affected.
        Medium,
        /// Asks always.
        High
    }
}
