package org.sternpost.engine.queue;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Which rows of the trace are wanted; null asks for no restriction.
///
/// @param sender    address or `@domain`; so is `recipient`
/// @param messageId of the `Message-ID` field
/// @param status    `Pending`, `Delivered`, `Failed` or `Removed`
public record TraceFilter(@Nullable Instant since, @Nullable Instant until, @Nullable String sender,
        @Nullable String recipient, @Nullable String messageId, @Nullable String id, @Nullable String status,
        @Nullable String connector, @Nullable String subject, int limit) {}
