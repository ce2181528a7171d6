package org.sternpost.engine.delivery;

import java.net.InetAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.sternpost.engine.tls.Proof;

/// One host called at one address, what it showed, and how often it was used since.
final class PooledSession {

    private static final int MESSAGES_MAX = 100; // per session; a host may want its turn to end

    private final PolicyKey key;
    private final ConnectResult seen;
    private final boolean lastResort;
    private final Instant made;
    private final Map<String, Proof> proofs = new HashMap<>();
    private int messages;
    private boolean dead;
    private boolean told;

    /// @param lastResort clear text after a failed handshake, good for this one message
    PooledSession(PolicyKey key, ConnectResult seen, boolean lastResort, Instant made) {
        this.key = key;
        this.seen = seen;
        this.lastResort = lastResort;
        this.made = made;
    }

    PolicyKey key() { return key; }

    ConnectResult seen() { return seen; }

    boolean lastResort() { return lastResort; }

    Instant made() { return made; }

    /// What the session was found to prove, by the key of the requirement; for evidence, never for a decision.
    Map<String, Proof> proofs() { return proofs; }

    InetAddress address() { return key.address(); }

    /// `192.0.2.1:25`.
    String addressText() { return address().getHostAddress() + ":" + key.port(); }

    /// True the first time it is asked: a session is told of once, however much mail it carries.
    boolean isNews() {
        boolean news = !told;
        told = true;
        return news;
    }

    boolean used() { return messages > 0; }

    void use() { messages++; }

    /// The session failed; nobody uses it again.
    void kill() {
        dead = true;
        switch (seen) {
            case ConnectResult.Secure(var session, _) -> session.close();
            case ConnectResult.InClear(var session, _) -> session.close();
            case ConnectResult.Broken _,ConnectResult.LeftAtStartTls _ -> {
            }
            case ConnectResult.Trouble _,ConnectResult.NotDialled() -> {
            }
        }
    }

    /// True if there is a session and it may take one more message.
    boolean alive() {
        return !dead && messages < MESSAGES_MAX
                && (seen instanceof ConnectResult.Secure || seen instanceof ConnectResult.InClear);
    }

    void quit() {
        if (dead) return;
        dead = true;
        seen.quit();
    }
}
