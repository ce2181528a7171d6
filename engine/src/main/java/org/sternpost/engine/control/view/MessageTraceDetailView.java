package org.sternpost.engine.control.view;

import java.time.Instant;
import java.util.Map;

/// One event in the life of a message.
///
/// @param event `RECEIVE`, `SEND`, `DEFER`, `FAIL`, `EXPIRE` before it where time was over, `DSN`, `SUSPEND`, `RESUME`,
///              `REDIRECT`, `REMOVE`, `POISONMESSAGE`; `EVIDENCE` for what was proved about one host, `SHADOW` for
///              what strictness would have made of it
/// @param data  structured facts, text by name
public record MessageTraceDetailView(@Column(1) Instant date, @Column(1) String event,
        @Column(2) String recipientAddress, @Column(2) String action, @Column(3) String host,
        @Column(value = 1, text = true) String detail, @Column(value = 4, identity = true) String messageTraceId,
        Map<String, String> data) {}
