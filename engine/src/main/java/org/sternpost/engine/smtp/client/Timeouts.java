package org.sternpost.engine.smtp.client;

import java.time.Duration;

/// How long a session waits for its peer.
///
/// @param connect   for TCP to stand
/// @param banner    for the greeting
/// @param handshake for the whole TLS handshake
/// @param command   for the reply to EHLO, MAIL, RCPT, DATA and the like
/// @param content   for the reply after the final dot
/// @param transfer  for the whole content to be taken by the peer
public record Timeouts(Duration connect, Duration banner, Duration handshake, Duration command, Duration content,
        Duration transfer) {

    /// What RFC 5321 §4.5.3.2 asks for.
    public static final Timeouts STANDARD = new Timeouts(Duration.ofSeconds(30), Duration.ofMinutes(5),
            Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(10), Duration.ofHours(1));

    /// The same with no more than so much for TCP to stand.
    public Timeouts connectingWithin(Duration left) {
        return left.compareTo(connect) < 0
                ? new Timeouts(left, banner, handshake, command, content, transfer)
                : this;
    }

    /// The same span for everything.
    public static Timeouts of(Duration span) { return new Timeouts(span, span, span, span, span, span); }
}
