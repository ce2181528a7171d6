package org.sternpost.engine.tlsrpt;

import org.jspecify.annotations.Nullable;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.ClaimedDelivery;
import org.sternpost.engine.schedule.Scheduler.AttemptListener;
import org.sternpost.engine.store.Database;

/// Counts the sessions of every attempt in the transaction that settles it, so that a crash loses both or neither.
public final class Counter implements AttemptListener {

    @Override
    public Database.Work<@Nullable Void> settled(ClaimedDelivery delivery, AttemptResult attempt) {
        return Aggregates.count(delivery.message(), delivery.connector().route().useMXRecord(), attempt);
    }
}
