package org.sternpost.engine.mtasts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.MtaSts.PolicyFetch;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;

/// However many domains have trouble and however much mail goes to one of them, memory and policy hosts are spared.
class MtaStsLimitsTest {

    private static final Domain ORG = Domain.of("example.org");
    private static final int REMEMBERED = 10_000;

    private final SimTime time = new SimTime();
    private final FakeResolver dns = new FakeResolver();
    private final MemoryPolicyStore store = new MemoryPolicyStore();
    private final AtomicInteger fetches = new AtomicInteger();
    private final Semaphore ends = new Semaphore(0);

    private static PolicyFetch.Fetched good() {
        var file = (PolicyFile.Valid) PolicyFile.of(
                "version: STSv1\nmode: enforce\nmx: mx.example.org\nmax_age: 604800\n");
        return new PolicyFetch.Fetched.Policy(file.policy(), file.body());
    }

    private static Domain number(int i) { return Domain.of("d" + i + ".example"); }

    private MtaSts down() {
        return new MtaSts(dns, _ -> {
            fetches.incrementAndGet();
            return new PolicyFetch.Fetched.Failed(StsLookup.Kind.Fetch, "down");
        }, store, time);
    }

    @Test
    void failedFetchesAreRememberedForTheLatestTenThousand() {
        var sts = down();
        for (int i = 0; i <= REMEMBERED; i++)
            dns.txt("_mta-sts." + number(i), "v=STSv1; id=1;");
        for (int i = 0; i < REMEMBERED; i++)
            sts.of(number(i), new ProofLog());
        sts.of(number(0), new ProofLog());
        assertEquals(REMEMBERED, fetches.get(), "the first was forgotten too soon");
        sts.of(number(REMEMBERED), new ProofLog());
        sts.of(number(1), new ProofLog());
        assertEquals(REMEMBERED + 1, fetches.get(), "more than one was forgotten");
        sts.of(number(0), new ProofLog());
        assertEquals(REMEMBERED + 2, fetches.get(), "the first is remembered beyond the limit");
    }

    @Test
    void troublesAreNotedForTenThousandDomainsAndKeptUpToDate() {
        var sts = down();
        for (int i = 0; i <= REMEMBERED; i++) {
            dns.txt("_mta-sts." + number(i), "v=STSv1; id=1;", "v=STSv1; id=2;");
            sts.of(number(i), new ProofLog());
        }
        assertTrue(sts.trouble(number(REMEMBERED - 1)).isPresent());
        assertFalse(sts.trouble(number(REMEMBERED)).isPresent());
        Instant first = sts.trouble(number(0)).orElseThrow().at();
        time.advance(Duration.ofHours(1));
        sts.of(number(0), new ProofLog());
        assertNotEquals(first, sts.trouble(number(0)).orElseThrow().at());
        assertEquals(0, fetches.get());
    }

    /// Each fetch begins and waits until the test lets one end.
    private MtaSts slow() {
        return new MtaSts(dns, _ -> {
            fetches.incrementAndGet();
            ends.acquireUninterruptibly();
            return good();
        }, store, time);
    }

    private void untilFetches(int begun) throws InterruptedException {
        Patience.until(begun + " fetches have begun", () -> fetches.get() >= begun);
    }

    /// Begins a lookup and goes on once it waits, be it for a fetch or for a neighbour's.
    private static CompletableFuture<StsLookup> waiting(Supplier<StsLookup> lookup) throws InterruptedException {
        var found = new CompletableFuture<StsLookup>();
        Thread thread = Thread.ofVirtual().start(() -> found.complete(lookup.get()));
        Patience.untilItWaits(thread, Thread.State.WAITING);
        return found;
    }

    @Test
    void mailThatWaitsForAFetchUsesWhatItBrings() throws Exception {
        dns.txt("_mta-sts.example.org", "v=STSv1; id=1;");
        var sts = slow();
        var first = waiting(() -> sts.of(ORG, new ProofLog()));
        var second = waiting(() -> sts.of(ORG, new ProofLog()));
        ends.release();
        for (var each : List.of(first, second))
            assertInstanceOf(StsLookup.Held.class, each.get(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        assertEquals(1, fetches.get());
    }

    @Test
    void policyThatIsFreshWaitsForNoFetch() throws Exception {
        dns.txt("_mta-sts.example.org", "v=STSv1; id=1;");
        var sts = slow();
        ends.release();
        sts.of(ORG, new ProofLog());
        var renewal = waiting(() -> sts.renew(ORG, new ProofLog()));
        var mail = new CompletableFuture<StsLookup>();
        Thread.ofVirtual().start(() -> mail.complete(sts.of(ORG, new ProofLog())));
        assertInstanceOf(StsLookup.Held.class, mail.get(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        assertFalse(renewal.isDone());
        ends.release();
        assertInstanceOf(StsLookup.Held.class, renewal.get(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        assertEquals(2, fetches.get());
    }

    @Test
    void onePolicyHostIsNeverAskedTwiceAtOnce() throws Exception {
        dns.txt("_mta-sts.example.org", "v=STSv1; id=1;");
        var sts = slow();
        var first = waiting(() -> sts.renew(ORG, new ProofLog()));
        var second = waiting(() -> sts.renew(ORG, new ProofLog()));
        assertEquals(1, fetches.get());
        ends.release();
        first.get(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
        untilFetches(2);
        var third = waiting(() -> sts.renew(ORG, new ProofLog()));
        assertEquals(2, fetches.get(), "the third did not wait for the second");
        ends.release(2);
        second.get(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
        third.get(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
        assertEquals(3, fetches.get());
    }
}
