package org.sternpost.engine.dns;

/// Asks the DNS. Safe for many threads; blocks; bounded in time.
public interface Resolver {

    /// The answer and its proven status.
    Answer ask(Question question);

    /// The answer without any check (RFC 4035 §3.2.2), always [Status#Insecure]: for mail that flows although an
    /// answer is bogus, because its connector says so.
    Answer askUnchecked(Question question);
}
