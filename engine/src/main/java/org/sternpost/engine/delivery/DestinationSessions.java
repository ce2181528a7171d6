package org.sternpost.engine.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.delivery.DeliveryPlan.Step;
import org.sternpost.engine.delivery.DeliveryPlan.Terms;
import org.sternpost.engine.delivery.KeyedSessions.Waiter;
import org.sternpost.engine.delivery.SessionPlaces.Place;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// What one destination has of sessions while it is carried: those that are lent to the attempt under way, and what
/// hosts showed that did not suffice.
final class DestinationSessions {

    private static final int REMEMBERED_MAX = 8; // troubles, and sessions that carried nothing
    private static final Duration TROUBLE_REMEMBERED = Duration.ofMinutes(1);

    private final SessionPool pool;
    private final Time time;
    private final List<PooledSession> lent = new ArrayList<>();
    private final List<PooledSession> troubles = new ArrayList<>();

    private @Nullable Keys last;

    /// What one message asks the next one mostly asks too.
    private record Keys(Terms terms, Step.Connect step, List<PolicyKey> keys, SessionPlaces.Limit ofDomain) {}

    DestinationSessions(SessionPool pool, Time time) {
        this.pool = pool;
        this.time = time;
    }

    /// The session or trouble that serves the same policy.
    ///
    /// In the relaxed pass the session that the strict pass has just judged serves as well.
    Optional<PooledSession> find(Terms terms, Step.Connect step) {
        giveBackOld();
        var known = known(terms, step);
        var keys = known.keys();
        for (PooledSession one : lent)
            if (one.alive() && keys.contains(one.key())) return Optional.of(one);
        for (PolicyKey key : keys) {
            Optional<PooledSession> waited = pool.lend(key, known.ofDomain());
            if (waited.isEmpty()) continue;
            lent.add(waited.get());
            return waited;
        }
        if (troubles.isEmpty()) return Optional.empty();
        troubles.removeIf(old -> !old.at().plus(TROUBLE_REMEMBERED).isAfter(now()));
        return troubles.stream().filter(one -> one.key().equals(keys.getFirst())).findFirst();
    }

    /// A session that another destination gives back; or one is to be made, where that is quicker, or it must be a new
    /// one. While it waits for either it has none, so that nobody waits for what another one that waits has.
    ///
    /// @param patience for each of both
    /// @return where one is to be made, [#made] must be told, whatever comes of it
    Loan lendOrMake(PolicyKey key, Terms terms, Step.Connect step, Duration patience) {
        var asker = new Waiter(key, pool.limits().of(key, terms), step.fresh() || step.clear(), now());
        var loan = pool.lendOrMake(asker);
        if (loan.isEmpty()) {
            end();
            loan = Optional.of(pool.await(asker, patience));
        }
        if (loan.get() instanceof Loan.Lent(var session)) lent.add(session);
        return loan.get();
    }

    /// There was no place for one: the destination is told when there may be.
    void awaitTurn(SessionPlaces.Limit full, DestinationKey who) { pool.awaitsTurn(full, who); }

    /// @param began    to make it, by the steady clock
    /// @param standing it was made
    void made(PolicyKey key, Place place, Instant began, boolean standing) {
        pool.made(key, place, standing ? Optional.of(Duration.between(began, now())) : Optional.empty());
    }

    /// By the steady clock, which tells how old a session is.
    Instant now() { return time.steady(); }

    /// How many a session of a connector takes.
    int messages(OutboundConnector connector) { return pool.limits().messages(connector); }

    void keep(PooledSession call) {
        if (call.session().isPresent()) {
            pool.lent(call);
            lent.add(call);
        } else if (call.seen() instanceof ConnectResult.Trouble) {
            if (troubles.size() >= REMEMBERED_MAX) troubles.removeFirst();
            troubles.add(call);
        }
    }

    /// What carried mail goes back: others may have it while the message is settled. What did not stays, since this
    /// destination's next message would only see the same; unless anybody lacks a place.
    void endAttempt() {
        boolean lacking = pool.isLacking();
        for (var next = lent.iterator(); next.hasNext();) {
            PooledSession one = next.next();
            if (!lacking && !one.carried() && one.alive() && !one.lastResort()) continue;
            next.remove();
            pool.giveBack(one);
        }
        while (lent.size() > REMEMBERED_MAX)
            pool.giveBack(lent.removeFirst());
    }

    /// Nobody carries the destination any more.
    void end() {
        lent.forEach(pool::giveBack);
        lent.clear();
    }

    /// Ends every session where it stands.
    void killAll() {
        lent.forEach(PooledSession::kill);
        end();
    }

    /// What a host showed that sufficed nobody is not believed for longer than trouble is: it may have been repaired.
    private void giveBackOld() {
        Instant oldest = now().minus(TROUBLE_REMEMBERED);
        for (var next = lent.iterator(); next.hasNext();) {
            PooledSession one = next.next();
            if (one.carried() || one.at().isAfter(oldest)) continue;
            next.remove();
            pool.giveBack(one);
        }
    }

    private Keys known(Terms terms, Step.Connect step) {
        Keys before = last;
        if (before != null && before.terms().equals(terms) && before.step().equals(step)) return before;
        var known = new Keys(terms, step, keys(terms, step), pool.limits().ofDomain(terms));
        last = known;
        return known;
    }

    /// Under which a session serves, the likeliest first.
    private static List<PolicyKey> keys(Terms terms, Step.Connect step) {
        var own = PolicyKey.of(terms, step);
        TlsVerdict strict = terms.mode().asks(step.host());
        if (step.pass() != Step.Pass.Relaxed || strict instanceof TlsVerdict.Refused) return List.of(own);
        var judged = PolicyKey.of(terms, step, step.asked().with(strict));
        // A certificate that must be the host's is shown only to who asked for the host by name.
        boolean namedAlike = !step.asked().authenticates() || own.sni().equals(judged.sni());
        return namedAlike && !judged.equals(own) ? List.of(own, judged) : List.of(own);
    }
}
