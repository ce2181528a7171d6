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
import org.sternpost.engine.queue.DestinationQueueView;
import org.sternpost.engine.queue.DestinationQueueView.Status;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.queue.QueueRates;
import org.sternpost.engine.time.Time;

/// Looks at the queues, each as of one moment (docs/queue.md#watch).
final class QueueLooks {

    private final QueueAdmin admin;
    private final Time time;
    private final QueueChoice choice;

    /// @param choice the largest come first unless it has an order
    QueueLooks(QueueAdmin admin, Time time, QueueChoice choice) {
        this.admin = admin;
        this.time = time;
        this.choice = choice;
    }

    /// @param named the queues that an identity means
    List<WatchedQueueView> look(QueueWatchQuery wanted, long number, Predicate<DestinationQueueView> named,
            QueueWatchQuery.Trouble trouble)
            throws ManagementException {
        Instant now = time.instant();
        List<DestinationQueueView> all = admin.destinations();
        Stream<DestinationQueueView> asked = choice.among(all.stream().filter(named), now);
        List<DestinationQueueView> found = (choice.isOrdered()
                ? asked
                : asked.sorted(Comparator.comparingLong(DestinationQueueView::messages).reversed())).toList();
        List<QueueView> shown = found.stream().limit(wanted.size()).map(choice::shown).toList();
        var totals = totals(number, shown.size(), found.size(), all, trouble.now());
        if (shown.isEmpty()) return List.of(WatchedQueueView.nothing(now, totals));
        var rows = new ArrayList<WatchedQueueView>();
        for (QueueView one : shown)
            rows.add(WatchedQueueView.of(now, one, rows.isEmpty() ? totals : null));
        return rows;
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
