package org.sternpost.engine.delivery;

import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import org.sternpost.engine.delivery.Dialer.Connection;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.tls.SessionProofs;
import org.sternpost.engine.trust.Failure;

/// What a host showed when it was called, before anybody says whether that suffices. The session, if one stands, is
/// with its [Connection].
sealed interface ConnectResult {

    /// A TLS session stands, whatever its certificate is worth.
    ///
    /// @param offers keywords of the reply to EHLO within TLS
    /// @param local  our address on the connection
    record Secured(SessionProofs proofs, Set<String> offers, InetAddress local) implements ConnectResult {
        public Secured { offers = Set.copyOf(offers); }
    }

    /// A session stands in clear: STARTTLS was not offered (`refusal` is empty), refused, or not asked for.
    ///
    /// @param offers as above
    /// @param local  as above
    record InClear(Optional<Reply> refusal, Set<String> offers, InetAddress local) implements ConnectResult {
        public InClear { offers = Set.copyOf(offers); }

        /// True if the host offers STARTTLS and was not asked for it: the last resort of old mail (RFC 7435 §3).
        boolean isUntried() { return refusal.isEmpty() && offers("STARTTLS"); }

        /// The refusal for people; empty text where STARTTLS was not offered.
        String said() { return refusal.map(Reply::toString).orElse(""); }

        /// True if the host means it: RFC 5321 §4.2.1, 5yz to STARTTLS is final and everything else is not.
        boolean isFinal() { return refusal.isEmpty() || refusal.get().severity() == Reply.Severity.Permanent; }
    }

    /// The handshake failed; there is no session.
    ///
    /// @param local as above
    record Broken(Failure why, InetAddress local) implements ConnectResult {}

    /// The host refused STARTTLS and ended the session (RFC 5321 §3.8).
    ///
    /// @param local as above
    record LeftAtStartTls(Reply reply, InetAddress local) implements ConnectResult {}

    /// The host could not be talked to, for reasons that have nothing to do with TLS.
    record Trouble(FailurePolicy.Said what) implements ConnectResult {}

    /// Nothing was dialled, because the verdict alone decided.
    record NotDialled() implements ConnectResult {}

    /// True if a session stands.
    default boolean stands() { return this instanceof Secured || this instanceof InClear; }

    /// True if a session stands and the host announced the keyword.
    default boolean offers(String keyword) {
        return switch (this) {
            case Secured seen -> seen.offers().contains(keyword);
            case InClear seen -> seen.offers().contains(keyword);
            case Broken _,LeftAtStartTls _,Trouble _,NotDialled() -> false;
        };
    }

    /// True if TLS was tried and there is no session: clear text needs a new one.
    default boolean failedAtTls() { return this instanceof Broken || this instanceof LeftAtStartTls; }

    /// True if the host offers STARTTLS, and said no to it.
    default boolean refusedStartTls() { return this instanceof InClear seen && seen.refusal().isPresent(); }
}
