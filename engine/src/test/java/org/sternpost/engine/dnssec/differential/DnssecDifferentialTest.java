package org.sternpost.engine.dnssec.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.CachingResolver;
import org.sternpost.engine.dns.Messages;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Servers;
import org.sternpost.engine.dnssec.LocalValidation;
import org.sternpost.engine.dnssec.ZoneTrustAnchors;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.real.JudgeUnbound;
import org.sternpost.engine.time.SimTime;
import org.xbill.DNS.Message;
import org.xbill.DNS.WireParseException;

/// Generated zones with faults, and forgeries on the way, judged by the engine and by unbound.
///
/// Whatever they say differently must have its line in [Difference], with the section by which one of them is right.
class DnssecDifferentialTest {

    /// Where it says `required`, a machine without unbound fails the test; elsewhere it skips it, with the reason.
    private static final String SWITCH = "STERNPOST_REAL_SERVERS";
    private static final long SEED = Long.getLong("dnssec.seed", 7);
    private static final int CASES = Integer.getInteger("dnssec.cases", 1_000);
    /// One case alone, by its number.
    private static final int ONE = Integer.getInteger("dnssec.case", -1);
    private static final Path REPORT = Path.of("target", "dnssec-differences.txt");
    private static final int CASES_FOR_ALL = 1_000; // so many have everything in them
    private static final int AT_ONCE = 4;
    private static final int SHOWN_MAX = 3;
    private static final int ATTEMPTS = 5;
    /// After these a reply says SERVFAIL, cannot be read, or denies and answers at once.
    private static final Set<Forgery> FAILING = Set.of(Forgery.SERVFAIL, Forgery.UNREADABLE, Forgery.RCODE_TURNED);

    @TempDir
    Path directory;

    private final Map<String, AtomicInteger> counts = Collections.synchronizedMap(new TreeMap<>());
    private final Set<Enum<?>> met = ConcurrentHashMap.newKeySet();
    private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());

    @Test
    @Timeout(1_800) // 20,000 cases
    void theEngineAndUnboundDifferOnlyAsListed() throws Exception {
        Optional<String> hindrance = JudgeUnbound.hindrance();
        if (hindrance.isPresent()) {
            if ("required".equals(System.getenv(SWITCH))) fail("real servers are required: " + hindrance.get());
            abort(hindrance.get());
        }
        long start = System.nanoTime();
        var generator = new Generator(SEED);
        var time = new SimTime(Signing.NOW, SEED);
        try (var server = new Loopback(generator.pens());
                var unbound = JudgeUnbound.start(directory, server.address(), server.trustAnchor(), Signing.NOW);
                var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            var engine = new CachingResolver(new LocalValidation(new Servers(List.of(server.address())),
                    new ZoneTrustAnchors(server.trustAnchor()), time), time);
            List<Integer> numbers = ONE >= 0 ? List.of(ONE) : IntStream.range(0, CASES).boxed().toList();
            var running = new ArrayList<Future<?>>();
            for (int number : numbers)
                running.add(threads.submit(() -> {
                    Case one = generator.make(number);
                    server.add(one);
                    judge(one, engine, unbound);
                    server.remove(one);
                    return null;
                }));
            for (Future<?> each : running)
                each.get();
        }
        System.out.println("DNSSEC beside unbound: " + counts + ", seed " + SEED + ", "
                + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s (" + JudgeUnbound.version() + ")");
        Files.write(REPORT, wrong);
        wrong.stream().limit(SHOWN_MAX).forEach(System.out::println);
        assertEquals(0, wrong.size(), () -> "differences without a line in the table; all with their records in "
                + REPORT.toAbsolutePath() + "; one again: -Ddnssec.seed=" + SEED + " -Ddnssec.case=N");
        if (ONE < 0 && CASES >= CASES_FOR_ALL) assertEquals(Set.of(), neverMet(), "what no case was made of");
    }

    /// What the cases are made of, as far as none of them was made of it.
    private Set<Enum<?>> neverMet() {
        var all = new HashSet<Enum<?>>();
        all.addAll(Set.of(Forgery.values()));
        all.addAll(Set.of(Keys.Kind.values()));
        all.addAll(Set.of(Signing.values()));
        all.removeAll(met);
        return all;
    }

    private void judge(Case one, CachingResolver engine, JudgeUnbound unbound) throws IOException {
        met.addAll(List.of(one.facts.forgery(), one.facts.keys(), one.facts.plan().keys(), one.facts.plan().data(),
                one.facts.plan().denial(), one.facts.plan().ds()));
        var question = new Question(Domain.of(one.name.toString(true).toLowerCase(java.util.Locale.ROOT)), one.type);
        Answer answer = patiently(engine, question);
        Verdict ours = Verdict.of(answer);
        Verdict again = Verdict.of(patiently(engine, question));
        Verdict theirs = theirs(unbound, question);
        count("ours " + ours.status());
        if (ONE >= 0) System.out.println(words("alone", one, ours, theirs));
        if (!ours.equals(again)) wrong("the second answer differs: " + again, one, ours, theirs);
        // Who holds the key of the zone above can do all that its zone can.
        boolean nobodyMay = !Difference.POWER_OF_PARENT.contains(one.forgery());
        if (ours.status() == Verdict.Status.SECURE && !ours.data().equals(one.honest().data()) && nobodyMay)
            wrong("proven, and yet not what the zone says: " + one.honest(), one, ours, theirs);
        if (ours.status() == Verdict.Status.INSECURE && !one.mayBeInsecure() && nobodyMay)
            wrong("a downgrade: all zones on the way are signed", one, ours, theirs);
        // Every question got its reply, so nothing can have failed but what was on the way.
        if (ours.status() == Verdict.Status.FAILED && !FAILING.contains(one.forgery()) && !one.leadsAstray())
            wrong("failed, though every question got its reply", one, ours, theirs);
        if (ours.agrees(theirs)) return;
        Optional<Difference> known = Difference.of(one, ours, theirs);
        known.ifPresentOrElse(difference -> count("differs " + difference),
                () -> wrong("they differ", one, ours, theirs));
    }

    /// A busy machine may let a reply come too late; that says nothing of the proof.
    private static Answer patiently(CachingResolver engine, Question question) {
        Answer answer = engine.ask(question);
        for (int i = 1; i < ATTEMPTS && answer instanceof Answer.Failed failed
                && (failed.kind().isOurs() || failed.kind() == Answer.Kind.Timeout); i++)
            answer = engine.ask(question);
        return answer;
    }

    private static Verdict theirs(JudgeUnbound unbound, Question question) throws IOException {
        try {
            Message reply = unbound.ask(Messages.query(question));
            return Verdict.ofUnbound(reply, question.type().number(), Messages.extendedErrors(reply));
        } catch (WireParseException unreadable) {
            // unbound passes on data that nobody can read.
            return new Verdict(Verdict.Status.FAILED, "", "unreadable: " + unreadable.getMessage());
        }
    }

    private void wrong(String what, Case one, Verdict ours, Verdict theirs) {
        count("wrong");
        wrong.add(words(what, one, ours, theirs));
    }

    private static String words(String what, Case one, Verdict ours, Verdict theirs) {
        return one + "\n  " + what + "\n  ours:    " + ours + "\n  unbound: " + theirs + "\n" + one.story();
    }

    private void count(String what) { counts.computeIfAbsent(what, _ -> new AtomicInteger()).incrementAndGet(); }
}
