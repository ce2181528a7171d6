package org.sternpost.engine.mtasts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.CachingResolver;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Resolver.Lookup;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.dns.ProofLog.ProofStep;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.MtaSts.PolicyFetch;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.time.SimTime;

/// The chain of proof of a policy, step by step as operators read it, and what is forgotten with a policy.
class MtaStsProofTest {

    private static final Domain ORG = Domain.of("example.org");
    private static final String NAME = "_mta-sts.example.org";
    private static final String URL = "https://mta-sts.example.org/.well-known/mta-sts.txt";
    private static final String ENFORCE = "version: STSv1\nmode: enforce\nmx: mx.example.org\nmax_age: 604800\n";

    private final SimTime time = new SimTime();
    private final FakeResolver dns = new FakeResolver();
    private final MemoryPolicyStore store = new MemoryPolicyStore();
    private final List<Domain> fetched = new ArrayList<>();
    private String file = ENFORCE;
    private final MtaSts sts = new MtaSts(dns, domain -> {
        fetched.add(domain);
        return PolicyFile.of(file) instanceof PolicyFile.Valid(var policy, var body)
                ? new PolicyFetch.Fetched.Policy(policy, body)
                : new PolicyFetch.Fetched.Failed(StsLookup.Kind.Fetch, "HTTP status 404, not 200");
    }, store, time);

    private List<ProofStep> steps() {
        var proof = new ProofLog();
        sts.of(ORG, proof);
        return proof.steps();
    }

    private static String said(ProofStep step) {
        return switch (step) {
            case ProofStep.Asked asked -> asked.answer().text();
            case ProofStep.Policy policy -> policy.said();
        };
    }

    /// Question, status and conclusion of each step.
    private static List<String> shown(List<ProofStep> steps) {
        return steps.stream().map(step -> switch (step) {
            case ProofStep.Asked(var question, var answer, _, var conclusion) ->
                question + " " + answer.statusWord() + ": " + conclusion;
            case ProofStep.Policy(var source, var where, _, _, var conclusion) ->
                where + " " + source + ": " + conclusion;
        }).toList();
    }

    @Test
    void recordFileAndPolicyAreShownInTurn() {
        dns.txt(NAME, "v=STSv1; id=7;");
        String expires = time.instant().plusSeconds(604_800).toString();
        var first = steps();
        assertEquals(List.of(NAME + " TXT Insecure: A policy exists; its id is 7.",
                URL + " Fetched: Mode enforce, to be kept until " + expires + ".",
                "policy of example.org Held: Only hosts it lists may get the mail, over TLS with a valid certificate."),
                shown(first));
        assertEquals("id 7, mode enforce, mx [mx.example.org], fetched " + time.instant(), said(first.get(2)));
        assertEquals(ENFORCE, said(first.get(1)));
        assertEquals(List.of("RFC 8461 §3.1", "RFC 8461 §3.2", "RFC 8461 §5"),
                first.stream().map(ProofStep::rule).toList());
        assertEquals(2, steps().size(), "what is fresh is not fetched");
    }

    @Test
    void modesThatAskForLessSaySo() {
        dns.txt(NAME, "v=STSv1; id=7;");
        file = ENFORCE.replace("enforce", "testing");
        assertEquals("Judged in full and reported; blocks nothing.", steps().getLast().conclusion());
        dns.txt(NAME, "v=STSv1; id=8;");
        file = "version: STSv1\nmode: none\nmax_age: 86400\n";
        assertEquals("The domain asks for nothing.", steps().getLast().conclusion());
    }

    @Test
    void fileThatCannotBeFetchedIsAStepOfItsOwn() {
        dns.txt(NAME, "v=STSv1; id=7;");
        file = "gone";
        var none = steps();
        assertEquals(URL + " Failed: No policy can be applied.", shown(none).getLast());
        assertEquals("HTTP status 404, not 200", said(none.getLast()));
        dns.txt(NAME, "v=STSv1; id=8;");
        file = ENFORCE;
        steps();
        dns.txt(NAME, "v=STSv1; id=9;");
        file = "gone";
        assertEquals(URL + " Failed: The policy held stays in force.", shown(steps()).get(1));
    }

    @Test
    void absenceBrokenRecordAndFailureAreToldApart() {
        assertEquals(List.of(NAME + " TXT Insecure: The domain publishes no policy now."), shown(steps()));
        dns.txt(NAME, "v=STSv1; x=y");
        assertEquals(List.of(NAME + " TXT Insecure: No usable record: the TXT record has no id."), shown(steps()));
        dns.fails(NAME, RecordType.TXT, Answer.Kind.ServFail);
        assertEquals(List.of(NAME + " TXT ServFail: The record cannot be read now."), shown(steps()));
        assertEquals(List.of(), fetched);
    }

    @Test
    void domainTooLongForARecordHasNoPolicy() {
        String longName = "a".repeat(63) + "." + "b".repeat(63) + "." + "c".repeat(63) + "." + "d".repeat(55);
        var none = assertInstanceOf(StsLookup.None.class, sts.of(Domain.of(longName), new ProofLog()));
        assertTrue(none.why().endsWith("is too long for a name"));
        assertEquals(List.of(), none.troubles());
    }

    @Test
    void forgottenIsThePolicyItsTroubleAndItsBackOffAndNothingOfOthers() throws IOException {
        Domain net = Domain.of("example.net");
        dns.txt(NAME, "v=STSv1; id=1;").txt("_mta-sts.example.net", "v=STSv1; id=1;");
        steps();
        sts.of(net, new ProofLog());
        file = "gone";
        dns.txt(NAME, "v=STSv1; id=2;").txt("_mta-sts.example.net", "v=STSv1; id=2;");
        steps();
        sts.of(net, new ProofLog());
        assertTrue(sts.trouble(ORG).isPresent());
        assertEquals(4, fetched.size());
        assertTrue(sts.forget(ORG, _ -> _ -> null));
        assertEquals(Optional.empty(), store.find(ORG));
        assertEquals(Optional.empty(), sts.trouble(ORG));
        assertTrue(store.find(net).isPresent() && sts.trouble(net).isPresent());
        steps();
        assertEquals(5, fetched.size(), "asked at once");
        sts.of(net, new ProofLog());
        assertEquals(5, fetched.size(), "the other one's failure still counts");
    }

    @Test
    void fileThatIsNoPolicyAndFileThatCannotBeHadAreToldApart() {
        dns.txt(NAME, "v=STSv1; id=7;");
        for (StsLookup.Kind kind : List.of(StsLookup.Kind.Invalid, StsLookup.Kind.Fetch, StsLookup.Kind.WebPki)) {
            var one = new MtaSts(dns, _ -> new PolicyFetch.Fetched.Failed(kind, "why"), new MemoryPolicyStore(), time);
            var none = assertInstanceOf(StsLookup.None.class, one.of(ORG, new ProofLog()));
            assertEquals("the MTA-STS policy of example.org " + (kind == StsLookup.Kind.Invalid
                    ? "was fetched and is not valid"
                    : "is announced and cannot be had"), none.why());
        }
    }

    /// A verdict is used again until then.
    @Test
    void whatIsLearnedHoldsUntilTheRecordOrThePolicyIsLookedAtNext() {
        var lasting = new MtaSts(new CachingResolver(new Lookup() {
            @Override
            public Reading checked(Question question) { return new Reading(dns.ask(question), Duration.ofMinutes(50)); }

            @Override
            public Reading unchecked(Question question) { return checked(question); }
        }, time), domain -> PolicyFile.of(file) instanceof PolicyFile.Valid(var policy, var body)
                ? new PolicyFetch.Fetched.Policy(policy, body)
                : new PolicyFetch.Fetched.Failed(StsLookup.Kind.Fetch, "gone"), store, time);
        assertEquals(time.instant().plus(Duration.ofMinutes(50)), until(lasting), "no record");
        assertEquals(Optional.empty(), lasting.held(ORG));
        time.advance(Duration.ofHours(1));
        dns.txt(NAME, "v=STSv1; id=7;");
        file = ENFORCE.replace("604800", "3600");
        Instant due = time.instant().plus(Duration.ofMinutes(30));
        assertEquals(due, until(lasting), "half its life");
        assertEquals("7", lasting.held(ORG).orElseThrow().id());
        time.advance(Duration.ofMinutes(10));
        assertEquals(due, until(lasting), "the same, held");
        time.advance(Duration.ofMinutes(20));
        file = "gone";
        assertEquals(Instant.MIN, until(lasting), "what is odd is looked at each time");
        file = ENFORCE;
        time.advance(Duration.ofMinutes(20));
        assertEquals(time.instant().plus(Duration.ofMinutes(50)), until(lasting), "the record ends before the policy");
    }

    private static Instant until(MtaSts sts) {
        var proof = new ProofLog();
        sts.of(ORG, proof);
        return proof.until();
    }
}
