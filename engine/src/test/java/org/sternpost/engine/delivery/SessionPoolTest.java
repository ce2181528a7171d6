package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.delivery.Dialer.Connection;
import org.sternpost.engine.delivery.SessionPool.PolicyKey;
import org.sternpost.engine.delivery.SessionPool.PooledSession;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.smtp.client.SmtpClient;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;

/// How many sessions stand, and which of those that wait end first (docs/transport-security.md#session-pool).
class SessionPoolTest {

    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

    private final SimTime time = new SimTime();
    private final SmtpClient client = new SmtpClient(Timeouts.of(Patience.UNMET), time);
    private final ScriptedHost one = ScriptedHost.inClear();
    private final ScriptedHost other = ScriptedHost.inClear();

    SessionPoolTest() throws Exception {}

    @AfterEach
    void hangUp() throws Exception {
        one.close();
        other.close();
    }

    private static final Delivery.Reuse.Bounds BOUNDS = new Delivery.Reuse.Bounds(1_000, 0);

    @Test
    void aConnectorsOwnLimitsHoldForSessionsThatWaitToo() throws Exception {
        try (var pool = pool(10)) {
            var bounds = new Delivery.Reuse.Bounds(2, 2);
            var first = made(pool, one, "a", bounds);
            var second = made(pool, one, "a", bounds);
            pool.giveBack(first);
            assertEquals(1, pool.idle());
            made(pool, other, "b", bounds);
            assertEquals(0, pool.idle(), "two stand without it");
            pool.giveBack(second);
            assertEquals(2, pool.open());
            PooledSession again = pool.lend(key(one, "a")).orElseThrow();
            assertTrue(again.alive());
            again.use();
            assertFalse(again.alive(), "two messages");
        }
    }

    @Test
    void aClockThatIsSetBackMakesNoSessionYounger() throws Exception {
        try (var pool = pool(10)) {
            pool.giveBack(made(pool, one, "a"));
            time.set(time.instant().minus(Duration.ofDays(1)));
            time.advance(Duration.ofSeconds(5));
            assertEquals(Optional.empty(), pool.lend(key(one, "a")), "it has waited for long enough");
            var old = made(pool, one, "b");
            time.set(time.instant().minus(Duration.ofDays(1)));
            time.advance(SessionPool.LIFE_MAX);
            pool.giveBack(old);
            assertEquals(Optional.empty(), pool.lend(key(one, "b")), "what it proved is not believed any more");
        }
    }

    @Test
    void theEldestEndsWhereTooManyStand() throws Exception {
        try (var pool = pool(3)) {
            var sessions = new ArrayList<PooledSession>();
            for (int i = 0; i < 3; i++)
                sessions.add(made(pool, one, "a"));
            assertEquals(3, pool.open());
            for (var session : sessions) {
                pool.giveBack(session);
                time.advance(Duration.ofMillis(1));
            }
            assertEquals(3, pool.idle());
            // A fourth is made: who waited longest makes room.
            var fourth = made(pool, other, "b");
            assertEquals(2, pool.idle());
            assertEquals(3, pool.open());
            assertSame(sessions.get(2), pool.lend(key(one, "a")).orElseThrow());
            assertSame(sessions.get(1), pool.lend(key(one, "a")).orElseThrow());
            assertEquals(Optional.empty(), pool.lend(key(one, "a")));
            assertEquals(3, pool.open());
            pool.giveBack(fourth);
            assertEquals(3, pool.open());
        }
    }

    /// What is in use is never taken from its user.
    @Test
    void sessionsInUseStandHoweverManyTheyAre() throws Exception {
        try (var pool = pool(1)) {
            var sessions = List.of(made(pool, one, "a"), made(pool, one, "a"));
            assertEquals(2, pool.open());
            pool.giveBack(sessions.getFirst());
            assertEquals(0, pool.idle());
            assertEquals(1, pool.open());
            pool.giveBack(sessions.getLast());
            assertEquals(1, pool.idle());
        }
    }

    @Test
    void oneHostHasNoMoreThanItsPartOfThoseThatWait() throws Exception {
        try (var pool = pool(1000)) {
            var sessions = new ArrayList<PooledSession>();
            for (int i = 0; i < 51; i++)
                sessions.add(made(pool, one, "policy " + i));
            var elsewhere = made(pool, other, "a");
            pool.giveBack(elsewhere);
            sessions.forEach(pool::giveBack);
            assertEquals(51, pool.idle());
            assertEquals(Optional.empty(), pool.lend(key(one, "policy 0")));
            assertSame(sessions.get(1), pool.lend(key(one, "policy 1")).orElseThrow());
            assertSame(elsewhere, pool.lend(key(other, "a")).orElseThrow());
        }
    }

    @Test
    void whatFailedOrCarriedNothingOrWasGoodForOneMessageWaitsForNobody() throws Exception {
        try (var pool = pool(10)) {
            var failed = made(pool, one, "a");
            failed.kill();
            pool.giveBack(failed);
            var last = new PooledSession(key(one, "a"), connection(one), true, time.steady(), BOUNDS);
            pool.lent(last);
            last.use();
            pool.giveBack(last);
            // One that carried nothing showed what sufficed nobody.
            var refused = new PooledSession(key(one, "a"), connection(one), false, time.steady(), BOUNDS);
            pool.lent(refused);
            pool.giveBack(refused);
            pool.giveBack(made(pool, one, "b"));
            pool.giveBack(pool.lend(key(one, "b")).orElseThrow());
            assertEquals(0, pool.open());
        }
    }

    @Test
    void aSessionTakesAThousandMessages() throws Exception {
        try (var pool = pool(10)) {
            pool.giveBack(made(pool, one, "a"));
            for (int i = 1; i < 1_000; i++) {
                var session = pool.lend(key(one, "a")).orElseThrow();
                session.use();
                pool.giveBack(session);
            }
            assertEquals(0, pool.open());
        }
    }

    private SessionPool pool(int all) {
        return new SessionPool(new Delivery.Reuse(Duration.ofSeconds(5), all, 1_000), () -> true, time);
    }

    private PooledSession made(SessionPool pool, ScriptedHost host, String policy) throws Exception {
        return made(pool, host, policy, BOUNDS);
    }

    private PooledSession made(SessionPool pool, ScriptedHost host, String policy, Delivery.Reuse.Bounds bounds)
            throws Exception {
        var session = new PooledSession(key(host, policy), connection(host), false, time.steady(), bounds);
        pool.lent(session);
        session.use();
        return session;
    }

    private Connection connection(ScriptedHost host) throws Exception {
        var session = client.connect(new InetSocketAddress(HERE, host.port()), Optional.empty());
        session.banner();
        return new Connection(new ConnectResult.InClear(Optional.empty(), Set.of(), HERE), Optional.of(session));
    }

    private static PolicyKey key(ScriptedHost host, String policy) {
        return new PolicyKey("Default", 1, DeliveryMode.Enabled, Domain.of("mx.example"), HERE, host.port(),
                "mx.example", policy, false);
    }
}
