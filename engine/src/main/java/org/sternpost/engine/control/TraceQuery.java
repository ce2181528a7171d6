package org.sternpost.engine.control;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Which rows of the message trace are wanted; null asks for no restriction.
///
/// @param sender    address, or `@domain`
/// @param recipient address, or `@domain`
/// @param status    `Pending`, `Delivered`, `Failed` or `Removed`
/// @param limit     most rows wanted, newest first
public record TraceQuery(@Nullable Instant since, @Nullable Instant until, @Nullable String sender,
        @Nullable String recipient, @Nullable String messageId, @Nullable String messageTraceId,
        @Nullable String status, @Nullable String connector, @Nullable String subject, int limit) {}
