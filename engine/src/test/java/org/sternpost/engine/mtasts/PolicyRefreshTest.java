package org.sternpost.engine.mtasts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.Warnings;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.MtaSts.PolicyFetch;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.mtasts.Policy.MxPattern;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;

class PolicyRefreshTest {

    private static final Domain ORG = Domain.of("example.org");
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Duration WEEK = Duration.ofDays(7);

    @TempDir
    Path directory;

    private final SimTime time = new SimTime();
    private final FakeResolver dns = new FakeResolver();
    private final AtomicInteger fetches = new AtomicInteger();
    private final Warnings warnings = new Warnings(PolicyRefresh.class);
    private Duration maxAge = WEEK;
    private String mode = "enforce";
    private boolean down;
    private Database database;
    private PolicyStore store;
    private MtaSts sts;
    private PolicyRefresh refresh;

    @BeforeEach
    void open() throws IOException {
        database = SqliteDatabase.open(directory, DatabasePolicyStore.SCHEMA);
        store = new DatabasePolicyStore(database);
        sts = new MtaSts(dns, _ -> {
            fetches.incrementAndGet();
            if (down) return new PolicyFetch.Fetched.Failed(StsLookup.Kind.Fetch, "down");
            var file = (PolicyFile.Valid) PolicyFile.of("version: STSv1\nmode: " + mode
                    + "\nmx: mx.example.org\nmax_age: " + maxAge.toSeconds() + "\n");
            return new PolicyFetch.Fetched.Policy(file.policy(), file.body());
        }, store, time);
        refresh = new PolicyRefresh(sts, store, time);
        dns.txt("_mta-sts.example.org", "v=STSv1; id=1;");
    }

    @AfterEach
    void close() throws IOException {
        warnings.close();
        database.close();
    }

    /// For a month without any mail, the policy is never older than a day, nor than half its life.
    @ParameterizedTest
    @CsvSource(textBlock = """
        P7D,    PT24H
        P365D,  PT24H
        PT8H,   PT4H
        PT20M,  PT10M
        PT10M,  PT5M
        """)
    void policyIsFetchedAgainWellBeforeItRunsOutAndAtLeastDaily(Duration age, Duration oldest) throws Exception {
        maxAge = age;
        sts.of(ORG, new ProofLog());
        Instant end = time.instant().plus(age.compareTo(WEEK) < 0 ? age.multipliedBy(5) : Duration.ofDays(30));
        Duration step = oldest.dividedBy(20);
        while (time.instant().isBefore(end)) {
            time.advance(step);
            refresh.look();
            Duration held = Duration.between(store.find(ORG).orElseThrow().fetched(), time.instant());
            assertTrue(held.compareTo(oldest.plus(step)) <= 0, "held for " + held);
        }
        assertTrue(fetches.get() > 5, fetches + " fetches");
        assertEquals(List.of(), warnings.lines());
    }

    @Test
    void refreshGoesOnAfterARestartWithWhatTheStoreHolds() throws Exception {
        sts.of(ORG, new ProofLog());
        time.advance(Duration.ofDays(3));
        database.close();
        open();
        assertEquals("1", store.find(ORG).orElseThrow().id());
        assertEquals(1, refresh.look());
        assertEquals(2, fetches.get());
        assertEquals(time.instant(), store.find(ORG).orElseThrow().fetched());
        database.close();
        open();
        assertEquals(time.instant(), store.find(ORG).orElseThrow().fetched());
        assertEquals(0, refresh.look());
    }

    @Test
    void policyOfAFewMinutesIsNotFetchedForEver() throws Exception {
        maxAge = Duration.ofMinutes(2);
        sts.of(ORG, new ProofLog());
        time.advance(Duration.ofMinutes(3));
        refresh.look();
        assertEquals(1, fetches.get());
        assertTrue(store.all().isEmpty());
    }

    /// RFC 8461 §3.3: administrators hear of a refresh that fails, and once more before the policy runs out.
    /// It is in force again once somebody has set the clock right.
    @Test
    void aClockThatIsSetForwardsHasNoPolicyForgotten() throws Exception {
        sts.of(ORG, new ProofLog());
        down = true;
        Instant right = time.instant();
        time.set(right.plus(WEEK).plus(WEEK));
        refresh.look();
        time.set(right);
        assertInstanceOf(StsLookup.Held.class, sts.of(ORG, new ProofLog()), "the policy held does not apply");
        time.set(right.plus(WEEK).plus(WEEK));
        refresh.look();
        time.advance(Duration.ofDays(1));
        refresh.look();
        assertTrue(store.find(ORG).isEmpty(), "the clock has stood for a day");
    }

    @Test
    void failingRefreshIsToldAtOnceAndBeforeThePolicyRunsOutAndWhenItHas() throws Exception {
        sts.of(ORG, new ProofLog());
        down = true;
        Instant expires = store.find(ORG).orElseThrow().expires();
        while (time.instant().isBefore(expires.minus(Duration.ofHours(1)))) {
            time.advance(Duration.ofMinutes(10));
            refresh.look();
            assertInstanceOf(StsLookup.Held.class, sts.of(ORG, new ProofLog()), "the policy held does not apply");
        }
        assertEquals(2, warnings.lines().size(), warnings.lines()::toString);
        assertTrue(warnings.lines().getFirst().startsWith("event=sts-refresh-failed domain=example.org id=1 "
                + "mode=enforce expires=" + expires), warnings.lines()::toString);
        assertTrue(warnings.lines().getFirst().contains("down"), warnings.lines()::toString);
        assertTrue(warnings.lines().getLast().startsWith("event=sts-policy-runs-out domain=example.org"),
                warnings.lines()::toString);
        time.advance(Duration.ofHours(1));
        refresh.look();
        assertTrue(warnings.lines().getLast().startsWith("event=sts-policy-ran-out domain=example.org"),
                warnings.lines()::toString);
        assertTrue(store.all().isEmpty());
    }

    @Test
    void recordThatIsHiddenIsTroubleToo() throws Exception {
        sts.of(ORG, new ProofLog());
        dns.fails("_mta-sts.example.org", RecordType.TXT, Answer.Kind.ServFail);
        time.advance(Duration.ofDays(2));
        refresh.look();
        assertTrue(warnings.lines().getFirst().contains("possible downgrade"), warnings.lines()::toString);
        assertEquals(1, fetches.get());
    }

    @Test
    void modeNoneIsRenewedWithoutAWord() throws Exception {
        mode = "none";
        sts.of(ORG, new ProofLog());
        down = true;
        time.advance(Duration.ofDays(1));
        assertEquals(1, refresh.look());
        assertEquals(2, fetches.get());
        assertEquals(0, refresh.look(), "a failure is tried again at once");
        time.advance(WEEK);
        refresh.look();
        assertTrue(store.all().isEmpty());
        assertEquals(List.of(), warnings.lines());
    }

    @Test
    void failedRefreshIsNotTriedAgainWithEveryLook() throws Exception {
        sts.of(ORG, new ProofLog());
        down = true;
        time.advance(Duration.ofDays(1));
        for (int look = 0; look < 100; look++) {
            refresh.look();
            time.advance(LOOK);
        }
        assertEquals(2, fetches.get());
        assertEquals(time.instant().minus(LOOK.multipliedBy(100)).plus(Duration.ofHours(1)),
                refresh.next(store.find(ORG).orElseThrow()));
    }

    @Test
    void recoveryEndsTheTrouble() throws Exception {
        sts.of(ORG, new ProofLog());
        down = true;
        time.advance(Duration.ofDays(1));
        refresh.look();
        down = false;
        time.advance(Duration.ofHours(1));
        refresh.look();
        assertEquals(time.instant(), store.find(ORG).orElseThrow().fetched());
        assertTrue(sts.trouble(ORG).isEmpty());
        down = true;
        time.advance(Duration.ofDays(1));
        refresh.look();
        assertEquals(2, warnings.lines().size(), warnings.lines()::toString);
    }

    /// A host that never answers holds up only itself.
    @Test
    void oneSlowHostKeepsNoOtherPolicyFromItsRefresh() throws Exception {
        var answered = new CountDownLatch(2);
        var slow = new CountDownLatch(1);
        PolicyStore both = new MemoryPolicyStore();
        var policies = new MtaSts(dns, domain -> {
            try {
                if (domain.ascii().startsWith("slow")) slow.await();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
            answered.countDown();
            return new PolicyFetch.Fetched.Failed(StsLookup.Kind.Fetch, "down");
        }, both, time);
        for (String name : List.of("slow.example", "a.example", "b.example")) {
            dns.txt("_mta-sts." + name, "v=STSv1; id=1;");
            both.keep(new HeldPolicy(Domain.of(name), "1", time.instant(), "",
                    new Policy(Policy.Mode.Enforce, List.of(MxPattern.of("mx." + name)), WEEK)));
        }
        time.advance(Duration.ofDays(2));
        Thread look = Thread.ofVirtual().start(() -> {
            try {
                new PolicyRefresh(policies, both, time).look();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        });
        assertTrue(answered.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS), "the others waited for the slow one");
        slow.countDown();
        look.join();
    }
}
