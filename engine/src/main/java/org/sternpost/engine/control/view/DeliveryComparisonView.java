package org.sternpost.engine.control.view;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The same counts before and after a moment, for as long each: three records for each group.
///
/// @param period `Before`, `After`, or `Difference`, which is after less before
/// @param from   null in the difference, with `until`
/// @param connector empty text when not grouped by it, and so `domain` and `reason`
/// @param delayP50 null where nothing was delivered, in the difference where that is so on either side; so the others
public record DeliveryComparisonView(@Column(1) String connector, @Column(1) String domain, @Column(1) String reason,
        @Column(1) String period, @Column(3) @Nullable Instant from, @Column(3) @Nullable Instant until,
        @Column(1) long delivered, @Column(1) long deferred, @Column(1) long failed, @Column(1) long notices,
        @Column(1) long wouldHaveFailed, @Column(2) @Nullable Duration delayP50,
        @Column(2) @Nullable Duration delayP95, @Column(2) @Nullable Duration delayP99) {}
