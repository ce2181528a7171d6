package org.sternpost.engine.delivery;

import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.sternpost.engine.delivery.Delivery.Reuse;
import org.sternpost.engine.delivery.KeyedSessions.Waiter;
import org.sternpost.engine.delivery.SessionPlaces.Kind;
import org.sternpost.engine.delivery.SessionPlaces.Limit;
import org.sternpost.engine.delivery.SessionPlaces.Place;
import org.sternpost.engine.process.EssentialThread;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.smtp.client.SmtpSession;
import org.sternpost.engine.time.Time;

/// The sessions that stand, of all destinations: those that wait here for their next message, and the count of those
/// that are lent.
///
/// A session is lent to one user at a time, and only under its [PolicyKey]. The key names no recipient domain, so all
/// domains of a provider share its sessions where they ask the same of it, and wait for each other's where that is
/// quicker than to make another ([KeyedSessions]), or where there is no place for another ([SessionPlaces]). A session
/// waits for some seconds, ends after some minutes whatever it does, and before that where others need its place.
final class SessionPool implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(SessionPool.class.getName());
    private static final int IDLE_OF_PEER_MAX = 50; // one address of a host
    // What a session proved is not believed for longer; Postfix's smtp_connection_reuse_time_limit.
    static final Duration LIFE_MAX = Duration.ofMinutes(5);
    private static final Duration LOOKED_AT = Duration.ofSeconds(1); // who waited as long may have been closed
    static final Duration WAIT_MAX = Duration.ofSeconds(5); // for a session of others, before another is made
    private static final Duration FAREWELL = Duration.ofSeconds(3); // of all at a stop
    // Its user comes back for its next message within that, so its place is not given away; nor is it before that many.
    static final Duration BETWEEN = Duration.ofMillis(100);
    static final int TURN_MESSAGES = 20;

    private final Reuse limits;
    private final BooleanSupplier spare;
    private final Time time;
    private final RefusedHosts refused;
    private final Map<PolicyKey, KeyedSessions> byKey = new HashMap<>();
    private final Map<InetSocketAddress, Integer> idleOfPeer = new HashMap<>();
    private final LinkedHashSet<PooledSession> idle = new LinkedHashSet<>(); // who waits longest comes first
    private final SessionPlaces places = new SessionPlaces();
    private final PlaceTurns turns;
    private int lent;
    private boolean watched;
    private boolean closed;

    /// @param spare true while our processors could do more
    /// @param turn  told of a destination for which there may be a place by now
    SessionPool(Reuse limits, BooleanSupplier spare, Consumer<DestinationKey> turn, Time time) {
        this.limits = limits;
        this.spare = spare;
        this.time = time;
        this.turns = new PlaceTurns(places, turn, time);
        this.refused = new RefusedHosts(limits.idle(), time);
    }

    /// Of hosts with which no session ever stood.
    RefusedHosts refused() { return refused; }

    Reuse limits() { return limits; }

    /// A session under this key that waits, if the host has not ended it meanwhile, as it may (RFC 5321 §3.8): that is
    /// nobody's failure.
    Optional<PooledSession> lend(PolicyKey key, Limit ofDomain) {
        for (var next = taken(key, ofDomain); next.isPresent(); next = taken(key, ofDomain)) {
            PooledSession session = next.get();
            boolean rested = session.since().plus(LOOKED_AT).isAfter(time.steady());
            if (rested || session.session().filter(SmtpSession::isQuiet).isPresent()) return next;
            LOG.log(Level.DEBUG, "peer={0} event=ended-while-idle", session.addressText());
            session.kill();
            giveBack(session);
        }
        return Optional.empty();
    }

    /// A session that waits, or leave to make one. Else the asker is in the line for one that others use at the moment,
    /// which is handed over between two messages to who waits longest; and [#await] must follow.
    synchronized Optional<Loan> lendOrMake(Waiter asker) {
        var now = now(asker);
        if (now.isEmpty() && !asker.anew) byKey.computeIfAbsent(asker.key, _ -> new KeyedSessions()).join(asker);
        return now;
    }

    /// What is there for who is in the line, sooner or later; he must have no session himself meanwhile.
    ///
    /// @param patience for a session of others, and again for a place for another one
    Loan await(Waiter asker, Duration patience) {
        asker.await(time, asker.asked.plus(patience));
        var loan = afterAll(asker);
        if (loan.isPresent()) return loan.get();
        asker.await(time, asker.asked.plus(patience.multipliedBy(2)));
        synchronized (this) {
            loan = afterAll(asker);
            if (loan.isPresent()) return loan.get();
            var full = new Loan.Full(asker.lacks().orElseThrow());
            leaveLine(asker);
            return full;
        }
    }

    /// Mail of a destination waits, as there was no place for a session. The destination is told once there may be one.
    synchronized void awaitsTurn(Limit full, DestinationKey who) { turns.awaits(full, who); }

    private synchronized Optional<Loan> afterAll(Waiter asker) {
        var loan = asker.loan();
        if (loan.isPresent()) return loan;
        asker.hurry();
        loan = now(asker);
        if (loan.isPresent()) leaveLine(asker);
        return loan;
    }

    /// What was to be made was made, or could not be.
    ///
    /// @param took how long, if it was
    synchronized void made(PolicyKey key, Place place, Optional<Duration> took) {
        alike(key).made(took);
        if (took.isEmpty()) free(place);
        callThoseWhoMayMake(key);
        forgetKey(key);
    }

    /// A session that somebody made, and has until he gives it back.
    synchronized void lent(PooledSession made) {
        lent++;
        made.lent(time.steady());
        alike(made.key()).stands();
    }

    /// Its user needs it no more. It waits for the next one; or it ends, as does one that carried nothing: what it
    /// showed sufficed nobody, and whoever comes next wants to see what the host shows then.
    void giveBack(PooledSession session) {
        if (keeps(session)) return;
        synchronized (this) {
            gone(session);
            callThoseWhoMayMake(session.key());
            forgetKey(session.key());
        }
        end(session);
    }

    /// Sessions that wait.
    synchronized int idle() { return idle.size(); }

    /// Mail that waits for a session.
    synchronized int waiting() { return byKey.values().stream().mapToInt(KeyedSessions::waiting).sum(); }

    /// Sessions that stand.
    synchronized int open() { return lent + idle.size(); }

    /// Sessions of a kind, from before they are called until they are closed.
    synchronized int taken(Kind kind) { return places.taken(kind); }

    /// True while somebody has no place.
    synchronized boolean isLacking() { return places.isLacking(); }

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

    /// What there is for somebody at this moment; what has no place for him is noted where there is nothing.
    private Optional<Loan> now(Waiter asker) {
        places.lacks(asker, Optional.empty());
        Limit domain = asker.limits.domain();
        if (places.isFull(domain)) return lacks(asker, Optional.of(domain));
        var waits = asker.anew ? Optional.<PooledSession>empty() : taken(asker.key, domain);
        if (waits.isPresent()) return waits.map(Loan.Lent::new);
        var alike = byKey.get(asker.key);
        if (!asker.isHurried() && alike != null && !alike.isMakingQuicker(alike.waitingWith(asker)))
            return Optional.empty();
        var full = places.full(asker.limits);
        if (full.isPresent()) return lacks(asker, full);
        byKey.computeIfAbsent(asker.key, _ -> new KeyedSessions()).startsMaking();
        return Optional.of(new Loan.Make(places.take(asker.limits)));
    }

    private Optional<Loan> lacks(Waiter asker, Optional<Limit> full) {
        places.lacks(asker, full);
        makeRoom(full.orElseThrow().kind());
        if (!idle.isEmpty()) notifyAll(); // their end is nearer than it was
        return Optional.empty();
    }

    private void leaveLine(Waiter asker) {
        places.lacks(asker, Optional.empty());
        var alike = byKey.get(asker.key);
        if (alike == null) return;
        alike.leave(asker);
        forgetKey(asker.key);
    }

    private boolean called(Waiter waiter) {
        var loan = now(waiter);
        loan.ifPresent(one -> {
            leaveLine(waiter);
            waiter.call(one);
        });
        return loan.isPresent();
    }

    /// Who came last would wait longest.
    private void callThoseWhoMayMake(PolicyKey key) {
        var alike = byKey.get(key);
        if (alike == null || alike.waiting() == 0 || !alike.isMakingQuicker(alike.waiting())) return;
        for (Waiter waiter : alike.latestFirst())
            if (!alike.isMakingQuicker(alike.waiting()) || !called(waiter) && !lacksOnlyItsDomain(waiter)) return;
    }

    private static boolean lacksOnlyItsDomain(Waiter waiter) {
        return waiter.lacks().filter(limit -> limit.kind().of() == SessionPlaces.Of.Domain).isPresent();
    }

    private synchronized Optional<PooledSession> taken(PolicyKey key, Limit ofDomain) {
        var alike = byKey.get(key);
        Instant now = time.steady();
        var latest = alike == null || places.isFull(ofDomain)
                ? Optional.<PooledSession>empty()
                : alike.latestIdle().filter(one -> now.isBefore(one.since().plus(limits.idle()))); // not about to leave
        latest.ifPresent(one -> {
            forget(one);
            lend(one, ofDomain);
        });
        return latest;
    }

    private void lend(PooledSession session, Limit ofDomain) {
        lent++;
        session.place().lent(ofDomain);
        session.lent(time.steady());
    }

    private synchronized boolean keeps(PooledSession session) {
        lent--;
        Instant now = time.steady();
        if (closed || !session.alive() || !session.carried() || session.lastResort()
                || !now.isBefore(session.at().plus(LIFE_MAX)))
            return false;
        var alike = alike(session.key());
        boolean wanted = alike.waiting() > 0;
        boolean more = alike.carried(session.eachTook(now), wanted && spare.getAsBoolean());
        session.rest(now);
        var domain = session.place().rests();
        if (more) hurryLatest(alike);
        if (isHandedOver(session, alike)) {
            domain.ifPresent(this::callThoseWhoLack);
            return true;
        }
        if (session.messages() >= TURN_MESSAGES && session.place().kinds().stream().anyMatch(places::lacksOneMore)) {
            domain.ifPresent(this::callThoseWhoLack);
            return false;
        }
        idle.add(session);
        alike.rests(session);
        if (idleOfPeer.merge(session.peer(), 1, Integer::sum) > IDLE_OF_PEER_MAX)
            leave(idle.stream().filter(one -> one.peer().equals(session.peer())).findFirst().orElseThrow());
        domain.ifPresent(this::callThoseWhoLack);
        if (!turns.isEmpty()) session.place().kinds().forEach(kind -> turns.comes(kind, 1));
        if (!watched) {
            watched = true;
            EssentialThread.start("idle-sessions", this::watch);
        }
        return true;
    }

    private void hurryLatest(KeyedSessions alike) {
        Waiter latest = alike.latestFirst().getFirst();
        latest.hurry();
        called(latest);
    }

    /// To who waits longest and may have one more; and at this moment it is used.
    private boolean isHandedOver(PooledSession session, KeyedSessions alike) {
        for (Waiter waiter : alike.line()) {
            if (places.isFull(waiter.limits.domain())) {
                places.lacks(waiter, Optional.of(waiter.limits.domain()));
                continue;
            }
            lend(session, waiter.limits.domain());
            leaveLine(waiter);
            waiter.call(new Loan.Lent(session));
            return true;
        }
        return false;
    }

    /// Those that wait longest end where others have no place for them, unless enough take leave already.
    private void makeRoom(Kind kind) {
        if (kind.of() == SessionPlaces.Of.Domain) return; // one that waits is of none
        Instant rested = time.steady().minus(BETWEEN);
        var left = idle.iterator();
        while (left.hasNext() && places.lacksOneMore(kind)) {
            PooledSession one = left.next();
            if (one.since().isAfter(rested)) return;
            if (!one.place().isOf(kind)) continue;
            leave(one);
            left = idle.iterator();
        }
    }

    /// One that waits ends. Nobody waits for it: it would not.
    private void leave(PooledSession session) {
        forget(session);
        gone(session);
        forgetKey(session.key());
        end(session);
    }

    /// It stands no more; its place is taken until it is closed.
    private void gone(PooledSession session) {
        alike(session.key()).gone();
        session.place().takesLeave();
    }

    private synchronized void free(Place place) { place.leave().forEach(this::callThoseWhoLack); }

    private void callThoseWhoLack(Kind kind) {
        for (var first = places.first(kind); first.isPresent(); first = places.first(kind)) {
            if (places.isFull(first.get().lacks().orElseThrow())) return;
            called(first.get()); // or it lacks another place now, or better waits for what stands
        }
        turns.comes(kind, 0);
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

    private void forgetKey(PolicyKey key) { byKey.computeIfPresent(key, (_, one) -> one.isForgettable() ? null : one); }

    /// A host may take its time to say goodbye, and nobody waits for it.
    private Thread end(PooledSession session) {
        return Thread.ofVirtual().name("session-end").start(() -> {
            try {
                session.quit();
            } finally {
                free(session.place());
            }
        });
    }

    /// Runs while any session waits.
    private synchronized void watch() {
        try {
            while (!idle.isEmpty()) {
                places.lacked().forEach(this::makeRoom);
                if (idle.isEmpty()) return;
                PooledSession eldest = idle.getFirst();
                Instant now = time.steady();
                Instant due = eldest.since().plus(limits.idle());
                if (!now.isBefore(due)) leave(eldest);
                else
                    time.awaitUntil(this, time.shown(places.isLacking() ? earlier(due, now.plus(BETWEEN)) : due));
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            watched = false;
        }
    }

    private static Instant earlier(Instant one, Instant other) { return one.isBefore(other) ? one : other; }
}
