package org.sternpost.engine.control.view;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What became of a message for one recipient.
///
/// @param status          `Pending`, `Delivered`, `Failed` or `Removed`
/// @param wouldHaveFailed reason token under `Enabled`; empty text: it would have been delivered; `local`:
///                        our own trouble kept us from knowing
/// @param lastEvent       what happened last, as `Event` of [MessageTraceDetailView] names it
/// @param nextAttempt     when it is tried next; null for what is final, or set aside
/// @param cursor          the place behind this row, from which a search goes on
/// @param tlsLevel        achieved: `None`, `Plaintext`, `Encrypted`, `Authenticated`, `MtaSts` or `Dane`
public record MessageTraceView(@Column(2) Instant received, @Column(3) String senderAddress,
        @Column(value = 1, identity = true) String recipientAddress, @Column(value = 3, text = true) String subject,
        @Column(1) String status, @Column(2) String code, @Column(2) String wouldHaveFailed, @Column(3) String tlsLevel,
        @Column(2) String connector, @Column(4) String host, String toIp, String fromIp, long sizeBytes,
        String messageId, @Column(value = 3, identity = true) String messageTraceId,
        @Column(value = 4, text = true) String detail, String lastEvent, Instant lastEventTime, int attempts,
        @Column(4) @Nullable Instant nextAttempt, String cursor) {}
