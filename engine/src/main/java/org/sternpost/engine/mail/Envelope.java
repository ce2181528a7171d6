package org.sternpost.engine.mail;

import java.util.List;
import java.util.Set;

/// Who sends a message to whom and what is asked for it: all that SMTP says of a message beside its content
/// (RFC 5321 §2.3.1).
///
/// The one form of it, from the socket that takes it in to the one it leaves by, and to the notification that tells of
/// it. What cannot be said in SMTP cannot be made, through whichever door it comes.
public record Envelope(ReversePath sender, List<Recipient> recipients, MailParameters parameters) {

    public Envelope {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty()) throw new IllegalArgumentException("an envelope without a recipient");
    }

    /// What a message's lines may hold, as `BODY` says it (RFC 6152 §2).
    public enum BodyType {
        /// `BODY=7BIT`, or nothing said.
        SevenBit,
        /// `BODY=8BITMIME`.
        EightBitMime
    }

    /// What the sender of a message wants back if it cannot be delivered (`RET`, RFC 3461 §4.3), kept with the message.
    public enum Ret {
        /// Nothing was said: each host decides for itself.
        None,
        /// `RET=HDRS`: the header alone.
        Headers,
        /// `RET=FULL`: the whole message.
        Full
    }

    /// When a sender wants to hear of a recipient (`NOTIFY`, RFC 3461 §4.1). `Never` stands alone.
    public enum Notify { Never, Success, Failure, Delay }

    /// What the sender of a message asks of TLS on its way (RFC 8689 §4.1), kept with the message.
    public enum RequireTlsTag {
        /// Nothing: connectors and the recipient's policy decide.
        None,
        /// `REQUIRETLS` in the envelope: only authenticated hosts that promise the same (RFC 8689 §4.2.1).
        Required,
        /// `TLS-Required: No` in the header: the recipient's policy is set aside (RFC 8689 §4.2.2).
        NotRequired,
        /// A notification of ours, which holds at most the header of the message: routes are judged and withhold
        /// nothing, for a notification that is held back is lost, and with it the last word on somebody's mail.
        Notice
    }

    /// What MAIL asks for beside its path, and what the header adds to it: kept with the message from its acceptance to
    /// its last notification, and said again to the next host.
    ///
    /// A parameter more is a component here, a case of `smtp.Command`, which reads and writes it, a column of the
    /// table `message`, and a line of `smtp.client.Capabilities` if a host must announce it.
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

    /// One recipient of a message, and what RCPT asked for it.
    ///
    /// @param notifyOn `NOTIFY` (RFC 3461 §4.1); empty when not said. Java keeps the name `notify` for itself
    /// @param orcpt    `ORCPT` as sent, `rfc822;user@example.org` (RFC 3461 §4.2); empty text when none
    public record Recipient(Address address, Set<Notify> notifyOn, String orcpt) {

        private static final int ORCPT_CHARACTERS_MAX = 500; // RFC 3461 §4.2
        private static final String UTF8 = "utf-8"; // RFC 6533 §3

        /// @throws IllegalArgumentException if the grammar of RCPT has no such parameter
        public Recipient {
            notifyOn = Set.copyOf(notifyOn);
            // RFC 3461 §4.1: NEVER stands alone.
            if (notifyOn.contains(Notify.Never) && notifyOn.size() > 1)
                throw new IllegalArgumentException("NOTIFY=NEVER stands alone");
            if (!orcpt.isEmpty()) refuseBad(orcpt);
        }

        /// Of whom nothing is asked.
        public static Recipient of(Address address) { return new Recipient(address, Set.of(), ""); }

        /// The same in seven bits (RFC 6533 §3).
        public Recipient sevenBit() {
            int at = orcpt.indexOf(';') + 1;
            return Characters.areAscii(orcpt)
                    ? this
                    : new Recipient(address, notifyOn, orcpt.substring(0, at) + Xtext.sevenBit(orcpt.substring(at)));
        }

        private static void refuseBad(String orcpt) {
            int semicolon = orcpt.indexOf(';');
            if (semicolon < 1 || !isType(orcpt.substring(0, semicolon)))
                throw new IllegalArgumentException("ORCPT needs a type and an address: rfc822;user@example.org");
            String address = orcpt.substring(semicolon + 1);
            boolean utf8 = orcpt.substring(0, semicolon).equalsIgnoreCase(UTF8);
            boolean good = !Characters.areAscii(address) && utf8 ? isUnitext(address) : Xtext.is(address);
            // What may be sent on in seven bits must fit in seven bits.
            int length = semicolon + 1 + (Characters.areAscii(address) ? address : Xtext.sevenBit(address)).length();
            if (address.isEmpty() || !good || length > ORCPT_CHARACTERS_MAX)
                throw new IllegalArgumentException("ORCPT needs 1 to " + ORCPT_CHARACTERS_MAX + " characters of xtext");
        }

        private static boolean isType(String text) {
            return Characters.all(text,
                    c -> c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-');
        }

        /// RFC 6533 §3: an address as it is, or with escapes; of ASCII all that is visible but "=".
        private static boolean isUnitext(String address) {
            return Characters.all(address, c -> c > ' ' && c != '=' && !Address.breaksLines(c));
        }
    }

    /// Whom a message comes from in its envelope; the null path is how a notification says "do not answer"
    /// (RFC 5321 §4.5.5).
    public sealed interface ReversePath {
        /// `<>`.
        record Null() implements ReversePath {
            @Override
            public String toString() { return ""; }
        }

        /// A mailbox that gets the notifications.
        record Mailbox(Address address) implements ReversePath {
            @Override
            public String toString() { return address.toString(); }
        }

        /// Reads the text between the angle brackets; the empty text is the null path.
        ///
        /// @throws IllegalArgumentException with a sentence that names the place and the reason
        static ReversePath of(String text) { return text.isEmpty() ? new Null() : new Mailbox(Address.of(text)); }
    }
}
