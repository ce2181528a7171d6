package org.sternpost.lab.mx;

/// How a mail host misbehaves, if it does.
public enum MxFault {
    /// All is well.
    NONE,
    /// Does not offer STARTTLS.
    NO_STARTTLS,
    /// Offers STARTTLS and answers the command with 554.
    STARTTLS_REFUSED,
    /// Answers STARTTLS with 220 and then closes instead of shaking hands.
    STARTTLS_BROKEN,
    /// The first attempt of each sender and recipient gets 451, as greylisting does.
    TEMPFAIL_FIRST,
    /// Every recipient gets 451.
    TEMPFAIL_ALWAYS,
    /// Every recipient gets 550.
    USER_UNKNOWN,
    /// Closes the connection instead of answering the message.
    DROPS_AFTER_DATA,
    /// Accepts connections and never says a word.
    HANGS
}
