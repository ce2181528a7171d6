package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.delivery.KeyedSessions.Waiter;
import org.sternpost.engine.delivery.SessionPlaces.Kind;
import org.sternpost.engine.delivery.SessionPlaces.Limit;
import org.sternpost.engine.delivery.SessionPlaces.Of;
import org.sternpost.engine.delivery.SessionPlaces.Place;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;

/// How many sessions stand, and which of those that wait end first (docs/transport-security.md#session-pool,
/// #session-limits).
class SessionPoolTest {

    private static final Limit OF_CONNECTOR = new Limit(new Kind(Of.Connector, "Default"), 2);

    private final SimTime time = new SimTime();
    private final ScriptedHost one = ScriptedHost.inClear();
    private final ScriptedHost other = ScriptedHost.inClear();
    private static final DestinationKey A = new DestinationKey("Default", Domain.of("a.example"));
    private static final DestinationKey B = new DestinationKey("Default", Domain.of("b.example"));
    private static final DestinationKey C = new DestinationKey("Default", Domain.of("c.example"));

    private PoolClient client = new PoolClient(time, 10, true);

    SessionPoolTest() throws Exception {}

    @AfterEach
    void hangUp() throws Exception {
        client.pool.close();
        one.close();
        other.close();
    }

    @Test
    void aConnectorsOwnLimitsHoldForSessionsThatWaitToo() throws Exception {
        var first = client.made(one, "a", 2, OF_CONNECTOR);
        var second = client.made(one, "a", 2, OF_CONNECTOR);
        client.pool.giveBack(first);
        assertEquals(1, client.pool.idle());
        var served = asked(other, OF_CONNECTOR);
        assertFalse(served.isDone(), "its user may come back for the next message at once");
        time.advance(SessionPool.BETWEEN);
        assertInstanceOf(Loan.Make.class, served.get(5, TimeUnit.MINUTES));
        assertEquals(0, client.pool.idle(), "there are two without it");
        assertEquals(2, client.pool.taken(OF_CONNECTOR.kind()));
        client.pool.giveBack(second);
        PooledSession again = client.lend(PoolClient.key(one, "a")).orElseThrow();
        assertTrue(again.alive());
        again.use();
        assertFalse(again.alive(), "two messages");
    }

    @Test
    void aClockThatIsSetBackMakesNoSessionYounger() throws Exception {
        client.pool.giveBack(made(one, "a"));
        time.set(time.instant().minus(Duration.ofDays(1)));
        time.advance(Duration.ofSeconds(5));
        assertEquals(Optional.empty(), lend("a"), "it has waited for long enough");
        var old = made(one, "b");
        time.set(time.instant().minus(Duration.ofDays(1)));
        time.advance(SessionPool.LIFE_MAX);
        client.pool.giveBack(old);
        assertEquals(Optional.empty(), lend("b"), "what it proved is not believed any more");
    }

    @Test
    void theEldestEndsWhereTooManyStand() throws Exception {
        client = new PoolClient(time, 3, true);
        var sessions = new ArrayList<PooledSession>();
        for (int i = 0; i < 3; i++)
            sessions.add(made(one, "a"));
        for (var session : sessions) {
            client.pool.giveBack(session);
            time.advance(Duration.ofMillis(1));
        }
        assertEquals(3, client.pool.idle());
        // A fourth is asked for: who waited longest makes room.
        var served = asked(other);
        time.advance(SessionPool.BETWEEN);
        assertInstanceOf(Loan.Make.class, served.get(5, TimeUnit.MINUTES));
        assertEquals(2, client.pool.idle());
        assertEquals(3, client.pool.taken(new Kind(Of.All, "")));
        assertSame(sessions.get(2), lend("a").orElseThrow());
        assertSame(sessions.get(1), lend("a").orElseThrow());
        assertEquals(Optional.empty(), lend("a"));
    }

    /// What is in use is never taken from its user, and no other is made beside it.
    @Test
    void whoFindsNoPlaceInTimeIsToldWhichThereIsNot() throws Exception {
        client = new PoolClient(time, 1, true);
        var session = made(one, "a");
        var served = asked(other);
        time.advance(SessionPool.WAIT_MAX);
        time.advance(SessionPool.WAIT_MAX);
        assertEquals(new Loan.Full(new Limit(new Kind(Of.All, ""), 1)), awaited(served));
        client.pool.giveBack(session);
        assertEquals(1, client.pool.idle(), "nobody lacks its place any more");
    }

    /// Its destination would wait for half a minute; the place of a session that waits for mail can be had too.
    @Test
    void whoFoundNoPlaceInTimeIsToldWhenThereMayBeOne() throws Exception {
        client = new PoolClient(time, 1, true);
        var session = made(one, "a");
        Limit full = gaveUp();
        for (var who : List.of(A, B, C))
            client.pool.awaitsTurn(full, who);
        assertEquals(List.of(), client.told);
        client.pool.giveBack(session);
        assertEquals(List.of(A), client.told, "a session waits, for one of them");
        session = lend("a").orElseThrow();
        var asks = asked(other);
        client.pool.giveBack(session);
        assertEquals(List.of(A), client.told, "somebody asks for it already");
        time.advance(SessionPool.BETWEEN);
        Place place = ((Loan.Make) awaited(asks)).place();
        client.pool.made(PoolClient.key(other, "x"), place, Optional.empty());
        assertEquals(List.of(A, B), client.told, "it could not be made");
        client.pool.awaitsTurn(full, A);
        assertEquals(List.of(A, B, C), client.told, "there is a place, and C waits longer");
    }

    @Test
    void whoseMailIsTriedAnywayIsToldNoMore() throws Exception {
        client = new PoolClient(time, 1, true);
        var session = made(one, "a");
        Limit full = gaveUp();
        client.pool.awaitsTurn(full, A);
        time.advance(Duration.ofSeconds(20));
        client.pool.awaitsTurn(full, B);
        time.advance(Duration.ofSeconds(11));
        session.kill();
        client.pool.giveBack(session);
        Patience.until("the place is free", () -> client.pool.taken(full.kind()) == 0);
        assertEquals(List.of(B), client.told);
    }

    private Limit gaveUp() throws Exception {
        var served = asked(other);
        time.advance(SessionPool.WAIT_MAX);
        time.advance(SessionPool.WAIT_MAX);
        return ((Loan.Full) awaited(served)).limit();
    }

    /// A session that waits is of no domain; one that is lent is of the domain that has it.
    @Test
    void aDomainHasNoMoreSessionsThanItsLimitAtATimeAndOthersHaveTheirs() throws Exception {
        var few = new Limit(new Kind(Of.Domain, "few"), 1);
        client.pool.giveBack(made(one, "a"));
        client.pool.giveBack(made(one, "a"));
        var first = client.pool.lend(PoolClient.key(one, "a"), few).orElseThrow();
        first.use();
        assertEquals(Optional.empty(), client.pool.lend(PoolClient.key(one, "a"), few));
        assertTrue(client.lend(PoolClient.key(one, "a")).isPresent());
        client.pool.giveBack(first);
        assertSame(first, client.pool.lend(PoolClient.key(one, "a"), few).orElseThrow());
    }

    @Test
    void oneHostHasNoMoreThanItsPartOfThoseThatWait() throws Exception {
        client = new PoolClient(time, 1_000, true);
        var sessions = new ArrayList<PooledSession>();
        for (int i = 0; i < 51; i++)
            sessions.add(made(one, "policy " + i));
        var elsewhere = made(other, "a");
        client.pool.giveBack(elsewhere);
        sessions.forEach(client.pool::giveBack);
        assertEquals(51, client.pool.idle());
        assertEquals(Optional.empty(), lend("policy 0"));
        assertSame(sessions.get(1), lend("policy 1").orElseThrow());
        assertSame(elsewhere, client.lend(PoolClient.key(other, "a")).orElseThrow());
    }

    @Test
    void whatFailedOrCarriedNothingOrWasGoodForOneMessageWaitsForNobody() throws Exception {
        var failed = made(one, "a");
        failed.kill();
        client.pool.giveBack(failed);
        var last = fresh("a", true);
        last.use();
        client.pool.giveBack(last);
        // One that carried nothing showed what sufficed nobody.
        client.pool.giveBack(fresh("a", false));
        client.pool.giveBack(made(one, "b"));
        client.pool.giveBack(lend("b").orElseThrow());
        assertEquals(0, client.pool.open());
    }

    @Test
    void aSessionTakesAThousandMessages() throws Exception {
        client.pool.giveBack(made(one, "a"));
        for (int i = 1; i < 1_000; i++) {
            var session = lend("a").orElseThrow();
            session.use();
            client.pool.giveBack(session);
        }
        assertEquals(0, client.pool.open());
    }

    /// While others lack its place a session goes on with its user for some messages, and then ends for them.
    @Test
    void whoLacksAPlaceHasOneOnceASessionHasHadItsTurn() throws Exception {
        client = new PoolClient(time, 1, true);
        var session = made(one, "a");
        var served = asked(other);
        for (int i = 1; i < SessionPool.TURN_MESSAGES; i++) {
            client.pool.giveBack(session);
            session = lend("a").orElseThrow();
            session.use();
            assertFalse(served.isDone());
        }
        client.pool.giveBack(session);
        assertInstanceOf(Loan.Make.class, awaited(served));
    }

    private static Loan awaited(CompletableFuture<Loan> served) throws Exception {
        return served.get(5, TimeUnit.MINUTES);
    }

    /// Somebody who asks for one at another host, and is in the line once this returns.
    private CompletableFuture<Loan> asked(ScriptedHost host, Limit... more) {
        var asker = new Waiter(PoolClient.key(host, "x"), client.limits(more), false, time.steady());
        assertEquals(Optional.empty(), client.pool.lendOrMake(asker));
        var served = new CompletableFuture<Loan>();
        var pool = client.pool;
        Thread.ofVirtual().start(() -> served.complete(pool.await(asker, SessionPool.WAIT_MAX)));
        return served;
    }

    private PooledSession fresh(String policy, boolean last) throws Exception {
        var key = PoolClient.key(one, policy);
        var loan = client.pool.lendOrMake(new Waiter(key, client.limits(), true, time.steady())).orElseThrow();
        return client.made(key, ((Loan.Make) loan).place(), last, 1_000, Duration.ofMillis(1));
    }

    private PooledSession made(ScriptedHost host, String policy) throws Exception {
        return client.made(host, policy, 1_000);
    }

    private Optional<PooledSession> lend(String policy) { return client.lend(PoolClient.key(one, policy)); }
}
