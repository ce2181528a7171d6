package org.sternpost.engine.control;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.view.MessageView;
import org.sternpost.engine.control.view.QueueView;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.dsn.DsnWriter;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.DestinationQueueView;
import org.sternpost.engine.queue.Queue.DamagedMessage;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.queue.QueuedMessage.MessageContent;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.NewMessage;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.trust.Failure.Remedy;
import org.sternpost.engine.trust.Reason;

/// The queue as an operator sees and changes it.
public final class QueuePlans implements Management.QueuePort {

    private static final String DAMAGED = "Damaged";

    private final QueueAdmin admin;
    private final Queue queue;
    private final DsnWriter notifier;
    private final Connectors names;
    private final Time time;

    /// @param names what the connector of an identity is called, and the other way round
    public QueuePlans(QueueAdmin admin, Queue queue, DsnWriter notifier, Connectors names, Time time) {
        this.admin = admin;
        this.queue = queue;
        this.notifier = notifier;
        this.names = names;
        this.time = time;
    }

    @Override
    public List<QueueView> all() { return admin.destinations().stream().map(this::view).toList(); }

    @Override
    public List<QueueView> named(String identity) throws ManagementException {
        return known(identity, admin.destinations()).stream().map(this::view).toList();
    }

    @Override
    public Plan<QueueView> retry(String identity) throws ManagementException {
        List<DestinationQueueView> destinations = admin.destinations();
        List<DestinationQueueView> wanted = identity.equals("*") ? destinations : known(identity, destinations);
        var changes = wanted.stream().map(waiting -> new Plan.Change(identity(waiting.destination()),
                waiting.nextRetry().map(Instant::toString).orElse("now"), "now")).toList();
        long mail = wanted.stream().mapToLong(DestinationQueueView::messages).sum();
        return new Plan<>("Retry-Queue", "Queue " + identity, changes, mail + " waiting recipients", List.of(), by -> {
            try {
                admin.retry(wanted.stream().map(DestinationQueueView::destination).toList(),
                        Audit.entry(time.instant(), by, "Retry-Queue", "Queue " + identity, changes));
            } catch (IOException broken) {
                throw Refusal.disk(broken);
            }
            return all().stream().filter(view -> wanted.stream()
                    .anyMatch(waiting -> identity(waiting.destination()).equals(view.identity()))).toList();
        });
    }

    @Override
    public Plan<QueueView> suspend(String identity) throws ManagementException {
        return held(identity, "Suspend-Queue", true);
    }

    @Override
    public Plan<QueueView> resume(String identity) throws ManagementException {
        return held(identity, "Resume-Queue", false);
    }

    private Plan<QueueView> held(String identity, String cmdlet, boolean held) throws ManagementException {
        var wanted = known(identity, admin.destinations());
        var keys = wanted.stream().map(DestinationQueueView::destination).toList();
        var changes = wanted.stream().filter(one -> isSuspended(one) != held)
                .map(one -> new Plan.Change(identity(one.destination()), one.status().name(),
                        held ? DestinationQueueView.Status.Suspended.name() : due(one)))
                .toList();
        return new Plan<>(cmdlet, "Queue " + identity, changes, "", List.of(), by -> {
            try {
                admin.hold(keys, held, Audit.entry(time.instant(), by, cmdlet, "Queue " + identity, changes));
            } catch (IOException broken) {
                throw Refusal.disk(broken);
            }
            return admin.destinations().stream().filter(one -> keys.contains(one.destination())).map(this::view)
                    .toList();
        });
    }

    private static boolean isSuspended(DestinationQueueView one) {
        return one.status() == DestinationQueueView.Status.Suspended;
    }

    private static String due(DestinationQueueView one) {
        return one.nextRetry().map(at -> "due " + at).orElse("due now");
    }

    @Override
    public List<MessageView> messages(@Nullable String identity, @Nullable String destination, int limit)
            throws ManagementException {
        var damaged = admin.damaged().stream()
                .filter(one -> destination == null && (identity == null || one.id().equalsIgnoreCase(identity)))
                .map(QueuePlans::view).toList();
        if (identity != null && !damaged.isEmpty()) return damaged;
        try {
            var id = identity == null
                    ? Optional.<org.sternpost.engine.mail.QueueId>empty()
                    : Optional.of(Traces.id(identity));
            var whole = admin
                    .messages(id, destination == null ? Optional.empty() : Optional.of(destination(destination)), limit)
                    .stream()
                    .map(this::view);
            var found = Stream.concat(damaged.stream(), whole).limit(limit).toList();
            if (identity != null && found.isEmpty()) throw unknown(identity);
            return found;
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    @Override
    public Plan<MessageView> resumeMessage(String identity) throws ManagementException {
        MessageRow row = known(identity);
        String target = "Message " + row.message().id();
        List<QueuedRecipient> aside = row.recipients().stream().filter(QueuePlans::isAside).toList();
        if (aside.isEmpty()) throw notSuspended(target);
        return new Plan<>("Resume-Message", target, resumption(aside), "", List.of(), by -> {
            MessageRow now = known(identity);
            try {
                List<QueuedRecipient> resumed = admin.resume(now.message(),
                        found -> Audit.entry(time.instant(), by, "Resume-Message", target, resumption(found)));
                if (resumed.isEmpty()) throw notSuspended(target);
                // It may have gone out already.
                return admin.messages(Optional.of(now.message().id()), Optional.empty(), 1).stream().map(this::view)
                        .toList();
            } catch (IOException broken) {
                throw Refusal.disk(broken);
            }
        });
    }

    private static List<Plan.Change> resumption(List<QueuedRecipient> aside) {
        return aside.stream().map(recipient -> new Plan.Change(recipient.address().toString(),
                recipient.state().name(), QueuedRecipient.State.Waiting.name())).toList();
    }

    private static ManagementException notSuspended(String target) {
        return new ManagementException(Kind.Conflict, target + " is not suspended",
                "Retry-Queue tries the waiting mail of a queue now");
    }

    @Override
    public Plan<MessageView> removeMessage(String identity, boolean withNdr) throws ManagementException {
        for (DamagedMessage one : admin.damaged())
            if (one.id().equalsIgnoreCase(identity)) return removeDamaged(one, withNdr);
        MessageRow row = known(identity);
        String target = "Message " + row.message().id();
        var warnings = withNdr ? List.<String>of() : List.of("its sender is not told");
        return new Plan<>("Remove-Message", target, removal(row), "", warnings, by -> {
            // Each attempt that ends meanwhile leaves fewer recipients, so this ends too; its sender is told of those.
            boolean removed = false;
            while (!removed)
                removed = removed(known(identity), target, by, withNdr);
            return List.of();
        });
    }

    private boolean removed(MessageRow now, String target, String by, boolean withNdr) throws ManagementException {
        try {
            return admin.remove(now, by, withNdr ? notices(now, by) : List.of(),
                    Audit.entry(time.instant(), by, "Remove-Message", target, removal(now)));
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    private static List<Plan.Change> removal(MessageRow row) {
        return row.recipients().stream().map(recipient -> new Plan.Change(recipient.address().toString(),
                recipient.state().name(), "Removed")).toList();
    }

    /// Who sent a damaged message, and to whom, may be altered: nobody can be told.
    private Plan<MessageView> removeDamaged(DamagedMessage one, boolean withNdr) throws ManagementException {
        if (withNdr)
            throw new ManagementException(Kind.Conflict,
                    "message " + one.id() + " is damaged, so its sender is not known "
                            + "for sure",
                    "remove it without -WithNdr and tell the sender yourself");
        String target = "Message " + one.id();
        var changes = List.of(new Plan.Change(String.join(", ", one.shown().recipients()), DAMAGED, "Removed"));
        return new Plan<>("Remove-Message", target, changes, "", List.of("its sender is not told"), by -> {
            try {
                if (admin.removeDamaged(one, by, Audit.entry(time.instant(), by, "Remove-Message", target, changes)))
                    return List.of();
            } catch (IOException broken) {
                throw Refusal.disk(broken);
            }
            throw unknown(one.id());
        });
    }

    /// How much waiting mail the connector of an identity has, in words; empty text for none.
    public String mailOf(String connector) {
        var destinations = admin.destinations().stream()
                .filter(waiting -> waiting.destination().connector().equalsIgnoreCase(connector)).toList();
        long mail = destinations.stream().mapToLong(DestinationQueueView::messages).sum();
        return mail == 0
                ? ""
                : waiting(mail) + " in " + (destinations.size() == 1
                        ? "1 queue"
                        : destinations.size() + " queues");
    }

    /// The same of one domain on it.
    public String mailOf(String connector, Domain domain) {
        long mail = admin.destinations().stream()
                .filter(waiting -> waiting.destination().connector().equalsIgnoreCase(connector)
                        && waiting.destination().domain().equals(domain))
                .mapToLong(DestinationQueueView::messages).sum();
        return mail == 0 ? "" : waiting(mail);
    }

    private static String waiting(long mail) {
        return mail == 1 ? "1 waiting recipient" : mail + " waiting recipients";
    }

    private List<NewMessage> notices(MessageRow row, String by) throws IOException {
        Optional<MessageContent> body = queue.body(row.message().id());
        if (body.isEmpty()) return List.of();
        var told = new ArrayList<DsnWriter.Told>();
        for (QueuedRecipient recipient : row.recipients())
            told.add(new DsnWriter.Told(recipient, new Outcome.Failed("5.7.1",
                    "removed from the queue by its administrator (" + by + ")", "", Optional.empty(),
                    Optional.empty(), Optional.of(new Remedy(Reason.Owner.OURS,
                            "Whoever sent it asks there why, and whether to send it again.")))));
        return notifier.failed(row.message(), body.get(), told).stream().toList();
    }

    private MessageRow known(String identity) throws ManagementException {
        try {
            var found = admin.messages(Optional.of(Traces.id(identity)), Optional.empty(), 1);
            if (!found.isEmpty()) return found.getFirst();
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
        throw unknown(identity);
    }

    private static ManagementException unknown(String identity) {
        return new ManagementException(Kind.NotFound, "no message " + identity + " is in the queue",
                "Get-Message lists what is; Get-MessageTrace tells what became of the others");
    }

    private List<DestinationQueueView> known(String identity, List<DestinationQueueView> all)
            throws ManagementException {
        var found = all.stream().filter(one -> isNamed(one.destination(), identity)).toList();
        if (found.isEmpty())
            throw Refusal.notFound("queue", identity, all.stream().map(one -> identity(one.destination())).toList(),
                    "a queue is there while mail waits in it or while it is suspended; Get-MessageTrace tells what "
                            + "became of other mail");
        return found;
    }

    /// A destination is named by connector and domain, or by the domain alone.
    private boolean isNamed(DestinationKey destination, String identity) {
        int slash = identity.lastIndexOf('/');
        boolean domain = destination.domain().ascii().equals(Domain.canonical(identity.substring(slash + 1)));
        return domain
                && (slash < 0 || names.nameOf(destination.connector()).equalsIgnoreCase(identity.substring(0, slash)));
    }

    private DestinationKey destination(String text) throws ManagementException {
        int slash = text.lastIndexOf('/');
        try {
            if (slash > 0)
                return new DestinationKey(names.idOf(text.substring(0, slash)),
                        Domain.of(text.substring(slash + 1)));
        } catch (IllegalArgumentException bad) {
            throw Refusal.invalid(bad);
        }
        throw new ManagementException(Kind.Invalid, "'" + text + "' is no queue", "write connector/domain");
    }

    /// `banks/partner.example`.
    private String identity(DestinationKey destination) {
        return names.nameOf(destination.connector()) + "/" + destination.domain();
    }

    private static boolean isAside(QueuedRecipient recipient) {
        return recipient.state() == QueuedRecipient.State.Suspended;
    }

    private QueueView view(DestinationQueueView waiting) {
        @Nullable
        Instant next = waiting.nextRetry().orElse(null);
        @Nullable
        Instant last = waiting.lastRetry().orElse(null);
        String error = waiting.lastError().text();
        int retries = waiting.failures();
        try {
            if (error.isEmpty())
                for (MessageRow row : admin.messages(Optional.empty(), Optional.of(waiting.destination()), 1))
                for (QueuedRecipient recipient : row.recipients()) {
                    // A message may be owed to other queues as well; their troubles are not this one's.
                    if (!recipient.destination().equals(waiting.destination())) continue;
                    error = recipient.lastError().text();
                    retries = Math.max(retries, recipient.attempts());
                }
        } catch (IOException unreadable) {
            error = "the store cannot be read: " + unreadable.getMessage();
        }
        return new QueueView(identity(waiting.destination()), names.nameOf(waiting.destination().connector()),
                waiting.destination().domain().ascii(),
                waiting.status().name(), waiting.messages(), retries, next, last, error);
    }

    private static MessageView view(DamagedMessage one) {
        var shown = one.shown();
        return new MessageView(one.id(), shown.sender(), DAMAGED, shown.recipients(), shown.subject(), shown.size(),
                shown.received(), shown.expires(), 0, "", "", List.of(), "damaged on the disk: " + one.why());
    }

    private MessageView view(MessageRow row) {
        var m = row.message();
        Stream<QueuedRecipient> recipients = row.recipients().stream();
        String error = recipients.map(r -> r.lastError().text()).filter(e -> !e.isEmpty()).findFirst().orElse("");
        int attempts = row.recipients().stream().mapToInt(QueuedRecipient::attempts).max().orElse(0);
        boolean suspended = row.recipients().stream().allMatch(QueuePlans::isAside);
        String status = suspended ? "Suspended" : attempts > 0 ? "Retry" : "Ready";
        return new MessageView(m.id().text(), m.sender().toString(), status,
                row.recipients().stream().map(r -> r.address().toString()).toList(), m.subject(), m.size(),
                m.received(), m.expires(), attempts, m.internetMessageId(), m.client(), row.recipients().stream()
                        .map(r -> identity(r.destination())).distinct().toList(),
                error);
    }
}
