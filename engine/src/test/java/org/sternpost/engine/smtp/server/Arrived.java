package org.sternpost.engine.smtp.server;

import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;

/// What a [MessageSink] under test was given.
public record Arrived(QueueId id, Envelope envelope, Header header) {}
