package org.sternpost.engine.mail;

/// What the sender of a message asks of TLS on its way (RFC 8689 §4.1), kept with the message.
public enum RequireTlsTag {
    /// Nothing: connectors and the recipient's policy decide.
    None,
    /// `REQUIRETLS` in the envelope: only authenticated hosts that promise the same (RFC 8689 §4.2.1).
    Required,
    /// `TLS-Required: No` in the header: the recipient's policy is set aside (RFC 8689 §4.2.2).
    NotRequired,
    /// A notification of ours, which holds at most the header of the message: routes are judged and withhold nothing,
    /// for a notification that is held back is lost, and with it the last word on somebody's mail.
    Notice
}
