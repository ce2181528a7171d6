package org.sternpost.engine.dsn;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.dsn.StatusPart.Action;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.BodyType;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Notify;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.Ret;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.message.Composer;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.message.Part;
import org.sternpost.engine.queue.QueuedMessage.MessageContent;
import org.sternpost.engine.queue.QueuedMessage.NewMessage;
import org.sternpost.engine.queue.QueuedMessage;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.time.Time;

/// Writes multipart/report messages from the null path (RFC 3464 §2, RFC 6522 §3).
public final class DsnWriter {

    private static final int LINE_CHARACTERS = 76;

    private final String hostName;
    private final Predicate<Address> enforced;
    private final BiFunction<Envelope, byte[], NewMessage> door;
    private final Time time;

    /// @param enforced whether mail to this sender goes by a route that insists on proof: the notification goes all the
    ///                 same, so it carries no content
    /// @param door     by which it enters the queue
    public DsnWriter(String hostName, Predicate<Address> enforced, BiFunction<Envelope, byte[], NewMessage> door,
            Time time) {
        this.hostName = hostName;
        this.enforced = enforced;
        this.door = door;
        this.time = time;
    }

    /// One recipient and the outcome to tell of.
    ///
    /// @param attempt when a host was last tried for it; empty where none was, or nobody knows
    public record Told(QueuedRecipient recipient, Outcome outcome, Optional<Instant> attempt) {}

    /// The notification of failure; empty if the sender is the null path or asked for none (RFC 3461 §5).
    public Optional<NewMessage> failed(QueuedMessage message, MessageContent body, List<Told> recipients) {
        // RFC 3461 §5.2.4: NOTIFY without FAILURE suppresses it; no NOTIFY at all asks for it.
        return report(message, body, wanted(recipients, Notify.Failure), Action.failed);
    }

    /// The notice that mail is late and still being tried.
    public Optional<NewMessage> delayed(QueuedMessage message, MessageContent body, List<Told> recipients) {
        return report(message, body, wanted(recipients, Notify.Delay), Action.delayed);
    }

    /// The notice that mail went on to hosts that tell nobody what becomes of it; empty unless the sender wants to hear
    /// of success (RFC 3461 §5.2.2).
    public Optional<NewMessage> relayed(QueuedMessage message, MessageContent body, List<Told> recipients) {
        // RFC 3461 §5.2.2: only who asked to hear of success hears that nobody will tell of it.
        return report(message, body, recipients.stream()
                .filter(told -> told.recipient().notifyOn().contains(Notify.Success)).toList(), Action.relayed);
    }

    private static List<Told> wanted(List<Told> recipients, Notify when) {
        return recipients.stream().filter(told -> told.recipient().notifyOn().isEmpty()
                || told.recipient().notifyOn().contains(when)).toList();
    }

    private Optional<NewMessage> report(QueuedMessage message, MessageContent body, List<Told> recipients,
            Action action) {
        // RFC 5321 §6.1: never a notification about a notification.
        if (recipients.isEmpty() || !(message.sender() instanceof ReversePath.Mailbox(var sender)))
            return Optional.empty();
        Instant now = time.instant();
        String mark = message.id() + "." + Long.toUnsignedString(time.random().nextLong(), 36);
        // Its sender's host takes UTF-8 or gets nothing at all; everybody else gets seven bits.
        boolean utf8 = sender.needsUtf8();
        var returned = ReturnedPart.of(message, body, action, utf8, enforced.test(sender));
        byte[] content = new Composer()
                .mailbox("From", "Mail delivery", new Address("postmaster", new Domain(hostName)))
                .addresses("To", List.of(sender))
                .field("Subject", action.subject() + StatusPart.clean(message.subject()))
                .field("Date", Header.date(now)).field("Message-ID", "<" + mark + "@" + hostName + ">")
                .field("Auto-Submitted", "auto-replied") // RFC 3834 §5
                .parts("multipart/report; report-type=delivery-status", "=_" + mark,
                        List.of(Part.text(people(message, recipients, action, returned.onlyHeader())),
                                new StatusPart(hostName, utf8).of(message, recipients, action),
                                returned.part()));
        // RFC 8689 §5: a notification is protected as the message is that it tells of.
        var to = new Recipient(sender, Set.of(Notify.Never), "");
        var parameters = new MailParameters(utf8 ? BodyType.EightBitMime : BodyType.SevenBit, utf8, Ret.None, "",
                message.tls() == RequireTlsTag.Required ? RequireTlsTag.Required : RequireTlsTag.Notice);
        return Optional.of(door.apply(new Envelope(new ReversePath.Null(), List.of(to), parameters), content));
    }

    /// The text that people read (docs/transport-security.md#dsn-text).
    private String people(QueuedMessage message, List<Told> recipients, Action action, Optional<String> onlyHeader) {
        var text = new StringBuilder();
        paragraph(text, "", "This is the mail gateway " + hostName + ".");
        text.append('\n');
        String what = "Your message of " + Header.date(message.received());
        paragraph(text, "", what + switch (action) {
            case failed -> " could not be delivered.";
            case delayed -> " is still waiting; it will be tried until " + Header.date(message.expires()) + ".";
            case relayed -> " was passed on to a host that tells nobody what becomes of mail.";
        });
        for (Told told : recipients) {
            text.append('\n');
            paragraph(text, "  To:      ", told.recipient().address().toString());
            // The remedy has a line of its own.
            paragraph(text, "  Because: ", told.outcome().code() + " " + told.outcome().status().told());
            told.outcome().remedy().ifPresent(remedy -> paragraph(text, "  Remedy:  ", remedy.toString()));
        }
        text.append('\n');
        paragraph(text, "", switch (action) {
            case failed -> "You may send it again when the cause is fixed, or reach the recipient another way.";
            case delayed -> "You need not do anything; you will hear again if it is given up.";
            case relayed -> "You will hear of it no more, unless that host returns it.";
        });
        onlyHeader.ifPresent(why -> {
            text.append('\n');
            paragraph(text, "", "Only the header of your message comes back, because " + why + ".");
        });
        return text.toString();
    }

    /// Words in lines that mail programs show whole; the lines after the first stand below its words.
    private static void paragraph(StringBuilder text, String label, String words) {
        var line = new StringBuilder(label);
        boolean first = true;
        for (String word : StatusPart.clean(words).strip().split(" ")) {
            if (word.isEmpty()) continue;
            if (!first && line.length() + 1 + word.length() > LINE_CHARACTERS) {
                text.append(line).append('\n');
                line = new StringBuilder(" ".repeat(label.length()));
                first = true;
            }
            line.append(first ? "" : " ").append(word);
            first = false;
        }
        text.append(line).append('\n');
    }
}
