package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
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
import org.sternpost.engine.delivery.SessionPlaces.Place;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.time.SimTime;

/// Mail of many destinations that one host serves: who makes a session, and who waits for another's
/// (docs/transport-security.md#session-sharing).
class KeyedSessionsTest {

    private static final Duration MESSAGE = Duration.ofMillis(10);
    private static final Duration CALL = Duration.ofMillis(50);

    private final SimTime time = new SimTime();
    private final ScriptedHost host = ScriptedHost.inClear();
    private final boolean[] spare = new boolean[1];
    private final PoolClient client = new PoolClient(time, 1_000, spare);
    private final SessionPool pool = client.pool;
    private final List<Place> places = new ArrayList<>();
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
        assertEquals(new Loan.Lent(standing.getFirst()), sixth.get(5, TimeUnit.MINUTES));
        carry(standing.getLast());
        assertEquals(new Loan.Lent(standing.getLast()), seventh.get(5, TimeUnit.MINUTES));
    }

    /// A message takes 10 ms and a call 50: with five sessions the 25th in the line would wait as long as a call takes.
    @Test
    void whoWouldWaitForLongerThanACallMakesOne() throws Exception {
        makeAll();
        time.advance(MESSAGE);
        standing.forEach(this::carryNow);
        for (int i = 0; i < KeyedSessions.SEVERAL; i++)
            client.lend(key("a")).orElseThrow();
        for (int i = 0; i < 25; i++)
            waits();
        assertEquals(25, pool.waiting());
        assertMakes("a", "the 26th");
        // With a sixth under way the next one is no better off yet, and makes another; no more than stand.
        for (int i = 1; i < KeyedSessions.SEVERAL; i++)
            assertMakes("a", "");
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
            client.lend(key("a")).orElseThrow();
        for (int i = 0; i < 4; i++)
            waits();
        assertMakes("a", "60 ms for the fifth, and 50 for a call");
        for (int i = 0; i < 20; i++) {
            var anew = new Waiter(key("a"), client.limits(), true, time.steady());
            var place = ((Loan.Make) pool.lendOrMake(anew).orElseThrow()).place();
            pool.made(key("a"), place, Optional.of(CALL.multipliedBy(10)));
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
        spare[0] = true;
        assertEquals(4, calledAfterRounds(2, 1));
    }

    @Test
    void noMoreAreMadeWhereMessagesTakeLongerForIt() throws Exception {
        spare[0] = true;
        makeAll();
        time.advance(MESSAGE.dividedBy(10));
        standing.forEach(this::carryNow);
        for (int i = 0; i < KeyedSessions.SEVERAL; i++)
            client.lend(key("a")).orElseThrow();
        assertEquals(0, calledAfterRounds(2, 1));
    }

    /// @return how many of those who wait are told to make one
    private int calledAfterRounds(int rounds, int more) throws Exception {
        int called = 0;
        for (int round = 0; round < rounds; round++) {
            var crowd = new ArrayList<CompletableFuture<Loan>>();
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
        places.add(assertInstanceOf(Loan.Make.class, sixth.get(5, TimeUnit.MINUTES)).place());
        // It counts among those that stand.
        make();
        var seventh = waits();
        carry(standing.getLast());
        assertEquals(new Loan.Lent(standing.getLast()), seventh.get(5, TimeUnit.MINUTES));
    }

    @Test
    void aCallThatFailsLetsTheNextOneCall() throws Exception {
        for (int i = 0; i < KeyedSessions.SEVERAL; i++)
            assertMakes("a", "");
        var next = waits();
        pool.made(key("a"), places.removeFirst(), Optional.empty());
        places.add(assertInstanceOf(Loan.Make.class, next.get(5, TimeUnit.MINUTES)).place());
    }

    @Test
    void aSessionThatEndsLetsTheNextOneCall() throws Exception {
        makeAll();
        var next = waits();
        standing.getFirst().kill();
        pool.giveBack(standing.getFirst());
        places.add(assertInstanceOf(Loan.Make.class, next.get(5, TimeUnit.MINUTES)).place());
    }

    @Test
    void nobodyWaitsForASessionOfAnotherPolicy() throws Exception {
        makeAll();
        assertMakes("b", "");
        var own = waits();
        pool.made(key("b"), places.removeLast(), Optional.empty());
        assertEquals(1, pool.waiting());
        assertFalse(own.isDone());
    }

    @Test
    void whoIsToStopWaitsForNothing() throws Exception {
        makeAll();
        var ended = new CompletableFuture<Boolean>();
        Thread one = Thread.ofVirtual().start(() -> {
            var asker = client.asker(key("a"));
            boolean waits = pool.lendOrMake(asker).isEmpty();
            pool.await(asker, SessionPool.WAIT_MAX);
            ended.complete(waits && Thread.currentThread().isInterrupted());
        });
        while (pool.waiting() == 0)
            Thread.onSpinWait();
        one.interrupt();
        assertTrue(ended.get(5, TimeUnit.MINUTES));
    }

    private void makeAll() throws Exception {
        for (int i = 0; i < KeyedSessions.SEVERAL; i++) {
            assertMakes("a", "");
            make();
        }
    }

    /// Whoever was told to make one does.
    private void make() throws Exception {
        standing.add(client.made(key("a"), places.removeFirst(), false, 1_000, CALL));
    }

    private void assertMakes(String policy, String why) {
        var loan = pool.lendOrMake(client.asker(key(policy))).orElseThrow();
        places.add(assertInstanceOf(Loan.Make.class, loan, why).place());
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
    private CompletableFuture<Loan> waits() throws Exception {
        int before = pool.waiting();
        var served = new CompletableFuture<Loan>();
        var asker = client.asker(key("a"));
        if (pool.lendOrMake(asker).isPresent()) throw new AssertionError("there is one");
        Thread.ofVirtual().start(() -> served.complete(pool.await(asker, SessionPool.WAIT_MAX)));
        while (pool.waiting() == before)
            Thread.onSpinWait();
        return served;
    }

    private PolicyKey key(String policy) { return PoolClient.key(host, policy); }
}
