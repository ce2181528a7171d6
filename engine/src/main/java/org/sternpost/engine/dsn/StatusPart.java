package org.sternpost.engine.dsn;

import java.util.List;
import org.sternpost.engine.dsn.DsnWriter.Told;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.engine.mail.Xtext;
import org.sternpost.engine.message.FieldWriter;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.message.Part;
import org.sternpost.engine.queue.QueuedMessage;

/// The part of a notification that machines read (RFC 3464 §2).
///
/// In ASCII, so that it reaches every sender; only to one whose own address needs SMTPUTF8 it goes in UTF-8, as
/// `message/global-delivery-status` (RFC 6533 §4).
final class StatusPart {

    private static final int REPLY_CHARACTERS_MAX = 4_000; // of a host's reply; more tells nobody more

    private final String hostName;
    private final boolean utf8;

    StatusPart(String hostName, boolean utf8) {
        this.hostName = hostName;
        this.utf8 = utf8;
    }

    Part of(QueuedMessage message, List<Told> recipients, Action action) {
        var fields = new FieldWriter(utf8).field("Reporting-MTA", "dns; " + hostName);
        // RFC 3461 §4.4, §6.2.1: as the sender meant it, not as SMTP writes it.
        if (!message.parameters().envid().isEmpty())
            fields.field("Original-Envelope-Id", clean(Xtext.decode(message.parameters().envid())));
        fields.field("Arrival-Date", Header.date(message.received()));
        for (Told told : recipients)
            recipient(fields.end(), message, told, action);
        return utf8
                ? Part.eightBit("message/global-delivery-status", fields.octets())
                : Part.of("message/delivery-status", fields.octets());
    }

    private void recipient(FieldWriter fields, QueuedMessage message, Told told, Action action) {
        if (!told.recipient().recipient().orcpt().isEmpty())
            fields.field("Original-Recipient", original(told.recipient().recipient().orcpt()));
        fields.field("Final-Recipient", typed(told.recipient().address())).field("Action", action.name())
                .field("Status", told.outcome().code());
        if (!told.outcome().host().isEmpty()) fields.field("Remote-MTA", "dns; " + told.outcome().host());
        if (action != Action.relayed) fields.field("Diagnostic-Code", diagnostic(told.outcome()));
        // RFC 3464 §2.3.7: not where the time of the last attempt is unknown.
        told.attempt().ifPresent(at -> fields.field("Last-Attempt-Date", Header.date(at)));
        if (action == Action.delayed) fields.field("Will-Retry-Until", Header.date(message.expires()));
    }

    private String typed(Address address) {
        if (!address.needsUtf8()) return "rfc822; " + address;
        return "utf-8; " + (utf8 ? address : Xtext.sevenBit(address.toString()));
    }

    /// `ORCPT` was written `type;address`, in xtext or, for type `utf-8`, in the form of RFC 6533 §3.
    private String original(String orcpt) {
        int semicolon = orcpt.indexOf(';');
        String type = orcpt.substring(0, semicolon);
        String address = orcpt.substring(semicolon + 1);
        if (!type.equalsIgnoreCase("utf-8")) return type + "; " + clean(Xtext.decode(address));
        return type + "; " + (utf8 ? clean(address) : Xtext.sevenBit(address));
    }

    /// RFC 3464 §2.3.6: what the host said and nothing else; where none did, our own words under a type of our own.
    private static String diagnostic(Outcome outcome) {
        return outcome.reply().map(said -> "smtp; " + clean(said.toString()))
                .orElseGet(() -> "X-Sternpost; " + ascii(clean(outcome.status().told())));
    }

    /// Our own words as every reader of fields shows them, without encoded words; what has no form in ASCII is told by
    /// its number, as addresses are (RFC 6533 §3). A host's reply is its own and stays as it was said.
    private static String ascii(String words) {
        var out = new StringBuilder();
        words.codePoints().forEach(c -> out.append(switch (c) {
            case '§' -> "section ";
            case '“', '”', '„' -> "\"";
            case '‘', '’' -> "'";
            case '–', '—' -> "-";
            case '…' -> "...";
            case '→' -> "->";
            default -> c < 0x80 ? Character.toString(c) : Xtext.escape(c);
        }));
        return out.toString();
    }

    /// A stranger's words never start a line of ours.
    static String clean(String text) { return VisibleText.startOf(text, REPLY_CHARACTERS_MAX); }

    /// What became of mail for a recipient, as a notification names it (RFC 3464 §2.3.3).
    enum Action {
        /// It is given up.
        failed("Undeliverable: "),
        /// It is late and still tried.
        delayed("Delayed: "),
        /// It went on to a host that tells nobody what becomes of it.
        relayed("Passed on: ");

        private final String subject;

        Action(String subject) { this.subject = subject; }

        /// What the subject of the notification begins with.
        String subject() { return subject; }
    }
}
