package org.sternpost.engine.mail;

/// What MAIL asks for beside its path, and what the header adds to it: kept with the message from its acceptance to
/// its last notification, and said again to the next host.
///
/// A parameter more is a component here, a case of `smtp.MailCommand`, which reads and writes it, a column of the table
/// `message`, and a line of `smtp.client.Capabilities` if a host must announce it.
///
/// @param body       `BODY` (RFC 6152 §2)
/// @param smtpUtf8   `SMTPUTF8` (RFC 6531 §3.4)
/// @param ret        `RET` (RFC 3461 §4.3)
/// @param envid      `ENVID` as sent (RFC 3461 §4.4); empty text when none
/// @param requireTls `REQUIRETLS` of the envelope or `TLS-Required` of the header (RFC 8689 §4.1)
public record MailParameters(BodyType body, boolean smtpUtf8, Ret ret, String envid, RequireTlsTag requireTls) {

    /// Nothing is asked for.
    public static final MailParameters NONE = new MailParameters(BodyType.SevenBit, false, Ret.None, "",
            RequireTlsTag.None);

    private static final int ENVID_CHARACTERS_MAX = 100; // RFC 3461 §4.4

    /// @throws IllegalArgumentException if the grammar of MAIL has no such parameter
    public MailParameters {
        if (!envid.isEmpty() && (envid.length() > ENVID_CHARACTERS_MAX || !Xtext.is(envid)))
            throw new IllegalArgumentException("ENVID needs 1 to " + ENVID_CHARACTERS_MAX + " characters of xtext");
    }

    /// Mail whose addresses or header need UTF-8, or not, and which asks for nothing else.
    public static MailParameters utf8(boolean needed) {
        return new MailParameters(BodyType.SevenBit, needed, Ret.None, "", RequireTlsTag.None);
    }

    /// The same with another tag.
    public MailParameters tagged(RequireTlsTag tag) { return new MailParameters(body, smtpUtf8, ret, envid, tag); }
}
