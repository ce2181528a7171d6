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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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

/// Mail of many destinations that one host serves: who makes a session, and who waits for another's
/// (docs/transport-security.md#session-sharing).
class KeyedSessionsTest {

    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
    private static final Duration MESSAGE = Duration.ofMillis(10);
    private static final Duration CALL = Duration.ofMillis(50);

    private final SimTime time = new SimTime();
    private final SmtpClient client = new SmtpClient(Timeouts.of(Patience.UNMET), time);
    private final ScriptedHost host = ScriptedHost.inClear();
    private boolean spare;
    private final SessionPool pool = new SessionPool(new Delivery.Reuse(Duration.ofSeconds(5), 1_000, 1_000),
            () -> spare, time);
    private final List<PooledSession> standing = new ArrayList<>();

    KeyedSessionsTest() throws Exception {}

    @AfterEach
    void hangUp() throws Exception {
        pool.close();
        host.close();
    }

    @Test
    void aFewAreMadeAtOnceAndWhoComesLaterGetsWhatIsGivenBack() throws Exception {
        makeAll();
        var sixth = waits();
        var seventh = waits();
        carry(standing.getFirst());
        assertSame(standing.getFirst(), sixth.get(5, TimeUnit.MINUTES).orElseThrow());
        carry(standing.getLast());
        assertSame(standing.getLast(), seventh.get(5, TimeUnit.MINUTES).orElseThrow());
    }

    /// A message takes 10 ms and a call 50: with five sessions the 25th in the line would wait as long as a call takes.
    @Test
    void whoWouldWaitForLongerThanACallMakesOne() throws Exception {
        makeAll();
        time.advance(MESSAGE);
        standing.forEach(this::carryNow);
        for (int i = 0; i < KeyedSessions.SEVERAL; i++)
            pool.lend(key("a")).orElseThrow();
        for (int i = 0; i < 25; i++)
            waits();
        assertEquals(25, pool.waiting());
        assertEquals(Optional.empty(), pool.lendOrMake(key("a")), "the 26th");
        // With a sixth under way the next one is no better off yet, and makes another; no more than stand.
        for (int i = 1; i < KeyedSessions.SEVERAL; i++)
            assertEquals(Optional.empty(), pool.lendOrMake(key("a")));
        waits();
        assertEquals(26, pool.waiting());
        // Once they stand, all who wait are served sooner than by a call: 26 times 10 ms for ten is less than 50.
        for (int i = 0; i < KeyedSessions.SEVERAL; i++)
            make();
        assertEquals(26, pool.waiting());
        waits();
        assertEquals(27, pool.waiting());
    }

    /// Then the host's replies take long, or our own processor is busy with those that stand.
    @Test
    void theSlowerMessagesAreTheMoreAreMadeAndTheSlowerCallsAreTheFewer() throws Exception {
        makeAll();
        time.advance(MESSAGE.multipliedBy(6));
        standing.forEach(this::carryNow);
        for (int i = 0; i < KeyedSessions.SEVERAL; i++)
            pool.lend(key("a")).orElseThrow();
        for (int i = 0; i < 4; i++)
            waits();
        assertEquals(Optional.empty(), pool.lendOrMake(key("a")), "60 ms for the fifth, and 50 for a call");
        for (int i = 0; i < 20; i++) {
            pool.making(key("a"));
            pool.made(key("a"), Optional.of(CALL.multipliedBy(10)));
        }
        waits();
        assertEquals(5, pool.waiting());
    }

    /// The time goes at the host or on the way to it, and two more for each round of messages help.
    @Test
    void moreAreMadeWhileMessagesTakeNoLongerForItAndOurProcessorsHaveTime() throws Exception {
        makeAll();
        int before = calledAfterRounds(3, 1);
        assertEquals(0, before, "our processors are busy");
        spare = true;
        assertEquals(4, calledAfterRounds(2, 1));
    }

    @Test
    void noMoreAreMadeWhereMessagesTakeLongerForIt() throws Exception {
        spare = true;
        makeAll();
        time.advance(MESSAGE.dividedBy(10));
        standing.forEach(this::carryNow);
        for (int i = 0; i < KeyedSessions.SEVERAL; i++)
            pool.lend(key("a")).orElseThrow();
        assertEquals(0, calledAfterRounds(2, 1));
    }

    /// @return how many of those who wait are told to make one
    private int calledAfterRounds(int rounds, int more) throws Exception {
        int called = 0;
        for (int round = 0; round < rounds; round++) {
            var crowd = new ArrayList<CompletableFuture<Optional<PooledSession>>>();
            for (int i = pool.waiting(); i < KeyedSessions.SEVERAL + 3 + more; i++)
                crowd.add(waits());
            time.advance(MESSAGE);
            int waited = pool.waiting();
            standing.subList(0, KeyedSessions.SEVERAL).forEach(this::carryNow);
            called += waited - pool.waiting() - KeyedSessions.SEVERAL;
        }
        return called;
    }

    @Test
    void whoHasWaitedForLongEnoughMakesOne() throws Exception {
        makeAll();
        var sixth = waits();
        time.advance(SessionPool.WAIT_MAX.minusMillis(1));
        assertEquals(1, pool.waiting());
        assertFalse(sixth.isDone());
        time.advance(Duration.ofMillis(1));
        assertEquals(Optional.empty(), sixth.get(5, TimeUnit.MINUTES));
        // It counts among those that stand.
        make();
        var seventh = waits();
        carry(standing.getLast());
        assertSame(standing.getLast(), seventh.get(5, TimeUnit.MINUTES).orElseThrow());
    }

    @Test
    void aCallThatFailsLetsTheNextOneCall() throws Exception {
        for (int i = 0; i < KeyedSessions.SEVERAL; i++)
            assertEquals(Optional.empty(), pool.lendOrMake(key("a")));
        var next = waits();
        pool.made(key("a"), Optional.empty());
        assertEquals(Optional.empty(), next.get(5, TimeUnit.MINUTES));
    }

    @Test
    void aSessionThatEndsLetsTheNextOneCall() throws Exception {
        makeAll();
        var next = waits();
        standing.getFirst().kill();
        pool.giveBack(standing.getFirst());
        assertEquals(Optional.empty(), next.get(5, TimeUnit.MINUTES));
    }

    @Test
    void nobodyWaitsForASessionOfAnotherPolicy() throws Exception {
        makeAll();
        assertEquals(Optional.empty(), pool.lendOrMake(key("b")));
        var own = waits();
        pool.made(key("b"), Optional.empty());
        assertEquals(1, pool.waiting());
        assertFalse(own.isDone());
    }

    @Test
    void whoIsToStopWaitsForNothing() throws Exception {
        makeAll();
        var ended = new CompletableFuture<Boolean>();
        Thread one = Thread.ofVirtual().start(() -> {
            boolean none = pool.lendOrMake(key("a")).isEmpty();
            ended.complete(none && Thread.currentThread().isInterrupted());
        });
        while (pool.waiting() == 0)
            Thread.onSpinWait();
        one.interrupt();
        assertTrue(ended.get(5, TimeUnit.MINUTES));
    }

    private void makeAll() throws Exception {
        for (int i = 0; i < KeyedSessions.SEVERAL; i++) {
            assertEquals(Optional.empty(), pool.lendOrMake(key("a")));
            make();
        }
    }

    /// Whoever was told to make one does.
    private void make() throws Exception {
        var session = client.connect(new InetSocketAddress(HERE, host.port()), Optional.empty());
        session.banner();
        var made = new PooledSession(key("a"),
                new Connection(new ConnectResult.InClear(Optional.empty(), Set.of(), HERE), Optional.of(session)),
                false, time.steady(), new Delivery.Reuse.Bounds(1_000, 0));
        pool.lent(made);
        pool.made(key("a"), Optional.of(CALL));
        standing.add(made);
    }

    private void carry(PooledSession session) {
        time.advance(MESSAGE);
        carryNow(session);
    }

    private void carryNow(PooledSession session) {
        session.use();
        pool.giveBack(session);
    }

    /// Somebody for whom there is none now, and who waits once this returns.
    private CompletableFuture<Optional<PooledSession>> waits() throws Exception {
        int before = pool.waiting();
        var served = new CompletableFuture<Optional<PooledSession>>();
        Thread.ofVirtual().start(() -> served.complete(pool.lendOrMake(key("a"))));
        while (pool.waiting() == before)
            Thread.onSpinWait();
        return served;
    }

    private PolicyKey key(String policy) {
        return new PolicyKey("Default", 1, DeliveryMode.Enabled, Domain.of("mx.example"), HERE, host.port(),
                "mx.example", policy, false);
    }
}
