package org.sternpost.engine.mtasts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.dns.Answer.Kind;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.MtaSts.PolicyFetch;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.net.AddressGuard;
import org.sternpost.engine.net.HttpReply;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;

class MtaStsTest {

    private static final Domain ORG = Domain.of("example.org");
    private static final String NAME = "_mta-sts.example.org";

    private static final String GOOD = "version: STSv1\nmode: enforce\nmx: mx.example.org\nmax_age: 604800\n";

    private final SimTime time = new SimTime();
    private final FakeResolver dns = new FakeResolver();
    private final MemoryPolicyStore store = new MemoryPolicyStore();
    private String file = GOOD;
    private int fetches;
    private final MtaSts sts = new MtaSts(dns, _ -> {
        fetches++;
        return PolicyFile.of(file) instanceof PolicyFile.Valid(var policy, var body)
                ? new PolicyFetch.Fetched.Policy(policy, body)
                : new PolicyFetch.Fetched.Failed(StsLookup.Kind.Fetch, "down");
    }, store, time);

    private StsLookup ask() { return sts.of(ORG, new ProofLog()); }

    private StsLookup.None none() { return assertInstanceOf(StsLookup.None.class, ask()); }

    private StsLookup.Held held() { return assertInstanceOf(StsLookup.Held.class, ask()); }

    @Test
    void aPolicyIsFetchedOnceAndThenHeld() {
        dns.txt(NAME, "v=STSv1; id=1;");
        held();
        held();
        assertEquals(1, fetches);
        time.advance(Duration.ofHours(25));
        held();
        assertEquals(2, fetches);
    }

    @Test
    void withoutRecordAndCacheThereIsNoPolicy() {
        assertInstanceOf(StsLookup.None.class, ask());
        dns.txt(NAME, "v=STSv1; id=1;", "v=STSv1; id=2;");
        assertEquals(StsLookup.Kind.Record, assertInstanceOf(StsLookup.None.class, ask()).troubles().getFirst().kind());
        assertEquals(0, fetches);
    }

    @Test
    void aHeldPolicyOutlivesItsRecord() {
        dns.txt(NAME, "v=STSv1; id=1;");
        held();
        for (Kind kind : Kind.values()) {
            dns.fails(NAME, RecordType.TXT, kind);
            // Our own trouble hides no record.
            assertEquals(kind.isOurs() ? StsLookup.Kind.Local : StsLookup.Kind.PossibleDowngrade,
                    held().troubles().getFirst().kind());
        }
        dns.forget(NAME, RecordType.TXT);
        assertEquals(StsLookup.Kind.PossibleDowngrade, held().troubles().getFirst().kind());
        time.advance(Duration.ofDays(8));
        assertInstanceOf(StsLookup.None.class, ask());
    }

    @Test
    void aNewIdWhoseFetchFailsKeepsTheOldPolicyAndBacksOff() {
        dns.txt(NAME, "v=STSv1; id=1;");
        held();
        dns.txt(NAME, "v=STSv1; id=2;");
        file = "down";
        assertEquals("1", held().held().id());
        assertEquals(StsLookup.Kind.Fetch, held().troubles().getFirst().kind());
        assertEquals(2, fetches);
        time.advance(Duration.ofMinutes(6));
        held();
        assertEquals(3, fetches);
    }

    @Test
    void aPolicyThatRunsOutIsWarnedOf() {
        dns.txt(NAME, "v=STSv1; id=1;");
        held();
        file = "down";
        time.advance(Duration.ofDays(6));
        assertTrue(held().troubles().stream().anyMatch(t -> t.kind() == StsLookup.Kind.RunningOut));
    }

    /// RFC 8461 §3.3: one failed fetch per domain and id, then five minutes of peace; a new id is new.
    @Test
    void theBackOffIsPerDomainAndId() {
        file = "down";
        for (String id : List.of("1", "1", "2", "2", "1")) {
            dns.txt(NAME, "v=STSv1; id=" + id + ";");
            assertEquals(StsLookup.Kind.Fetch, none().troubles().getFirst().kind());
        }
        assertEquals(2, fetches);
        dns.txt("_mta-sts.other.example", "v=STSv1; id=1;");
        sts.of(Domain.of("other.example"), new ProofLog());
        assertEquals(3, fetches);
        time.advance(Duration.ofMinutes(5).minusMillis(1));
        none();
        assertEquals(3, fetches);
        time.advance(Duration.ofMillis(1));
        none();
        assertEquals(4, fetches);
    }

    @Test
    void anOperatorIsNotHeldBackByTheBackOff() {
        dns.txt(NAME, "v=STSv1; id=1;");
        file = "down";
        none();
        file = GOOD;
        none();
        assertInstanceOf(StsLookup.Held.class, sts.renew(ORG, new ProofLog()));
        assertEquals(2, fetches);
    }

    /// RFC 8461 §3.3: whatever fails, a policy that is valid applies; it ends with its max_age and no sooner.
    @Test
    void aHeldPolicyAppliesToItsLastMoment() {
        dns.txt(NAME, "v=STSv1; id=1;");
        held();
        file = "down";
        time.advance(Duration.ofDays(7).minusMillis(1));
        assertEquals("1", held().held().id());
        time.advance(Duration.ofMillis(1));
        none();
    }

    @Test
    void withoutACacheAFailedRecordIsNoPolicyAndIsNoted() {
        for (Kind kind : Kind.values()) {
            dns.fails(NAME, RecordType.TXT, kind);
            assertEquals(kind.isOurs() ? StsLookup.Kind.Local : StsLookup.Kind.Lookup,
                    none().troubles().getFirst().kind());
        }
        assertEquals(0, fetches);
    }

    @Test
    void aHiddenRecordIsWarnedOfBeforeThePolicyRunsOut() {
        dns.txt(NAME, "v=STSv1; id=1;");
        held();
        dns.forget(NAME, RecordType.TXT);
        time.advance(Duration.ofDays(6));
        assertEquals(List.of(StsLookup.Kind.PossibleDowngrade, StsLookup.Kind.RunningOut),
                held().troubles().stream().map(StsLookup.Trouble::kind).toList());
    }

    /// RFC 8461 §5.1: before mail is failed for good, a newer policy is looked for, whatever the id in DNS says.
    @Test
    void aLastLookFindsAPolicyThatHasChanged() {
        dns.txt(NAME, "v=STSv1; id=1;");
        held();
        time.advance(Duration.ofHours(2));
        assertFalse(sts.changed(ORG), "the same policy is news");
        assertEquals(2, fetches);
        file = GOOD.replace("mx.example.org", "mx2.example.org");
        assertFalse(sts.changed(ORG), "fetched again after no time at all");
        time.advance(Duration.ofHours(2));
        assertTrue(sts.changed(ORG));
        assertFalse(sts.changed(ORG));
        file = "down";
        time.advance(Duration.ofHours(2));
        assertFalse(sts.changed(ORG), "a failed fetch is news");
        file = "version: STSv1\nmode: none\nmax_age: 604800\n";
        time.advance(Duration.ofHours(2));
        assertTrue(sts.changed(ORG), "a policy taken back is no news");
    }

    @Test
    void aLastLookFindsTheFirstPolicyOfADomainThatHadNone() {
        assertFalse(sts.changed(ORG));
        dns.txt(NAME, "v=STSv1; id=1;");
        assertTrue(sts.changed(ORG));
    }

    /// However slow one policy host is, mail to other domains does not wait; mail to its own waits for one fetch.
    @Test
    void aSlowPolicyHostHoldsUpItsOwnDomainOnly() throws Exception {
        var slow = new CountDownLatch(1);
        var calls = new AtomicInteger();
        var policies = new MtaSts(dns, domain -> {
            if (domain.equals(ORG)) {
                calls.incrementAndGet();
                try {
                    slow.await();
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                }
            }
            var valid = (PolicyFile.Valid) PolicyFile.of(GOOD);
            return new PolicyFetch.Fetched.Policy(valid.policy(), valid.body());
        }, store, time);
        dns.txt(NAME, "v=STSv1; id=1;");
        for (int i = 0; i < 1_000; i++)
            dns.txt("_mta-sts.d" + i + ".example", "v=STSv1; id=1;");
        var own = new ArrayList<Thread>();
        for (int i = 0; i < 5; i++)
            own.add(Thread.ofVirtual().start(() -> policies.of(ORG, new ProofLog())));
        Patience.until("the first asks", () -> calls.get() > 0);
        Thread others = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 1_000; i++)
                policies.of(Domain.of("d" + i + ".example"), new ProofLog());
        });
        assertTrue(others.join(Patience.AMPLE), "somebody else's domain waited");
        slow.countDown();
        for (Thread thread : own)
            thread.join();
        assertTrue(calls.get() <= 2, calls + " fetches for one domain at once");
    }

    @Test
    void whatIsForgottenIsFetchedByTheNextMailAlsoAfterAFailure() throws IOException {
        dns.txt(NAME, "v=STSv1; id=1;");
        held();
        dns.txt(NAME, "v=STSv1; id=2;");
        file = "down";
        held();
        assertTrue(sts.trouble(ORG).isPresent());
        assertTrue(sts.forget(ORG, _ -> _ -> null));
        assertTrue(sts.trouble(ORG).isEmpty());
        file = GOOD;
        assertEquals("2", held().held().id());
        assertTrue(sts.trouble(ORG).isEmpty());
    }

    @Test
    void modeNoneIsNoPolicyAndAgeZeroIsNotFetchedPerMessage() {
        dns.txt(NAME, "v=STSv1; id=1;");
        file = "version: STSv1\nmode: none\nmax_age: 0\n";
        assertInstanceOf(StsLookup.None.class, ask());
        assertInstanceOf(StsLookup.None.class, ask());
        assertEquals(1, fetches);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            192.0.2.1,            true
            127.0.0.1,            false
            10.1.2.3,             false
            172.31.0.1,           false
            192.168.1.1,          false
            169.254.169.254,      false
            100.64.0.1,           false
            0.0.0.0,              false
            224.0.0.1,            false
            ::1,                  false
            fe80::1,              false
            fd00::1,              false
            64:ff9b::a00:1,       false
            64:ff9b::c000:201,    true
            64:ff9b:1::c000:201,  false
            ::ffff:10.0.0.1,      false
            ::ffff:127.0.0.1,     false
            ::10.0.0.1,           false
            ::,                   false
            fec0::1,              false
            ff02::1,              false
            2001::1,              false
            5f00::1,              false
            4000::1,              false
            240.0.0.1,            false
            255.255.255.255,      false
            198.18.0.1,           false
            192.0.0.1,            false
            172.15.0.1,           true
            172.32.0.1,           true
            100.63.0.1,           true
            100.128.0.1,          true
            11.0.0.1,             true
            2002:0a00:0001::1,    false
            2002:c000:0201::1,    true
            2002:7f00:1::1,       false
            2a00:1450::1,         true
            """)
    void policiesAreNotFetchedFromOurOwnNetworks(String address, boolean permitted) {
        assertEquals(permitted, new AddressGuard(false).permits(InetAddress.ofLiteral(address)));
    }

    private static HttpReply reply(String text) throws IOException {
        return HttpReply.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)),
                PolicyFile.FILE_OCTETS_MAX);
    }

    @Test
    void repliesOfAllThreeFramingsAreRead() throws IOException {
        for (String text : List.of("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n",
                "HTTP/1.0 200 OK\r\nA: b\r\n\r\nabc"))
            assertEquals("abc", new String(reply(text).body(), StandardCharsets.US_ASCII));
        assertFalse(reply("HTTP/1.1 301 Moved\r\nLocation: x\r\n\r\n").status() == 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SSH-2.0-x\r\n", "HTTP/2 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n",
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nabc", "HTTP/1.1 200 OK\r\n folded\r\n\r\n"})
    void repliesThatBreakARuleOrABoundAreRefused(String text) { assertThrows(IOException.class, () -> reply(text)); }

    @Test
    void endlessBodiesAndHeadsAreCut() {
        assertThrows(IOException.class, () -> reply("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(70_000)));
        assertThrows(IOException.class, () -> reply("HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(9_000) + "\r\n"));
    }
}
