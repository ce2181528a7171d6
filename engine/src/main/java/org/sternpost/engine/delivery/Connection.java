package org.sternpost.engine.delivery;

import java.util.Optional;
import org.sternpost.engine.smtp.client.SmtpSession;

/// One call as the dialer leaves it.
///
/// @param session present exactly where [ConnectResult#stands]
record Connection(ConnectResult seen, Optional<SmtpSession> session) {

    Connection {
        if (seen.stands() != session.isPresent()) throw new IllegalArgumentException("a session for what was shown");
    }

    /// Without a session.
    static Connection none(ConnectResult seen) { return new Connection(seen, Optional.empty()); }

    /// Takes leave of the host.
    void quit() { session.ifPresent(SmtpSession::quit); }
}
