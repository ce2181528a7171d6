package org.sternpost.engine.control;

import org.sternpost.engine.control.Management.MailDraft;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.view.SentMailView;
import org.sternpost.engine.intake.Acceptance;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.OwnName;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.message.Composer;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.time.Time;

/// Messages composed at the prompt or by a script.
public final class MailPlans implements Management.MailPort {

    private static final int RECIPIENTS_MAX = 1_000; // as a session of SMTP may name

    private final Acceptance acceptance;
    private final Connectors connectors;
    private final String hostName;
    private final Time time;

    public MailPlans(Acceptance acceptance, Connectors connectors, String hostName, Time time) {
        this.acceptance = acceptance;
        this.connectors = connectors;
        this.hostName = hostName;
        this.time = time;
    }

    @Override
    public Plan<SentMailView> send(MailDraft draft) throws ManagementException {
        Set<Address> to = new LinkedHashSet<>(draft.to());
        if (to.isEmpty()) throw new ManagementException(Kind.Invalid, "nobody to send to", "give -To");
        if (to.size() > RECIPIENTS_MAX)
            throw new ManagementException(Kind.Invalid, "more than 1,000 recipients", "send it in parts");
        String domain = draft.from().domain().ascii();
        if (OwnName.fault(domain).isPresent())
            throw new ManagementException(Kind.Invalid, "the sender's domain '" + domain + "' "
                    + OwnName.fault(domain).get() + ", so mail hosts refuse it",
                    "give -From an address at a domain of your own, such as me@example.org");
        byte[] content = content(draft, to);
        return new Plan<>("Send-MailMessage", "message from " + draft.from(), routes(draft, to, content), "", List.of(),
                by -> List.of(sent(draft, to, content, by)));
    }

    /// As the connectors are now.
    private List<Plan.Change> routes(MailDraft draft, Set<Address> to, byte[] content) {
        return to.stream().map(address -> new Plan.Change(address.toString(), "", "queued over "
                + connectors.choose(address, content.length).name()
                + (draft.requireTls() ? ", with REQUIRETLS" : ""))).toList();
    }

    private SentMailView sent(MailDraft draft, Set<Address> to, byte[] content, String by) throws ManagementException {
        boolean utf8 = draft.from().needsUtf8() || to.stream().anyMatch(Address::needsUtf8);
        var parameters = MailParameters.utf8(utf8)
                .tagged(draft.requireTls() ? RequireTlsTag.Required : RequireTlsTag.None);
        var envelope = new Envelope(new ReversePath.Mailbox(draft.from()), to.stream().map(Recipient::of).toList(),
                parameters);
        try {
            return switch (acceptance.accept("Send-MailMessage by " + by, envelope, content,
                    id -> Audit.entry(time.instant(), by, "Send-MailMessage", "Message " + id + " from "
                            + draft.from(), routes(draft, to, content)))) {
                case MessageSink.Answer.Accepted(var id) -> new SentMailView(id.text(), draft.from().toString(),
                        to.stream().map(Address::toString).toList(), draft.subject(), "Queued");
                case MessageSink.Answer.Refused(var reply) when reply.severity() == Reply.Severity.Transient ->
                    throw new ManagementException(Kind.Unavailable, "not accepted now: " + reply,
                            "free disk space, or wait");
                case MessageSink.Answer.Refused(var reply) ->
                    throw new ManagementException(Kind.Invalid, "refused: " + reply, "");
            };
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    private byte[] content(MailDraft draft, Set<Address> to) throws ManagementException {
        Instant now = time.instant();
        try {
            var composer = new Composer()
                    .field("Received", "by " + hostName + " (Sternpost) via Send-MailMessage; " + Header.date(now))
                    .field("Date", Header.date(now)).addresses("From", List.of(draft.from()))
                    .addresses("To", List.copyOf(to))
                    .field("Subject", draft.subject())
                    .field("Message-ID", "<" + QueueId.fresh(now, time.random()) + "@" + hostName + ">");
            draft.headers().forEach(composer::field);
            byte[] content = composer.text(draft.body());
            if (!Header.of(content).whole())
                throw new ManagementException(Kind.Invalid, "the header has more than " + Header.LIMITS,
                        "write less into it, or send it to fewer recipients at once");
            return content;
        } catch (IllegalArgumentException bad) {
            throw Refusal.invalid(bad);
        }
    }
}
