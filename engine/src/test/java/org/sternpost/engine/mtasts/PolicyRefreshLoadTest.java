package org.sternpost.engine.mtasts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.MtaSts.PolicyFetch;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;

/// Many policies to be fetched again at the same time, and what is left of a short life.
class PolicyRefreshLoadTest {

    private static final int AT_ONCE = 16;
    private static final int DUE = 40;

    private final SimTime time = new SimTime();
    private final FakeResolver dns = new FakeResolver();
    private final MemoryPolicyStore store = new MemoryPolicyStore();
    private final Set<Domain> asked = ConcurrentHashMap.newKeySet();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final CompletableFuture<Domain> stopped = new CompletableFuture<>();
    private Thread looker = Thread.currentThread();
    private final PolicyRefresh refresh = new PolicyRefresh(new MtaSts(dns, domain -> {
        asked.add(domain);
        try {
            gate.await();
        } catch (InterruptedException stop) {
            stopped.complete(domain);
        }
        return new PolicyFetch.Fetched.Failed(StsLookup.Kind.Fetch, "down");
    }, store, time), store, time);

    private static Domain number(int i) { return Domain.of("d" + i + ".example"); }

    private void hold(Domain domain, Duration maxAge) {
        dns.txt("_mta-sts." + domain, "v=STSv1; id=1;");
        var file = (PolicyFile.Valid) PolicyFile.of("version: STSv1\nmode: enforce\nmx: mx." + domain
                + "\nmax_age: " + maxAge.toSeconds() + "\n");
        store.keep(new HeldPolicy(domain, "1", time.instant(), file.body(), file.policy()));
    }

    /// A look that goes on in a thread of its own; its end is what it returned or threw.
    private CompletableFuture<Integer> look() {
        var end = new CompletableFuture<Integer>();
        looker = Thread.ofVirtual().start(() -> {
            try {
                end.complete(refresh.look());
            } catch (InterruptedException stop) {
                end.completeExceptionally(stop);
            }
        });
        return end;
    }

    private void untilAskedAndWaiting(int hosts) throws InterruptedException {
        Patience.until(hosts + " hosts are asked", () -> asked.size() >= hosts);
        Patience.untilItWaits(looker, Thread.State.WAITING);
    }

    @Test
    void sixteenHostsAreAskedAtOnceAndFirstThoseWhosePoliciesRunOutFirst() throws Exception {
        // The last ones run out first.
        for (int i = 0; i < DUE; i++)
            hold(number(i), Duration.ofDays(100 - i));
        time.advance(Duration.ofDays(2));
        var look = look();
        untilAskedAndWaiting(AT_ONCE);
        assertEquals(IntStream.range(DUE - AT_ONCE, DUE).mapToObj(PolicyRefreshLoadTest::number)
                .collect(Collectors.toSet()), Set.copyOf(asked));
        gate.countDown();
        assertEquals(DUE, look.get(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        assertEquals(DUE, asked.size());
    }

    @Test
    void stopEndsTheFetchesUnderWayToo() throws Exception {
        hold(number(0), Duration.ofDays(7));
        time.advance(Duration.ofDays(2));
        var look = look();
        untilAskedAndWaiting(1);
        looker.interrupt();
        assertEquals(number(0), stopped.get(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        var end = assertThrows(ExecutionException.class, () -> look.get(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        assertTrue(end.getCause() instanceof InterruptedException, end::toString);
    }

    /// RFC 8461 §3.3: however little of its life is left, a host that fails is not asked without end.
    @Test
    void policyOfAnHourThatCannotBeRenewedIsTriedEveryFiveMinutes() throws Exception {
        gate.countDown();
        hold(number(0), Duration.ofHours(1));
        time.advance(Duration.ofMinutes(30));
        assertEquals(1, refresh.look());
        assertEquals(time.instant().plus(Duration.ofMinutes(5)), refresh.next(store.all().getFirst()));
        time.advance(Duration.ofMinutes(5).minusMillis(1));
        assertEquals(0, refresh.look());
        time.advance(Duration.ofMillis(1));
        assertEquals(1, refresh.look());
    }
}
