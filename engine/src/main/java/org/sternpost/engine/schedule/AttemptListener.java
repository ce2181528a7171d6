package org.sternpost.engine.schedule;

import org.jspecify.annotations.Nullable;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.ClaimedDelivery;
import org.sternpost.engine.store.Database;

/// Who keeps something of each attempt in the transaction that settles it: evidence, counts, rollouts.
public interface AttemptListener {

    Database.Work<@Nullable Void> settled(ClaimedDelivery delivery, AttemptResult attempt);
}
