package org.sternpost.engine.alert;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.sternpost.engine.intake.Acceptance;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Notify;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.message.Composer;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.time.Time;

/// Tells by mail, through our own queue. That a mail tells of an alert is kept in the transaction that accepts the
/// mail, so no restart sends it twice or never.
final class AlertMail implements AlertChannel {

    static final String CLIENT = "alert";

    private static final System.Logger LOG = System.getLogger(AlertMail.class.getName());

    private final AlertTerms.Mail terms;
    private final String hostName;
    private final Acceptance acceptance;
    private final Time time;

    AlertMail(AlertTerms.Mail terms, String hostName, Acceptance acceptance, Time time) {
        this.terms = terms;
        this.hostName = hostName;
        this.acceptance = acceptance;
        this.time = time;
    }

    @Override
    public Way way() { return Way.Mail; }

    @Override
    public void tell(List<Alert> untold, AlertTable table) throws IOException {
        boolean utf8 = terms.from().needsUtf8() || terms.to().stream().anyMatch(Address::needsUtf8);
        // The null path: an alert that cannot be delivered must not come back as mail (RFC 5321 §4.5.5).
        var envelope = new Envelope(new ReversePath.Null(),
                terms.to().stream().map(to -> new Recipient(to, Set.of(Notify.Never), "")).toList(),
                MailParameters.utf8(utf8));
        MessageSink.Answer answer = acceptance.accept(CLIENT, envelope, content(untold),
                _ -> AlertTable.told(way(), untold));
        if (answer instanceof MessageSink.Answer.Refused(var reply))
            LOG.log(System.Logger.Level.WARNING, "event=alert-not-mailed reply=\"{0}\" what=\"it is tried again in a "
                    + "minute\"", reply);
    }

    private byte[] content(List<Alert> untold) {
        Instant now = time.instant();
        return new Composer().field("Received", "by " + hostName + " (Sternpost) via alerts; " + Header.date(now))
                .field("Date", Header.date(now)).addresses("From", List.of(terms.from()))
                .addresses("To", terms.to()).field("Subject", subject(untold))
                .field("Message-ID", "<" + QueueId.fresh(now, time.random()) + "@" + hostName + ">")
                // An alert about TLS goes out where TLS fails; RFC 8689 §3 says so to every relay on the way.
                .field("TLS-Required", "No").field("Auto-Submitted", "auto-generated") // RFC 3834 §5
                .text(new String(body(untold).getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    }

    String subject(List<Alert> untold) {
        Alert first = untold.getFirst();
        String about = first.subject().domain().isEmpty() ? first.subject().name() : first.subject().domain();
        return hostName + ": " + AlertWords.event(first) + " " + first.kind() + (about.isEmpty() ? "" : " " + about)
                + (untold.size() == 1 ? "" : " and " + (untold.size() - 1) + " more");
    }

    static String body(List<Alert> untold) {
        var body = new StringBuilder();
        for (Alert one : untold) {
            body.append(one.identity()).append(' ').append(one.kind()).append(' ').append(AlertWords.event(one))
                    .append("\r\n\r\n  ").append(one.words().why()).append("\r\n  Since ").append(one.since());
            if (!one.isEvent()) one.cleared().ifPresent(at -> body.append(", over at ").append(at));
            body.append("\r\n  Who must act: ").append(one.words().owner().words());
            if (!one.words().remedy().isEmpty()) body.append("\r\n  What to do: ").append(one.words().remedy());
            body.append("\r\n\r\n");
        }
        return body.append("Get-DeliveryAlert shows all that is open.\r\n").toString();
    }
}
