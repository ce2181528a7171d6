package org.sternpost.engine.dsn;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sternpost.engine.delivery.Notifier;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.mail.ReversePath;
import org.sternpost.engine.mail.TlsWish;
import org.sternpost.engine.message.Composer;
import org.sternpost.engine.queue.Body;
import org.sternpost.engine.queue.QueuedMessage;
import org.sternpost.engine.queue.QueuedRecipient.Notify;
import org.sternpost.engine.queue.Submission;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.trust.Failure;

/// Writes multipart/report messages from the null path (RFC 3464 §2, RFC 6522 §3).
public final class NonDelivery implements Notifier {

    private static final int RETURNED_OCTETS_MAX = 1 << 20;
    private static final int HEADER_OCTETS_MAX = 64 << 10;

    private final String hostName;
    private final Time time;

    public NonDelivery(String hostName, Time time) {
        this.hostName = hostName;
        this.time = time;
    }

    @Override
    public Optional<Submission> failed(QueuedMessage message, Body body, List<Told> recipients) {
        // RFC 3461 §5.2.4: NOTIFY without FAILURE suppresses it; no NOTIFY at all asks for it.
        return report(message, body, wanted(recipients, Notify.Failure), "failed");
    }

    @Override
    public Optional<Submission> delayed(QueuedMessage message, Body body, List<Told> recipients) {
        return report(message, body, wanted(recipients, Notify.Delay), "delayed");
    }

    private static List<Told> wanted(List<Told> recipients, Notify when) {
        return recipients.stream().filter(told -> told.recipient().notifyOn().isEmpty()
                || told.recipient().notifyOn().contains(when)).toList();
    }

    private Optional<Submission> report(QueuedMessage message, Body body, List<Told> recipients, String action) {
        // RFC 5321 §6.1: never a notification about a notification.
        if (recipients.isEmpty() || !(message.sender() instanceof ReversePath.Mailbox(var sender)))
            return Optional.empty();
        var out = new ByteArrayOutputStream();
        String boundary = "=_" + message.id() + "." + Long.toUnsignedString(time.random().nextLong(), 36);
        boolean late = action.equals("delayed");
        put(out, "From: Mail delivery <postmaster@" + hostName + ">", "To: " + sender,
                "Subject: " + (late ? "Delayed: " : "Undeliverable: ") + ascii(message.subject()),
                "Date: " + Composer.date(time.instant()),
                "Message-ID: <" + boundary.substring(2) + "@" + hostName + ">",
                "Auto-Submitted: auto-replied", "MIME-Version: 1.0",
                "Content-Type: multipart/report; report-type=delivery-status;", "\tboundary=\"" + boundary + "\"", "",
                "--" + boundary, "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "");
        people(out, message, recipients, late);
        put(out, "", "--" + boundary, "Content-Type: " + (message.smtpUtf8()
                ? "message/global-delivery-status"
                : "message/delivery-status"), "");
        machines(out, message, recipients, action);
        put(out, "--" + boundary);
        returned(out, message, body, late);
        put(out, "", "--" + boundary + "--");
        // RFC 8689 §5: a notification is protected as the message is that it tells of.
        var to = new Submission.Recipient(sender, Set.of(Notify.Never), "");
        return Optional.of(new Submission(new ReversePath.Null(), List.of(to), "notification", message.smtpUtf8(), true,
                "", false, message.tls() == TlsWish.Required, out.toByteArray()));
    }

    private void people(ByteArrayOutputStream out, QueuedMessage message, List<Told> recipients, boolean late) {
        put(out, "This is the mail gateway " + hostName + ".", "");
        put(out, late
                ? "Your message of " + Composer.date(message.received())
                        + " is still waiting; it will be tried until " + Composer.date(message.expires()) + "."
                : "Your message of " + Composer.date(message.received()) + " could not be delivered.");
        for (Told told : recipients) {
            put(out, "", "  To:      " + told.recipient().address(), "  Because: " + clean(because(told.outcome())));
            failure(told.outcome())
                    .ifPresent(failure -> put(out, "  Remedy:  to be mended by " + failure.owner()
                            .words() + ": " + clean(failure.remedy())));
        }
        put(out, "", late
                ? "You need not do anything; you will hear again if it is given up."
                : "You may send it again when the cause is mended, or reach the recipient another way.");
    }

    private void machines(ByteArrayOutputStream out, QueuedMessage message, List<Told> recipients, String action) {
        put(out, "Reporting-MTA: dns; " + hostName);
        if (!message.envelopeId().isEmpty()) put(out, "Original-Envelope-Id: " + clean(message.envelopeId()));
        put(out, "Arrival-Date: " + Composer.date(message.received()));
        for (Told told : recipients) {
            put(out, "");
            if (!told.recipient().original().isEmpty())
                put(out, "Original-Recipient: " + clean(told.recipient().original()));
            String type = told.recipient().address().needsUtf8() ? "utf-8; " : "rfc822; ";
            put(out, "Final-Recipient: " + type + told.recipient().address(), "Action: " + action,
                    "Status: " + told.outcome().code());
            String host = host(told.outcome());
            if (!host.isEmpty()) put(out, "Remote-MTA: dns; " + host);
            put(out, "Diagnostic-Code: smtp; " + clean(told.outcome().sentence()),
                    "Last-Attempt-Date: " + Composer.date(time.instant()));
            if (action.equals("delayed")) put(out, "Will-Retry-Until: " + Composer.date(message.expires()));
        }
        put(out, "");
    }

    /// RFC 3461 §4.3: the whole message only if asked for, and never of a delay.
    private static void returned(ByteArrayOutputStream out, QueuedMessage message, Body body, boolean late) {
        // RFC 8689 §5: of a message with REQUIRETLS never more than the header, whatever RET says.
        boolean whole = message.returnFull() && message.tls() != TlsWish.Required && !late
                && body.size() <= RETURNED_OCTETS_MAX;
        String type = whole
                ? message.smtpUtf8() ? "message/global" : "message/rfc822"
                : message.smtpUtf8() ? "message/global-headers" : "text/rfc822-headers";
        put(out, "Content-Type: " + type, "Content-Transfer-Encoding: 8bit", "");
        try (InputStream in = body.open()) {
            byte[] octets = in.readNBytes(whole ? RETURNED_OCTETS_MAX : HEADER_OCTETS_MAX);
            out.writeBytes(whole ? octets : header(octets));
        } catch (IOException unreadable) {
            put(out, "X-Note: the message can no longer be read");
        }
    }

    private static byte[] header(byte[] octets) {
        String text = new String(octets, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        return text.substring(0, end < 0 ? text.lastIndexOf("\r\n") + 2 : end + 2)
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /// The remedy has a line of its own.
    private static String because(Outcome outcome) {
        return failure(outcome).map(failure -> outcome.code() + " " + failure.sentence()).orElse(outcome.sentence());
    }

    private static Optional<Failure> failure(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Delivered _ -> Optional.empty();
            case Outcome.Deferred deferred -> deferred.failure();
            case Outcome.Failed failed -> failed.failure();
        };
    }

    private static String host(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Delivered delivered -> delivered.host();
            case Outcome.Deferred deferred -> deferred.host();
            case Outcome.Failed failed -> failed.host();
        };
    }

    /// A peer's words never start a line of ours.
    private static String clean(String text) {
        return text.codePoints().map(c -> c < 0x20 || c == 0x7f || c >= 0x80 && c < 0xa0 ? ' ' : c).limit(900)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    private static String ascii(String subject) {
        String cleaned = clean(subject);
        return cleaned.chars().allMatch(c -> c < 0x80)
                ? cleaned
                : new String(new Composer().field("Subject", cleaned).text(""), StandardCharsets.US_ASCII)
                        .lines().takeWhile(line -> line.startsWith("Subject: ") || line.startsWith(" "))
                        .map(line -> line.startsWith("Subject: ") ? line.substring(9) : line)
                        .reduce((a, b) -> a + "\r\n" + b).orElse("");
    }

    private static void put(ByteArrayOutputStream out, String... lines) {
        for (String line : lines)
            out.writeBytes((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    }
}
