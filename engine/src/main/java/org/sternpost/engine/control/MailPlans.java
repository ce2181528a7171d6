package org.sternpost.engine.control;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.view.SentMailView;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.OwnName;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.Ret;
import org.sternpost.engine.mail.ReversePath;
import org.sternpost.engine.message.Composer;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.Submission;
import org.sternpost.engine.time.Time;

/// Messages composed at the prompt or by a script.
public final class MailPlans implements Management.MailPort {

    private static final int RECIPIENTS_MAX = 1_000; // as a session of SMTP may name

    private final Queue queue;
    private final Connectors connectors;
    private final String hostName;
    private final Time time;

    public MailPlans(Queue queue, Connectors connectors, String hostName, Time time) {
        this.queue = queue;
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
        var submission = new Submission(new ReversePath.Mailbox(draft.from()),
                to.stream().map(address -> new Submission.Recipient(address, Set.of(), "")).toList(),
                "Send-MailMessage by " + by, utf8, false, "", Ret.None, draft.requireTls(), content);
        try {
            if (queue.isFull())
                throw new ManagementException(Kind.Unavailable, "the queue is full", "free disk space, or wait");
            QueueId id = queue.accept(submission, accepted -> Audit.entry(time.instant(), by, "Send-MailMessage",
                    "Message " + accepted + " from " + draft.from(), routes(draft, to, content)));
            return new SentMailView(id.text(), draft.from().toString(), to.stream().map(Address::toString).toList(),
                    draft.subject(), "Queued");
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    private byte[] content(MailDraft draft, Set<Address> to) throws ManagementException {
        Instant now = time.instant();
        try {
            var composer = new Composer()
                    .field("Received", "by " + hostName + " (Sternpost) via Send-MailMessage; " + Composer.date(now))
                    .field("Date", Composer.date(now)).addresses("From", List.of(draft.from()))
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
