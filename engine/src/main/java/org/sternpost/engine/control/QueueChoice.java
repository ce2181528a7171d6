package org.sternpost.engine.control;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.view.QueueView;
import org.sternpost.engine.filter.FilterJudge;
import org.sternpost.engine.filter.OpathFilter;
import org.sternpost.engine.queue.DestinationQueueView;

/// The queues that a filter is about, in an order: both are read once, however often the queues are looked at.
///
/// What mail says of its last error is asked of all queues only where filter or order go by it; otherwise whoever shows
/// a queue asks it of that one.
final class QueueChoice {

    private final QueueViews views;
    private final Optional<OpathFilter> filter;
    private final Optional<Comparator<QueueView>> order;
    private final boolean byErrors;

    /// @param filter null for all
    /// @param order  null for that in which they come
    QueueChoice(QueueViews views, @Nullable String filter, @Nullable String order) throws ManagementException {
        this.views = views;
        this.filter = filter == null
                ? Optional.empty()
                : Optional.of(QueueFilters.read(filter, QueueFilters.QUEUES));
        this.order = order == null
                ? Optional.empty()
                : Optional.of(QueueFilters.order(order, QueueFilters.QUEUES));
        this.byErrors = this.filter.filter(asked -> !asked.goesBy(QueueFilters.IN_MEMORY)).isPresent()
                || order != null && !QueueFilters.goesBy(order, QueueFilters.IN_MEMORY);
    }

    boolean isOrdered() { return order.isPresent(); }

    /// @param now from which moments such as `-2h` count
    Stream<DestinationQueueView> among(Stream<DestinationQueueView> all, Instant now) {
        Stream<DestinationQueueView> found = byErrors ? all.map(views::told) : all;
        if (filter.isPresent()) {
            var judge = new FilterJudge<>(QueueFilters.QUEUES, filter.get(), now);
            found = found.filter(one -> judge.holds(views.of(one)));
        }
        if (order.isEmpty()) return found;
        record Seen(DestinationQueueView queue, QueueView view) {}
        return found.map(one -> new Seen(one, views.of(one))).sorted(Comparator.comparing(Seen::view, order.get()))
                .map(Seen::queue);
    }

    /// One of those found, as it is shown.
    QueueView shown(DestinationQueueView found) { return byErrors ? views.of(found) : views.whole(found); }
}
