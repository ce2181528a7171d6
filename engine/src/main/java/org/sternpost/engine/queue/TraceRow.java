package org.sternpost.engine.queue;

import java.time.Instant;
import org.sternpost.engine.mail.QueueId;

/// What became of a message for one recipient.
///
/// @param status `Pending`, `Delivered`, `Failed` or `Removed`
public record TraceRow(QueueId id, int recipientIndex, Instant received, String sender, String recipient,
        String subject, String status, long size, String internetMessageId, String client, TraceEvent last) {}
