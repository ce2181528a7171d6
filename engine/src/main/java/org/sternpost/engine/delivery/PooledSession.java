package org.sternpost.engine.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.sternpost.engine.delivery.Dialer.Connection;
import org.sternpost.engine.evidence.HostEvidence;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.client.SmtpSession;

/// One host called at one address, what it showed, and how often it was used since.
final class PooledSession {

    private static final int SHOWN_MAX = 4; // destinations that take turns

    private final PolicyKey key;
    private final Connection made;
    private final boolean lastResort;
    private final Instant at;
    private final int messagesMax;
    private final Optional<SessionPlaces.Place> place;
    private final Set<Domain> told = new HashSet<>();
    private final Deque<Shown> shown = new ArrayDeque<>();
    private Instant since;
    private int messages;
    private int before; // messages, when it was lent
    private Instant lentAt;
    private boolean waited;
    private boolean dead;

    /// What evidence was made of, and when to make it anew.
    private record Shown(EvidenceRecorder.Asked asked, HostEvidence evidence) {}

    /// @param lastResort clear text after a failed handshake, good for this one message
    /// @param at         when it was made, by the steady clock
    /// @param messagesMax that it takes
    /// @param place      until its connection is closed; empty where none was called
    PooledSession(PolicyKey key, Connection made, boolean lastResort, Instant at, int messagesMax,
            Optional<SessionPlaces.Place> place) {
        this.key = key;
        this.made = made;
        this.lastResort = lastResort;
        this.at = at;
        this.since = at;
        this.lentAt = at;
        this.messagesMax = messagesMax;
        this.place = place;
    }

    PolicyKey key() { return key; }

    SessionPlaces.Place place() { return place.orElseThrow(); }

    /// What the host showed; of a session that stands also what it was found to prove.
    ConnectResult seen() { return made.seen(); }

    /// What it showed to who asked this, as it was made for the first who did.
    HostEvidence shown(EvidenceRecorder.Asked asked, Supplier<HostEvidence> made) {
        for (Shown one : shown)
            if (one.asked().equals(asked)) return one.evidence();
        if (shown.size() >= SHOWN_MAX) shown.removeFirst();
        shown.add(new Shown(asked, made.get()));
        return shown.getLast().evidence();
    }

    /// Present where one stood when the host was called.
    Optional<SmtpSession> session() { return made.session(); }

    boolean lastResort() { return lastResort; }

    /// When it was made.
    Instant at() { return at; }

    /// Since when it waits, or did last.
    Instant since() { return since; }

    void rest(Instant now) {
        since = now;
        waited = true;
    }

    void lent(Instant now) {
        before = messages;
        lentAt = now;
    }

    /// How long a message took since it was lent, which one did at least.
    Duration eachTook(Instant now) { return Duration.between(lentAt, now).dividedBy(messages - before); }

    /// True if mail was sent over it since it was lent.
    boolean carried() { return messages > before; }

    InetAddress address() { return key.address(); }

    /// Who was called.
    InetSocketAddress peer() { return new InetSocketAddress(address(), key.port()); }

    /// `192.0.2.1:25`.
    String addressText() { return address().getHostAddress() + ":" + key.port(); }

    /// True the first time it is asked: a session is told of once to each who asked a policy of it, however much
    /// mail it carries (RFC 8460 §4.2 counts sessions, and reports them by policy domain).
    boolean firstReport(Domain policyDomain) { return told.add(policyDomain); }

    /// True if somebody had it before, so that the host may have ended it since.
    boolean used() { return messages > 0 || waited; }

    void use() { messages++; }

    /// Since it was made.
    int messages() { return messages; }

    /// The session failed; nobody uses it again.
    void kill() {
        dead = true;
        made.session().ifPresent(SmtpSession::close);
    }

    /// True if there is a session and it may take one more message.
    boolean alive() { return !dead && messages < messagesMax && made.session().isPresent(); }

    void quit() {
        if (dead) return;
        dead = true;
        made.quit();
    }
}
