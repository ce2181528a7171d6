package org.sternpost.engine.control;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.view.ExportedMessageView;
import org.sternpost.engine.control.view.MessageView;
import org.sternpost.engine.control.view.QueueDigestView;
import org.sternpost.engine.control.view.QueueView;
import org.sternpost.engine.control.view.WatchedQueueView;
import org.sternpost.engine.dsn.DsnWriter;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.DestinationQueueView;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.time.Time;

/// The queue as an operator sees and changes it.
public final class QueuePlans implements Management.QueuePort {

    private final QueueAdmin admin;
    private final Connectors names;
    private final Time time;
    private final QueueViews views;
    private final MessagePlans messages;
    private final MessageExport exports;

    /// @param names what the connector of an identity is called, and the other way round
    public QueuePlans(QueueAdmin admin, Queue queue, DsnWriter notifier, Connectors names, Time time) {
        this.admin = admin;
        this.names = names;
        this.time = time;
        this.views = new QueueViews(admin, names);
        this.messages = new MessagePlans(admin, queue, notifier, names, time);
        this.exports = new MessageExport(messages, queue, admin, time);
    }

    @Override
    public List<QueueView> all() { return admin.destinations().stream().map(views::whole).toList(); }

    @Override
    public List<QueueView> named(String identity) throws ManagementException {
        return known(identity, admin.destinations()).stream().map(views::whole).toList();
    }

    @Override
    public Plan<QueueView> retry(String identity) throws ManagementException {
        List<DestinationQueueView> destinations = admin.destinations();
        return retry("Queue " + identity, identity.equals("*") ? destinations : known(identity, destinations));
    }

    private Plan<QueueView> retry(String target, List<DestinationQueueView> wanted) {
        var changes = wanted.stream().map(waiting -> new Plan.Change(identity(waiting.destination()),
                waiting.nextRetry().map(Instant::toString).orElse("now"), "now")).toList();
        long mail = wanted.stream().mapToLong(DestinationQueueView::messages).sum();
        return new Plan<>("Retry-Queue", target, changes, mail + " waiting recipients", List.of(), List.of(),
                wanted.size(), by -> {
                    try {
                        admin.retry(wanted.stream().map(DestinationQueueView::destination).toList(),
                                Audit.entry(time.instant(), by, "Retry-Queue", target, changes));
                    } catch (IOException broken) {
                        throw Refusal.disk(broken);
                    }
                    return all().stream().filter(view -> wanted.stream()
                            .anyMatch(waiting -> identity(waiting.destination()).equals(view.identity()))).toList();
                });
    }

    @Override
    public Plan<QueueView> suspend(String identity) throws ManagementException {
        return held("Queue " + identity, known(identity, admin.destinations()), true);
    }

    @Override
    public Plan<QueueView> resume(String identity) throws ManagementException {
        return held("Queue " + identity, known(identity, admin.destinations()), false);
    }

    private Plan<QueueView> held(String target, List<DestinationQueueView> wanted, boolean held) {
        String cmdlet = held ? "Suspend-Queue" : "Resume-Queue";
        var keys = wanted.stream().map(DestinationQueueView::destination).toList();
        var changes = wanted.stream().filter(one -> isSuspended(one) != held)
                .map(one -> new Plan.Change(identity(one.destination()), one.status().name(),
                        held ? DestinationQueueView.Status.Suspended.name() : due(one)))
                .toList();
        return new Plan<>(cmdlet, target, changes, "", List.of(), List.of(), changes.size(), by -> {
            try {
                admin.hold(keys, held, Audit.entry(time.instant(), by, cmdlet, target, changes));
            } catch (IOException broken) {
                throw Refusal.disk(broken);
            }
            return admin.destinations().stream().filter(one -> keys.contains(one.destination())).map(views::whole)
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
    public Stream<QueueView> search(QueueQuery query) throws ManagementException {
        var choice = new QueueChoice(views, query.filter(), query.sortOrder());
        var kinds = query.include();
        // One by one: what each of a thousand says of its last error is a question of its own.
        return choice.among(admin.destinations().stream()
                .filter(one -> kinds.isEmpty() || kinds.stream().anyMatch(kind -> is(one, kind)))
                .filter(one -> query.exclude().stream().noneMatch(kind -> is(one, kind))), time.instant())
                .map(choice::shown);
    }

    @Override
    public Stream<WatchedQueueView> watch(QueueWatchQuery query, QueueWatchQuery.Trouble trouble)
            throws ManagementException {
        String identity = query.identity();
        if (identity != null) known(identity, admin.destinations()); // later it may be empty, and come again
        Predicate<DestinationQueueView> named = one -> identity == null || isNamed(one.destination(), identity);
        var looks = new QueueLooks(admin, time, new QueueChoice(views, query.filter(), query.sortOrder()));
        return StreamSupport.stream(new RepeatedLook<>(query.interval(), query.count(),
                number -> looks.look(query, number, named, trouble), time), false);
    }

    private boolean is(DestinationQueueView one, QueueQuery.QueueKind kind) {
        return switch (kind) {
            case Internal -> false;
            case External -> true;
            case Empty -> one.messages() == 0;
            case DnsConnectorDelivery, SmartHostConnectorDelivery, Undefined ->
                views.of(one).deliveryType().equals(kind.name());
        };
    }

    /// Those of a filter, none of which may be missing.
    private List<DestinationQueueView> where(String filter) throws ManagementException {
        var found = new QueueChoice(views, filter, null).among(admin.destinations().stream(), time.instant()).toList();
        if (found.isEmpty())
            throw new ManagementException(Kind.NotFound, "no queue is so: -Filter {" + filter + "}",
                    "Get-Queue shows those that are");
        return found;
    }

    @Override
    public Plan<QueueView> retryWhere(String filter) throws ManagementException {
        return retry("Queues -Filter {" + filter + "}", where(filter));
    }

    @Override
    public Plan<QueueView> holdWhere(String filter, boolean held) throws ManagementException {
        return held("Queues -Filter {" + filter + "}", where(filter), held);
    }

    @Override
    public List<QueueDigestView> digest(@Nullable String filter, QueueQuery.DigestGroup by, boolean details)
            throws ManagementException {
        return QueueDigest.of(search(QueueQuery.where(filter)), by, details);
    }

    @Override
    public List<MessageView> messages(@Nullable String identity, @Nullable String destination, int limit)
            throws ManagementException {
        return messages.some(identity, destination, limit);
    }

    @Override
    public Stream<MessageView> search(MessageQuery query) throws ManagementException { return messages.search(query); }

    @Override
    public Plan<MessageView> change(MessageAct act, @Nullable String identity, @Nullable String filter)
            throws ManagementException {
        return messages.change(act, identity, filter);
    }

    @Override
    public Plan<ExportedMessageView> export(@Nullable String identity, @Nullable String filter, Path path)
            throws ManagementException {
        return exports.plan(identity, filter, path);
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

    private String identity(DestinationKey destination) { return QueueViews.identity(names, destination); }
}
