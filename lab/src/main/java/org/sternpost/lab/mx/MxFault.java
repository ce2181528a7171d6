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
    HANGS,
    /// Takes two sessions at once and greets further ones with 421.
    CROWDED,
    /// Greets with two codes: 220 on the first line, 521 on the last.
    GREETS_WITH_TWO_CODES,
    /// Answers STARTTLS with 421 and closes.
    STARTTLS_CLOSES,
    /// Sends a reply in clear behind its 220 to STARTTLS, as an attacker on the way would.
    STARTTLS_INJECTED,
    /// Answers the end of each message twice.
    ANSWERS_TWICE,
    /// Answers the end of each message with 354.
    ASKS_FOR_MORE,
    /// Takes one message and answers the next MAIL with 421.
    CLOSES_AT_MAIL,
    /// Takes one message and answers the next RCPT with 421.
    CLOSES_AT_RCPT,
    /// Closes after each message without a word.
    CLOSES_SILENTLY,
    /// Takes ten recipients of a message and answers the others with 552 5.5.3.
    TEN_RECIPIENTS_THEN_552,
    /// Takes ten recipients of a message and answers the others with 452 4.5.3.
    TEN_RECIPIENTS_THEN_452,
    /// Has no 8BITMIME (RFC 6152), and refuses messages that are not of 7 bits.
    SEVEN_BIT,
    /// Speaks TLS 1.2 with RSA key exchange alone, as old appliances do.
    RSA_KEY_EXCHANGE,
    /// Warns of the name in a handshake, `unrecognized_name`, and goes on with it.
    WARNS_OF_NAMES,
    /// Announces PIPELINING, answers the first of the commands that come together, and loses the others. It is too old
    /// for CHUNKING.
    LOSES_PIPELINED,
    /// Announces CHUNKING and does not know BDAT.
    REFUSES_BDAT,
    /// No fault: announces DSN (RFC 3461), takes its parameters, and answers for notices itself.
    KNOWS_DSN
}
