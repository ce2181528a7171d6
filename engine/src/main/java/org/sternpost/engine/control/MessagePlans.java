package org.sternpost.engine.control;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.view.MessageView;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.dsn.DsnWriter;
import org.sternpost.engine.filter.OpathFilter;
import org.sternpost.engine.filter.FilterJudge;
import org.sternpost.engine.filter.FilterSql;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.MessageActs;
import org.sternpost.engine.queue.MessageSearch;
import org.sternpost.engine.queue.MessageSelection;
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

/// Messages that wait, as an operator sees and changes them.
final class MessagePlans {

    /// Messages of one act: their ids are held in memory, and one transaction changes them all.
    static final int ACT_MAX = 500_000;

    /// Messages whose senders one act tells: all notices are written in its transaction.
    static final int TOLD_MAX = 1_000;

    /// The queue of what is set aside, as Exchange calls it (docs/transport-security.md#mail-aside).
    static final String POISON = "Poison";

    private static final String DAMAGED = "Damaged";
    private static final int PAGE = 100; // records read at a time
    private static final int HEAD = 10; // the same of those that are shown first

    private final QueueAdmin admin;
    private final Queue queue;
    private final DsnWriter notifier;
    private final Connectors names;
    private final Time time;

    MessagePlans(QueueAdmin admin, Queue queue, DsnWriter notifier, Connectors names, Time time) {
        this.admin = admin;
        this.queue = queue;
        this.notifier = notifier;
        this.names = names;
        this.time = time;
    }

    List<MessageView> some(@Nullable String identity, @Nullable String destination, int limit)
            throws ManagementException {
        if (identity == null)
            return search(new MessageQuery(destination, null, MessageQuery.OLDEST_FIRST, limit)).toList();
        for (DamagedMessage one : admin.damaged())
            if (one.id().equalsIgnoreCase(identity)) return List.of(view(one));
        return List.of(view(known(identity)));
    }

    Stream<MessageView> search(MessageQuery query) throws ManagementException {
        String filter = query.filter();
        String place = query.queue();
        String order = query.sortOrder();
        Predicate<MessageView> judge = filter == null ? _ -> true : judge(read(filter));
        var selection = filter == null ? MessageSelection.ALL : selection(read(filter));
        boolean poison = POISON.equalsIgnoreCase(place);
        var wanted = place == null
                ? selection
                : poison ? selection.setAside() : selection.in(destination(place));
        var damaged = place == null || poison
                ? admin.damaged().stream().map(MessagePlans::view).filter(judge).toList()
                : List.<MessageView>of();
        if (order == null) return Stream.concat(damaged.stream(), oldestFirst(wanted)).limit(query.limit());
        var by = QueueFilters.order(order, QueueFilters.MESSAGES);
        if (!wanted.isExact() || !QueueFilters.goesBy(order, QueueFilters.KEYS))
            return Shortlist.of(Stream.concat(damaged.stream(), oldestFirst(wanted)), by, query.limit());
        Stream<MessageView> whole = byKeys(wanted, order, query.limit());
        return damaged.isEmpty() ? whole : Shortlist.of(Stream.concat(damaged.stream(), whole), by, query.limit());
    }

    /// In an order that needs no record: these are read as they are wanted.
    private Stream<MessageView> byKeys(MessageSelection wanted, String order, int limit) throws ManagementException {
        var search = admin.search(wanted);
        List<QueueId> ids = Shortlist.of(pages(search::nextKeys), QueueFilters.order(order, QueueFilters.KEYS), limit)
                .map(MessageSearch.Key::id).toList();
        int head = Math.min(ids.size(), HEAD);
        return Stream.concat(Stream.of(ids.subList(0, head)),
                ids.subList(head, ids.size()).stream().gather(Gatherers.windowFixed(PAGE)))
                .flatMap(some -> next(() -> search.rows(some)).stream()).map(this::view);
    }

    private Stream<MessageView> oldestFirst(MessageSelection wanted) {
        return pages(admin.search(wanted)::next).map(this::view);
    }

    private interface Pages<T> {
        List<T> next() throws IOException;
    }

    private static <T> Stream<T> pages(Pages<T> pages) {
        return Stream.iterate(next(pages), page -> !page.isEmpty(), _ -> next(pages)).flatMap(List::stream);
    }

    private static <T> List<T> next(Pages<T> pages) {
        try {
            return pages.next();
        } catch (IOException broken) {
            throw Refusal.disk(broken).inStream();
        }
    }

    private static OpathFilter read(String filter) throws ManagementException {
        return QueueFilters.read(filter, QueueFilters.MESSAGES);
    }

    private Predicate<MessageView> judge(OpathFilter filter) {
        return new FilterJudge<>(QueueFilters.MESSAGES, filter, time.instant())::holds;
    }

    /// Asked of the tables as far as they know, of the record where they do not.
    private MessageSelection selection(OpathFilter filter) {
        Predicate<MessageView> judge = judge(filter);
        return MessageSelection.ALL.where(new FilterSql(MessageSelection.KNOWN, time.instant()).of(filter),
                row -> judge.test(view(row)));
    }

    /// The messages of an act.
    Set<QueueId> chosen(@Nullable String identity, @Nullable String filter) throws ManagementException {
        if (identity != null) return Set.of(known(identity).message().id());
        if (filter == null)
            throw new ManagementException(Kind.Invalid, "nothing is named", "give -Identity or -Filter");
        Set<QueueId> found;
        try {
            found = admin.ids(selection(read(filter)), ACT_MAX);
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        } catch (ManagementException.InStreamException ended) {
            throw ended.why();
        }
        if (found.isEmpty())
            throw new ManagementException(Kind.NotFound, "no message that waits is so: -Filter {" + filter + "}",
                    "Get-Message -Filter shows those that are; one that is damaged is named by -Identity");
        if (found.size() > ACT_MAX)
            throw new ManagementException(Kind.Conflict, "more than " + ACT_MAX + " messages are so",
                    "act in parts, as "
                            + "by -Filter {DateReceived -lt '2026-11-23'}; nothing was done");
        return found;
    }

    static String target(@Nullable String identity, @Nullable String filter) {
        return identity != null ? "Message " + identity : "Messages -Filter {" + filter + "}";
    }

    Plan<MessageView> change(MessageAct act, @Nullable String identity, @Nullable String filter)
            throws ManagementException {
        if (identity != null && act instanceof MessageAct.Remove(var withNdr)) return remove(identity, withNdr);
        String connector = act instanceof MessageAct.Redirect(var name) ? connector(name).id() : "";
        Set<QueueId> ids = chosen(identity, filter);
        var changes = identity != null
                ? changes(act, known(identity), connector)
                : List.of(new Plan.Change(count(ids.size()), "", act.after()));
        String target = target(identity == null ? null : ids.iterator().next().text(), filter);
        if (act instanceof MessageAct.Resume && changes.isEmpty()) throw notSuspended(target);
        if (act instanceof MessageAct.Remove(var withNdr) && withNdr && ids.size() > TOLD_MAX)
            throw new ManagementException(Kind.Conflict, count(ids.size()) + " are too many to tell each sender in one "
                    + "act: " + TOLD_MAX + " are the most",
                    "-WithNDR:$false removes them untold; or act in parts. "
                            + "Nothing was done");
        return new Plan<>(act.cmdlet(), target, changes, identity != null ? "" : count(ids.size()), warnings(act, ids),
                List.of(), ids.size(), by -> {
                    MessageActs.Done done = done(act, ids, connector, by, told -> Audit.entry(time.instant(), by,
                            act.cmdlet(), target, identity != null ? changes : List.of(sum(act, told))));
                    if (done.recipients() == 0 && act instanceof MessageAct.Resume) throw notSuspended(target);
                    return identity == null || act instanceof MessageAct.Remove ? List.of() : now(ids);
                });
    }

    private static Plan.Change sum(MessageAct act, MessageActs.Done done) {
        return new Plan.Change(count(done.messages()) + ", " + done.recipients()
                + (done.recipients() == 1 ? " recipient" : " recipients")
                + (done.underWay() == 0 ? "" : ", " + done.underWay() + " being delivered"), "", act.after());
    }

    private static String count(long messages) { return messages == 1 ? "1 message" : messages + " messages"; }

    private List<String> warnings(MessageAct act, Set<QueueId> ids) {
        var warnings = new ArrayList<String>();
        if (act instanceof MessageAct.Remove(var withNdr) && !withNdr) warnings.add("its sender is not told");
        long busy = queue.destinations().underWay(ids);
        if (busy > 0 && !(act instanceof MessageAct.Resume))
            warnings.add(
                    count(busy) + (busy == 1 ? " is" : " are") + " being delivered now: what a session has goes on, "
                            + (act instanceof MessageAct.Suspend
                                    ? "and is held when it is deferred"
                                    : "and is left alone by this"));
        return warnings;
    }

    private MessageActs.Done done(MessageAct act, Set<QueueId> ids, String connector, String by,
            MessageActs.Told told) throws ManagementException {
        try {
            return switch (act) {
                case MessageAct.Suspend() -> admin.acts().suspend(ids, by, told);
                case MessageAct.Resume() -> admin.acts().resume(ids, by, told);
                case MessageAct.Redirect _ -> admin.acts().redirect(ids, connector, by, told);
                case MessageAct.Remove(var withNdr) -> admin.acts().remove(ids, by,
                        withNdr ? Optional.of(row -> notices(row, by)) : Optional.empty(), told);
            };
        } catch (MessageActs.MessageChangedException changed) {
            throw new ManagementException(Kind.Conflict, String.valueOf(changed.getMessage()),
                    "nothing was done; say it again");
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    /// It may have gone out already.
    private List<MessageView> now(Set<QueueId> one) throws ManagementException {
        try {
            return admin.messages(Optional.of(one.iterator().next()), Optional.empty(), 1).stream().map(this::view)
                    .toList();
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    private List<Plan.Change> changes(MessageAct act, MessageRow row, String connector) {
        return row.recipients().stream().filter(one -> switch (act) {
            case MessageAct.Suspend() -> !isAside(one);
            case MessageAct.Resume() -> isAside(one);
            case MessageAct.Redirect _ -> !one.connector().equals(connector);
            case MessageAct.Remove _ -> true;
        }).map(one -> new Plan.Change(one.address().toString(), act instanceof MessageAct.Redirect
                ? "over " + names.nameOf(one.connector())
                : one.state().name(), act.after())).toList();
    }

    private static ManagementException notSuspended(String target) {
        return new ManagementException(Kind.Conflict, target + " is not suspended",
                "Retry-Queue tries the waiting mail of a queue now");
    }

    private OutboundConnector connector(String name) throws ManagementException {
        return names.find(name).orElseThrow(() -> Refusal.notFound("connector", name,
                names.all().stream().map(OutboundConnector::name).toList(), "New-OutboundConnector makes one"));
    }

    private Plan<MessageView> remove(String identity, boolean withNdr) throws ManagementException {
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

    private List<NewMessage> notices(MessageRow row, String by) throws IOException {
        Optional<MessageContent> body = queue.body(row.message().id());
        if (body.isEmpty()) return List.of();
        var told = new ArrayList<DsnWriter.Told>();
        for (QueuedRecipient recipient : row.recipients())
            told.add(new DsnWriter.Told(recipient, new Outcome.Failed("5.7.1",
                    "removed from the queue by its administrator (" + by + ")", "", Optional.empty(),
                    Optional.empty(), Optional.of(new Remedy(Reason.Owner.OURS,
                            "Whoever sent it asks there why, and whether to send it again."))),
                    recipient.last().at()));
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

    private DestinationKey destination(String text) throws ManagementException {
        int slash = text.lastIndexOf('/');
        try {
            if (slash > 0)
                return new DestinationKey(names.idOf(text.substring(0, slash)),
                        Domain.of(text.substring(slash + 1)));
        } catch (IllegalArgumentException bad) {
            throw Refusal.invalid(bad);
        }
        throw new ManagementException(Kind.Invalid, "'" + text + "' is no queue",
                "write connector/domain, or " + POISON);
    }

    /// `banks/partner.example`.
    String identity(DestinationKey destination) { return QueueViews.identity(names, destination); }

    private static boolean isAside(QueuedRecipient recipient) {
        return recipient.state() == QueuedRecipient.State.Suspended;
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
        return new MessageView(m.id().text(), m.sender().toString(), status(row, attempts),
                row.recipients().stream().map(r -> r.address().toString()).toList(), m.subject(), m.size(),
                m.received(), m.expires(), attempts, m.internetMessageId(), m.client(), row.recipients().stream()
                        .map(r -> identity(r.destination())).distinct().toList(),
                error);
    }

    private String status(MessageRow row, int attempts) {
        boolean busy = row.recipients().stream().anyMatch(one -> queue.destinations().isUnderWay(one.destination(),
                row.message().id(), one.index()));
        if (row.recipients().stream().allMatch(MessagePlans::isAside)) return busy ? "PendingSuspend" : "Suspended";
        return busy ? "Active" : attempts > 0 ? "Retry" : "Ready";
    }
}
