package org.sternpost.engine.control.view;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One queue at one look. A look that finds none is one record without an identity.
///
/// @param seen   when it was looked at
/// @param totals of all queues, with the first record of a look
public record WatchedQueueView(@Column(1) Instant seen, @Column(value = 1, identity = true) String identity,
        @Column(1) String status, @Column(1) long messageCount, @Column(2) double incomingRate,
        @Column(2) double outgoingRate, @Column(1) double velocity, @Column(3) @Nullable Instant nextRetryTime,
        @Column(value = 3, text = true) String lastError, String connector, String nextHopDomain, int retryCount,
        @Nullable Instant lastRetryTime, long suspendedCount, String deliveryType,
        @Nullable QueueTotalsView totals) {

    public static WatchedQueueView of(Instant seen, QueueView one, @Nullable QueueTotalsView totals) {
        return new WatchedQueueView(seen, one.identity(), one.status(), one.messageCount(), one.incomingRate(),
                one.outgoingRate(), one.velocity(), one.nextRetryTime(), one.lastError(), one.connector(),
                one.nextHopDomain(), one.retryCount(), one.lastRetryTime(), one.suspendedCount(), one.deliveryType(),
                totals);
    }

    public static WatchedQueueView nothing(Instant seen, QueueTotalsView totals) {
        return new WatchedQueueView(seen, "", "", 0, 0, 0, 0, null, "", "", "", 0, null, 0, "", totals);
    }
}
