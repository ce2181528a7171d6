package org.sternpost.engine.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;
import org.sternpost.engine.smtp.client.SmtpSession;

/// One host called at one address, what it showed, and how often it was used since.
final class PooledSession {

    private static final int MESSAGES_MAX = 100; // per session; a host may want its turn to end

    private final PolicyKey key;
    private final Connection made;
    private final boolean lastResort;
    private final Instant at;
    private int messages;
    private boolean dead;
    private boolean told;

    /// @param lastResort clear text after a failed handshake, good for this one message
    PooledSession(PolicyKey key, Connection made, boolean lastResort, Instant at) {
        this.key = key;
        this.made = made;
        this.lastResort = lastResort;
        this.at = at;
    }

    PolicyKey key() { return key; }

    /// What the host showed; of a session that stands also what it was found to prove.
    ConnectResult seen() { return made.seen(); }

    /// Present where one stood when the host was called.
    Optional<SmtpSession> session() { return made.session(); }

    boolean lastResort() { return lastResort; }

    /// When it was made.
    Instant at() { return at; }

    InetAddress address() { return key.address(); }

    /// Who was called.
    InetSocketAddress peer() { return new InetSocketAddress(address(), key.port()); }

    /// `192.0.2.1:25`.
    String addressText() { return address().getHostAddress() + ":" + key.port(); }

    /// True the first time it is asked: a session is told of once, however much mail it carries.
    boolean firstReport() {
        boolean first = !told;
        told = true;
        return first;
    }

    boolean used() { return messages > 0; }

    void use() { messages++; }

    /// The session failed; nobody uses it again.
    void kill() {
        dead = true;
        made.session().ifPresent(SmtpSession::close);
    }

    /// True if there is a session and it may take one more message.
    boolean alive() { return !dead && messages < MESSAGES_MAX && made.session().isPresent(); }

    void quit() {
        if (dead) return;
        dead = true;
        made.quit();
    }
}
