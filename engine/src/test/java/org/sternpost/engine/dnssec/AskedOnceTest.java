package org.sternpost.engine.dnssec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.CachingResolver;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Patience;
import org.xbill.DNS.Message;
import org.xbill.DNS.Type;

/// What the name server sees, and what is computed, when many ask for the same or for its neighbours.
class AskedOnceTest {

    private static final String LINES = """
            @ MX 10 mx
            mx A 127.0.0.2
            _25._tcp.mx TLSA 3 1 1 %s
            """.formatted("ab".repeat(32));
    private static final List<RecordType> OF_A_ROUTE = List.of(RecordType.MX, RecordType.A, RecordType.AAAA);

    private final Map<String, Integer> seen = new ConcurrentHashMap<>();
    private final CountDownLatch go = new CountDownLatch(1);
    private SignedInternet net;

    @BeforeEach
    void start() throws IOException {
        net = new SignedInternet();
        for (int i = 1; i <= 7; i++)
            net.signed(i + ".test", LINES);
        net.forge((query, honest) -> {
            seen.merge(words(query), 1, Integer::sum);
            await(go);
            return Optional.of(honest);
        });
    }

    @AfterEach
    void stop() throws IOException {
        go.countDown();
        net.close();
    }

    private static String words(Message query) {
        return query.getQuestion().getName() + " " + Type.string(query.getQuestion().getType());
    }

    /// Begins them all before the name server answers the first.
    private List<Answer> together(List<Question> questions) throws Exception {
        var resolver = new CachingResolver(net.lookup(), net.time);
        var tasks = new ArrayList<FutureTask<Answer>>();
        for (Question question : questions) {
            var task = new FutureTask<>(() -> resolver.ask(question));
            Thread thread = Thread.ofPlatform().start(task);
            tasks.add(task);
            Patience.untilItWaits(thread, Thread.State.TIMED_WAITING);
        }
        go.countDown();
        var answers = new ArrayList<Answer>();
        for (var task : tasks)
            answers.add(task.get(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        return answers;
    }

    private static Question question(String name, RecordType type) { return new Question(Domain.of(name), type); }

    @Test
    void sevenSessionsOfOneDomainAskOnce() throws Exception {
        var all = new ArrayList<Question>();
        for (int session = 0; session < 7; session++)
            for (RecordType type : OF_A_ROUTE)
                all.add(question(type == RecordType.MX ? "1.test" : "mx.1.test", type));
        for (Answer answer : together(all))
            assertEquals(Answer.Status.Secure.name(), answer.statusWord());
        assertEquals(Map.of(". DNSKEY", 1, "test. DS", 1, "test. DNSKEY", 1, "1.test. DS", 1, "1.test. DNSKEY", 1,
                "1.test. MX", 1, "mx.1.test. A", 1, "mx.1.test. AAAA", 1), seen);
    }

    @Test
    void sevenDomainsAskOnceForWhatStandsAboveThem() throws Exception {
        var all = new ArrayList<Question>();
        for (int domain = 1; domain <= 7; domain++)
            all.add(question(domain + ".test", RecordType.MX));
        for (Answer answer : together(all))
            assertEquals(Answer.Status.Secure.name(), answer.statusWord());
        assertEquals(List.of(1, 1, 1), List.of(seen.get(". DNSKEY"), seen.get("test. DS"), seen.get("test. DNSKEY")));
    }

    @Test
    void keysAreProvenOncePerTimeToLive() {
        go.countDown();
        assertEquals("Found Secure", net.seen("1.test", RecordType.MX));
        int before = seen.get("1.test. DNSKEY");
        net.time.advance(Duration.ofSeconds(59)); // the lab's records live 60 s
        assertEquals("Found Secure", net.seen("mx.1.test", RecordType.A));
        assertEquals(before, seen.get("1.test. DNSKEY"));
        net.time.advance(Duration.ofSeconds(2));
        assertEquals("Found Secure", net.seen("mx.1.test", RecordType.A));
        assertEquals(before + 1, seen.get("1.test. DNSKEY"));
    }

    @Test
    void aSignatureIsComputedOnceHoweverOftenItIsAskedFor() {
        go.countDown();
        var validation = (LocalValidation) net.lookup();
        assertEquals("Found Secure", net.seen("1.test", RecordType.MX));
        long once = validation.signaturesComputed();
        assertEquals(6, once, "keys of three zones, two delegations, and the answer");
        for (int time = 0; time < 5; time++) {
            net.time.advance(Duration.ofMinutes(2)); // nothing that was kept lives so long
            assertEquals("Found Secure", net.seen("1.test", RecordType.MX));
        }
        assertEquals(6, seen.get("1.test. MX"));
        assertEquals(once, validation.signaturesComputed());
    }

    @Test
    void aSignatureThatWasGoodProvesNothingAfterItsEnd() {
        go.countDown();
        assertEquals("Found Secure", net.seen("1.test", RecordType.MX));
        net.time.advance(Duration.ofDays(366));
        var failed = (Answer.Failed) net.ask("1.test", RecordType.MX);
        assertTrue(failed.kind() == Answer.Kind.Bogus && failed.why().contains("expired"), failed.why());
    }

    @Test
    void aSignatureThatWasGoodOverOtherRecordsProvesNothing() {
        go.countDown();
        assertEquals("Found Secure", net.seen("mx.1.test", RecordType.A));
        net.forge((query, honest) -> {
            if (!SignedInternet.asks(query, "mx.1.test", Type.A)) return Optional.of(honest);
            var forged = honest.clone();
            var signatures = honest.getSection(1).stream().filter(one -> one.getType() == Type.RRSIG).toList();
            forged.removeAllRecords(1);
            forged.addRecord(SignedInternet.records("1.test.", "mx A 127.6.6.6").getFirst(), 1);
            signatures.forEach(one -> forged.addRecord(one, 1));
            return Optional.of(forged);
        });
        assertEquals("Failed Bogus", net.seen("mx.1.test", RecordType.A));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
