package org.sternpost.engine.control.view;

import java.util.List;

/// A message that `Send-MailMessage` handed to the queue.
public record SentMailView(@Column(value = 1, identity = true) String messageTraceId, @Column(1) String from,
        @Column(1) List<String> to, @Column(value = 2, text = true) String subject, @Column(2) String status) {}
