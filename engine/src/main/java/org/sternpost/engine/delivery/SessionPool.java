package org.sternpost.engine.delivery;

import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.delivery.Delivery.Reuse;
import org.sternpost.engine.delivery.DeliveryPlan.Step;
import org.sternpost.engine.delivery.DeliveryPlan.Terms;
import org.sternpost.engine.delivery.Dialer.Connection;
import org.sternpost.engine.evidence.HostEvidence;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.process.EssentialThread;
import org.sternpost.engine.smtp.client.SmtpSession;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tls.Requirement;

/// The sessions that stand, of all destinations: those that wait here for their next message, and the count of those
/// that are lent.
///
/// A session is lent to one user at a time, and only under its [PolicyKey]. The key names no recipient domain, so all
/// domains of a provider share its sessions where they ask the same of it, and wait for each other's where that is
/// quicker than to make another ([KeyedSessions]). A session waits for some seconds, ends after
/// some minutes whatever it does, and before that when there are too many.
final class SessionPool implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(SessionPool.class.getName());
    private static final int IDLE_OF_PEER_MAX = 50; // one address of a host
    // What a session proved is not believed for longer; Postfix's smtp_connection_reuse_time_limit.
    static final Duration LIFE_MAX = Duration.ofMinutes(5);
    private static final Duration LOOKED_AT = Duration.ofSeconds(1); // who waited as long may have been closed
    static final Duration WAIT_MAX = Duration.ofSeconds(5); // for a session of others, before another is made
    private static final Duration FAREWELL = Duration.ofSeconds(3); // of all at a stop

    private final Reuse limits;
    private final BooleanSupplier spare;
    private final Time time;
    private final RefusedHosts refused;
    private final Map<PolicyKey, KeyedSessions> byKey = new HashMap<>();
    private final Map<InetSocketAddress, Integer> idleOfPeer = new HashMap<>();
    private final LinkedHashSet<PooledSession> idle = new LinkedHashSet<>(); // who waits longest comes first
    private final Map<String, Integer> ofConnector = new HashMap<>(); // sessions that stand, by connector
    private int lent;
    private boolean watched;
    private boolean closed;

    /// @param spare true while our processors could do more
    SessionPool(Reuse limits, BooleanSupplier spare, Time time) {
        this.limits = limits;
        this.spare = spare;
        this.time = time;
        this.refused = new RefusedHosts(limits.idle(), time);
    }

    /// Of hosts with which no session ever stood.
    RefusedHosts refused() { return refused; }

    /// A session under this key that waits, if the host has not ended it meanwhile, as it may (RFC 5321 §3.8): that is
    /// nobody's failure.
    Optional<PooledSession> lend(PolicyKey key) {
        for (var next = taken(key); next.isPresent(); next = taken(key)) {
            PooledSession session = next.get();
            boolean rested = session.since().plus(LOOKED_AT).isAfter(time.steady());
            if (rested || session.session().filter(SmtpSession::isQuiet).isPresent()) return next;
            LOG.log(Level.DEBUG, "peer={0} event=ended-while-idle", session.addressText());
            session.kill();
            giveBack(session);
        }
        return Optional.empty();
    }

    /// The same, also one that others use at the moment, where it is free sooner than another is made: it is handed
    /// over between two messages, to who waits longest.
    ///
    /// @return empty where one is to be made; whoever is told so says [#made], whatever comes of it
    Optional<PooledSession> lendOrMake(PolicyKey key) {
        KeyedSessions.Waiter waiter;
        synchronized (this) {
            var now = taken(key);
            if (now.isPresent()) return now; // given back a moment ago
            var alike = byKey.computeIfAbsent(key, _ -> new KeyedSessions());
            if (alike.startsMaking()) return Optional.empty();
            waiter = alike.join();
        }
        if (!waiter.await(time, WAIT_MAX)) makeUnlessCalled(key, waiter);
        return waiter.handed();
    }

    private synchronized void makeUnlessCalled(PolicyKey key, KeyedSessions.Waiter waiter) {
        if (alike(key).leave(waiter)) alike(key).makesAnyway();
    }

    /// One is made whatever others have, as it has to be another.
    synchronized void making(PolicyKey key) { byKey.computeIfAbsent(key, _ -> new KeyedSessions()).makesAnyway(); }

    /// What was to be made was made, or could not be.
    ///
    /// @param took how long, if it was
    synchronized void made(PolicyKey key, Optional<Duration> took) {
        alike(key).made(took);
        forgetKey(key);
    }

    /// A session that somebody made, and has until he gives it back.
    synchronized void lent(PooledSession made) {
        lent++;
        made.lent(time.steady());
        byKey.computeIfAbsent(made.key(), _ -> new KeyedSessions()).stands();
        ofConnector.merge(made.key().connector(), 1, Integer::sum);
        makeRoom();
        makeRoomFor(made);
    }

    /// Its user needs it no more. It waits for the next one; or it ends, as does one that carried nothing: what it
    /// showed sufficed nobody, and whoever comes next wants to see what the host shows then.
    void giveBack(PooledSession session) {
        if (keeps(session)) return;
        gone(session);
        end(session);
    }

    Reuse.Bounds bounds(OutboundConnector connector) { return limits.of(connector); }

    /// Sessions that wait.
    synchronized int idle() { return idle.size(); }

    /// Mail that waits for a session.
    synchronized int waiting() { return byKey.values().stream().mapToInt(KeyedSessions::waiting).sum(); }

    /// Sessions that stand.
    synchronized int open() { return lent + idle.size(); }

    /// All who wait take leave; who comes back later does so at once.
    @Override
    public void close() {
        List<PooledSession> waiting;
        synchronized (this) {
            closed = true;
            waiting = List.copyOf(idle);
            waiting.forEach(this::forget);
            waiting.forEach(this::gone);
            notifyAll();
        }
        Instant due = time.steady().plus(FAREWELL);
        var leaving = waiting.stream().map(this::end).toList();
        try {
            for (Thread one : leaving)
                if (!one.join(Duration.ofMillis(Math.max(1, Duration.between(time.steady(), due).toMillis())))) return;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Optional<PooledSession> taken(PolicyKey key) {
        var alike = byKey.get(key);
        Instant now = time.steady();
        var latest = alike == null
                ? Optional.<PooledSession>empty()
                : alike.latestIdle().filter(one -> now.isBefore(one.since().plus(limits.idle()))); // not about to leave
        latest.ifPresent(one -> {
            forget(one);
            lent++;
            one.lent(now);
        });
        return latest;
    }

    private synchronized boolean keeps(PooledSession session) {
        lent--;
        Instant now = time.steady();
        if (closed || !session.alive() || !session.carried() || session.lastResort()
                || !now.isBefore(session.at().plus(LIFE_MAX)))
            return false;
        session.rest(now);
        var alike = alike(session.key());
        boolean wanted = alike.waiting() > 0;
        alike.carried(session.eachTook(now), wanted && spare.getAsBoolean());
        if (alike.waiting() > 0) {
            lent++;
            session.lent(now);
            alike.handOver(session); // and at this moment it is used
            return true;
        }
        idle.add(session);
        alike.rests(session);
        if (idleOfPeer.merge(session.peer(), 1, Integer::sum) > IDLE_OF_PEER_MAX)
            leave(idle.stream().filter(one -> one.peer().equals(session.peer())).findFirst().orElseThrow());
        makeRoom();
        makeRoomFor(session);
        if (!watched) {
            watched = true;
            EssentialThread.start("idle-sessions", this::watch);
        }
        return true;
    }

    private void makeRoom() {
        while (!idle.isEmpty() && lent + idle.size() > limits.sessions())
            leave(idle.getFirst());
    }

    /// The same where a connector has a limit of its own.
    private void makeRoomFor(PooledSession session) {
        int most = session.bounds().sessions();
        String connector = session.key().connector();
        while (most > 0 && ofConnector.getOrDefault(connector, 0) > most) {
            var eldest = idle.stream().filter(one -> one.key().connector().equals(connector)).findFirst();
            if (eldest.isEmpty()) return;
            leave(eldest.get());
        }
    }

    /// It stands no more.
    private synchronized void gone(PooledSession session) {
        ofConnector.computeIfPresent(session.key().connector(), (_, count) -> count == 1 ? null : count - 1);
        alike(session.key()).gone();
        forgetKey(session.key());
    }

    private void leave(PooledSession session) {
        forget(session);
        gone(session);
        end(session);
    }

    private void forget(PooledSession session) {
        idle.remove(session);
        if (!alike(session.key()).restsNoMore(session))
            throw new IllegalStateException("not idle: " + session.key());
        idleOfPeer.computeIfPresent(session.peer(), (_, count) -> count == 1 ? null : count - 1);
    }

    private KeyedSessions alike(PolicyKey key) {
        var alike = byKey.get(key);
        if (alike == null) throw new IllegalStateException("nothing stands: " + key);
        return alike;
    }

    private void forgetKey(PolicyKey key) { if (alike(key).isForgettable()) byKey.remove(key); }

    /// A host may take its time to say goodbye, and nobody waits for it.
    private Thread end(PooledSession session) { return Thread.ofVirtual().name("session-end").start(session::quit); }

    /// Runs while any session waits.
    private synchronized void watch() {
        try {
            while (!idle.isEmpty()) {
                PooledSession eldest = idle.getFirst();
                Instant due = eldest.since().plus(limits.idle());
                if (time.steady().isBefore(due)) time.awaitUntil(this, time.shown(due));
                else
                    leave(eldest);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            watched = false;
        }
    }

    /// All that must be equal for mail to share a session, so that the policy of one domain never serves another
    /// (docs/transport-security.md#session-reuse). A connector's revision stands for its credentials and its source
    /// address, the requirement for the records or the policy that it comes from.
    record PolicyKey(String connector, long revision, DeliveryMode mode, Domain host, InetAddress address, int port,
            String sni, String requirement, boolean requireTls) {

        static PolicyKey of(Terms terms, Step.Connect step) { return of(terms, step, step.asked()); }

        /// The key of another requirement at the same place.
        static PolicyKey of(Terms terms, Step.Connect step, Requirement asked) {
            var connector = terms.connector();
            return new PolicyKey(connector.id(), connector.stored().revision(), terms.mode(), step.host().host(),
                    step.address(), step.host().port(), asked.sni(), asked.key(), terms.requireTls());
        }
    }

    /// One host called at one address, what it showed, and how often it was used since.
    static final class PooledSession {

        private static final int SHOWN_MAX = 4; // destinations that take turns

        private final PolicyKey key;
        private final Connection made;
        private final boolean lastResort;
        private final Instant at;
        private final Reuse.Bounds bounds;
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
        /// @param bounds     how far it may go; a host may want its turn to end
        PooledSession(PolicyKey key, Connection made, boolean lastResort, Instant at, Reuse.Bounds bounds) {
            this.key = key;
            this.made = made;
            this.lastResort = lastResort;
            this.at = at;
            this.since = at;
            this.lentAt = at;
            this.bounds = bounds;
        }

        PolicyKey key() { return key; }

        private Reuse.Bounds bounds() { return bounds; }

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
        private Instant since() { return since; }

        private void rest(Instant now) {
            since = now;
            waited = true;
        }

        private void lent(Instant now) {
            before = messages;
            lentAt = now;
        }

        /// How long a message took since it was lent, which one did at least.
        private Duration eachTook(Instant now) { return Duration.between(lentAt, now).dividedBy(messages - before); }

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

        /// The session failed; nobody uses it again.
        void kill() {
            dead = true;
            made.session().ifPresent(SmtpSession::close);
        }

        /// True if there is a session and it may take one more message.
        boolean alive() { return !dead && messages < bounds.messages() && made.session().isPresent(); }

        void quit() {
            if (dead) return;
            dead = true;
            made.quit();
        }
    }
}
