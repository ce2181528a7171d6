package org.sternpost.engine.delivery;

import java.util.Optional;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.client.SmtpSession;
import org.sternpost.engine.tls.Secured;
import org.sternpost.engine.trust.Failure;

/// What a host showed when it was called, before anybody says whether that suffices.
sealed interface ConnectResult {

    /// A TLS session stands, whatever its certificate is worth.
    record Secure(SmtpSession session, Secured tls) implements ConnectResult {}

    /// The session is in clear: STARTTLS was not offered (`reply` is empty) or refused.
    record InClear(SmtpSession session, Optional<Reply> reply) implements ConnectResult {

        /// The refusal for people; empty text where STARTTLS was not offered.
        String said() { return reply.map(Reply::toString).orElse(""); }

        /// True if the host means it: RFC 5321 §4.2.1, 5yz to STARTTLS is final and everything else is not.
        boolean isFinal() { return reply.isEmpty() || reply.get().severity() == Reply.Severity.Permanent; }
    }

    /// The handshake failed; there is no session.
    ///
    /// @param local our address on the connection
    record Broken(Failure why, String local) implements ConnectResult {}

    /// The host refused STARTTLS and ended the session (RFC 5321 §3.8).
    ///
    /// @param local as above
    record LeftAtStartTls(Reply reply, String local) implements ConnectResult {}

    /// The host could not be talked to, for reasons that have nothing to do with TLS.
    record Trouble(FailurePolicy.Said what) implements ConnectResult {}

    /// Nothing was dialled, because the verdict alone decided.
    record NotDialled() implements ConnectResult {}

    /// True if there is a session and the host announced the keyword.
    default boolean offers(String keyword) {
        return switch (this) {
            case Secure(var session, _) -> session.offers(keyword);
            case InClear(var session, _) -> session.offers(keyword);
            case Broken _,LeftAtStartTls _,Trouble _,NotDialled() -> false;
        };
    }

    /// True if TLS was tried and there is no session: clear text needs a new one.
    default boolean failedAtTls() { return this instanceof Broken || this instanceof LeftAtStartTls; }

    /// Takes leave of the host, if there is a session.
    default void quit() {
        switch (this) {
            case Secure(var session, _) -> session.quit();
            case InClear(var session, _) -> session.quit();
            case Broken _,LeftAtStartTls _,Trouble _,NotDialled() -> {
            }
        }
    }
}
