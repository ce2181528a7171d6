package org.sternpost.engine.control.view;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One queue of the queue: the mail of one connector to one next hop.
///
/// @param identity       `connector/domain`
/// @param status         `Ready`, `Active`, `Retry` or `Suspended`
/// @param messageCount   recipients, as each is delivered by itself
/// @param suspendedCount of those, suspended one by one
/// @param velocity       outgoing less incoming, in recipients a second over the last minute; less than zero where the
///                       queue grows
/// @param deliveryType   `DnsConnectorDelivery`, `SmartHostConnectorDelivery`, or `Undefined`: the connector is gone
public record QueueView(@Column(value = 1, identity = true) String identity, @Column(3) String connector,
        @Column(2) String nextHopDomain, @Column(1) String status, @Column(1) long messageCount,
        @Column(3) int retryCount, @Column(2) @Nullable Instant nextRetryTime, @Nullable Instant lastRetryTime,
        @Column(value = 2, text = true) String lastError, long suspendedCount, String deliveryType,
        double incomingRate, double outgoingRate, @Column(3) double velocity) {}
