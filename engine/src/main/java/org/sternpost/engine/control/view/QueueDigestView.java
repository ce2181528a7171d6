package org.sternpost.engine.control.view;

import java.util.List;

/// Queues that have something in common, taken together.
/// The rates are those of these queues together.
///
/// @param groupByValue what they have in common
/// @param details      the queues, largest first; empty where none were asked for
public record QueueDigestView(@Column(value = 1, identity = true) String groupByValue, @Column(1) long messageCount,
        @Column(2) long suspendedCount, @Column(1) int queueCount, @Column(value = 3, text = true) String lastError,
        List<String> details, double incomingRate, double outgoingRate, @Column(3) double velocity) {}
