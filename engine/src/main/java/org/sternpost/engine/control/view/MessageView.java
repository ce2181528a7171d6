package org.sternpost.engine.control.view;

import java.time.Instant;
import java.util.List;

/// A message in the queue.
///
/// @param status `Ready`, `Active`, `Retry`, `Suspended`, `PendingSuspend`: a session still has it, or `Damaged`: the
///               disk did not keep all of it
public record MessageView(@Column(value = 1, identity = true) String identity, @Column(1) String fromAddress,
        @Column(1) String status, @Column(2) List<String> recipients, @Column(value = 3, text = true) String subject,
        @Column(4) long sizeBytes, @Column(3) Instant dateReceived, @Column(4) Instant expirationTime,
        @Column(4) int retryCount, String internetMessageId, String sourceIp, List<String> queues,
        @Column(value = 2, text = true) String lastError) {}
