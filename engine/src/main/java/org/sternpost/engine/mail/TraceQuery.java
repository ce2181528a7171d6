package org.sternpost.engine.mail;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Which rows of the message trace are wanted, the newest first; null asks for no restriction.
///
/// @param since     received at this time or later
/// @param until     received before this time
/// @param sender    address or `@domain`; so is `recipient`
/// @param messageId of the `Message-ID` field
/// @param id        of the message, [QueueId] in text
/// @param status    `Pending`, `Delivered`, `Failed` or `Removed`
/// @param connector its name where an operator asks, its id where the store is asked
/// @param limit     most rows wanted
public record TraceQuery(@Nullable Instant since, @Nullable Instant until, @Nullable String sender,
        @Nullable String recipient, @Nullable String messageId, @Nullable String id, @Nullable String status,
        @Nullable String connector, @Nullable String subject, int limit) {

    /// All rows.
    public static TraceQuery newest(int limit) {
        return new TraceQuery(null, null, null, null, null, null, null, null, null, limit);
    }

    public TraceQuery withSince(Instant wanted) {
        return new TraceQuery(wanted, until, sender, recipient, messageId, id, status, connector, subject, limit);
    }

    public TraceQuery withUntil(Instant wanted) {
        return new TraceQuery(since, wanted, sender, recipient, messageId, id, status, connector, subject, limit);
    }

    public TraceQuery withSender(String wanted) {
        return new TraceQuery(since, until, wanted, recipient, messageId, id, status, connector, subject, limit);
    }

    public TraceQuery withRecipient(String wanted) {
        return new TraceQuery(since, until, sender, wanted, messageId, id, status, connector, subject, limit);
    }

    public TraceQuery withMessageId(String wanted) {
        return new TraceQuery(since, until, sender, recipient, wanted, id, status, connector, subject, limit);
    }

    public TraceQuery withId(String wanted) {
        return new TraceQuery(since, until, sender, recipient, messageId, wanted, status, connector, subject, limit);
    }

    public TraceQuery withStatus(String wanted) {
        return new TraceQuery(since, until, sender, recipient, messageId, id, wanted, connector, subject, limit);
    }

    public TraceQuery withConnector(String wanted) {
        return new TraceQuery(since, until, sender, recipient, messageId, id, status, wanted, subject, limit);
    }

    public TraceQuery withSubject(String wanted) {
        return new TraceQuery(since, until, sender, recipient, messageId, id, status, connector, wanted, limit);
    }
}
