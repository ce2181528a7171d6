package org.sternpost.engine.control;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.sternpost.engine.control.view.QueueTotalsView;
import org.sternpost.engine.control.view.QueueView;
import org.sternpost.engine.control.view.WatchedQueueView;
import org.sternpost.engine.filter.FilterJudge;
import org.sternpost.engine.queue.DestinationQueueView;
import org.sternpost.engine.queue.DestinationQueueView.Status;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.queue.QueueRates;
import org.sternpost.engine.time.Time;

/// Looks at the queues, each as of one moment (docs/queue.md#watch).
final class QueueLooks {

    private final QueueAdmin admin;
    private final Time time;
    private final Function<DestinationQueueView, QueueView> view;

    QueueLooks(QueueAdmin admin, Time time, Function<DestinationQueueView, QueueView> view) {
        this.admin = admin;
        this.time = time;
        this.view = view;
    }

    /// @param named the queues that an identity means
    List<WatchedQueueView> look(QueueWatchQuery wanted, long number, Predicate<DestinationQueueView> named,
            QueueWatchQuery.Trouble trouble)
            throws ManagementException {
        Instant now = time.instant();
        List<DestinationQueueView> all = admin.destinations();
        List<DestinationQueueView> asked = all.stream().filter(named).toList();
        List<QueueView> found = found(wanted, asked.stream(), now).toList();
        var shown = found.stream().limit(wanted.size()).toList();
        int fit = wanted.filter() == null ? asked.size() : found.size();
        var totals = totals(number, shown.size(), fit, all, trouble.now());
        if (shown.isEmpty()) return List.of(WatchedQueueView.nothing(now, totals));
        var rows = new ArrayList<WatchedQueueView>();
        for (QueueView one : shown)
            rows.add(WatchedQueueView.of(now, one, rows.isEmpty() ? totals : null));
        return rows;
    }

    private Stream<QueueView> found(QueueWatchQuery wanted, Stream<DestinationQueueView> all, Instant now)
            throws ManagementException {
        String filter = wanted.filter();
        String order = wanted.sortOrder();
        var ordered = order == null
                ? all.sorted(Comparator.comparingLong(DestinationQueueView::messages).reversed())
                : all;
        // What each says of its last error is a question of its own, so it is asked of those alone that are shown.
        Stream<QueueView> views = filter == null && order == null
                ? ordered.limit(wanted.size()).map(view)
                : ordered.map(view);
        if (filter != null)
            views = views.filter(new FilterJudge<>(QueueFilters.QUEUES, QueueFilters.read(filter,
                    QueueFilters.QUEUES), now)::holds);
        return order == null ? views : views.sorted(QueueFilters.order(order, QueueFilters.QUEUES));
    }

    private QueueTotalsView totals(long number, int shown, int found, List<DestinationQueueView> all, String trouble)
            throws ManagementException {
        QueueRates.Rate rate = admin.rate();
        return new QueueTotalsView(number, shown, found, all.size(), sum(all.stream(), DestinationQueueView::messages),
                sum(all.stream(), DestinationQueueView::suspended)
                        + sum(all.stream().filter(one -> one.status() == Status.Suspended),
                                one -> one.messages() - one.suspended()),
                sum(all.stream().filter(one -> one.status() == Status.Retry),
                        one -> one.messages() - one.suspended()),
                rate.incoming(), rate.outgoing(), rate.velocity(), oldest().orElse(null), trouble);
    }

    private static long sum(Stream<DestinationQueueView> of, Function<DestinationQueueView, Long> what) {
        return of.mapToLong(what::apply).sum();
    }

    /// When the message that waits longest was received.
    private Optional<Instant> oldest() throws ManagementException {
        try {
            return admin.messages(Optional.empty(), Optional.empty(), 1).stream().findFirst()
                    .map(row -> row.message().received());
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }
}
