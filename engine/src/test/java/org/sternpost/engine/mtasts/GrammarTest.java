package org.sternpost.engine.mtasts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.dns.Rdata;
import org.sternpost.engine.dns.RecordType;
import org.sternpost.engine.dns.Trail;
import org.sternpost.engine.dns.Vectors;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.SimTime;

class GrammarTest {

    @Test
    void policyFilesAsThePeersReadThem() throws Exception {
        Vectors.run("mta-sts-policy.json", one -> {
            byte[] body = one.text("policy") instanceof String text
                    ? text.getBytes(StandardCharsets.UTF_8)
                    : Base64.getDecoder().decode(one.text("policy_base64"));
            return policyDiffers(PolicyFile.of(body), one.map("expected"));
        });
    }

    private static String policyDiffers(PolicyFile read, Map<String, Object> expected) {
        boolean valid = Boolean.TRUE.equals(expected.get("valid"));
        return switch (read) {
            case PolicyFile.Invalid(var why) -> valid ? "invalid: " + why : "";
            case PolicyFile.Valid(var policy, _) -> {
                if (!valid) yield "valid: " + policy;
                var seen = policy.mx().stream().map(MxPattern::toString).collect(Collectors.toCollection(TreeSet::new));
                var wanted = Vectors.list(expected.get("mx")).stream()
                        .map(mx -> ((String) mx).toLowerCase(Locale.ROOT))
                        .collect(Collectors.toCollection(TreeSet::new));
                boolean same = policy.mode().word().equals(expected.get("mode")) && seen.equals(wanted)
                        && expected.get("max_age").equals(policy.maxAge().toSeconds());
                yield same ? "" : policy.toString();
            }
        };
    }

    /// Through the whole lookup, so that a lookup that fails is told apart from a record that is not there.
    @Test
    void recordsAsThePeersReadThem() throws Exception {
        Vectors.run("mta-sts-txt.json", one -> {
            String[] texts = one.list("txt_rrs").stream().map(record -> Rdata.Text.of(
                    Vectors.list(record).stream().map(s -> ((String) s).getBytes(StandardCharsets.UTF_8)).toList())
                    .joined()).toArray(String[]::new);
            String rcode = one.fields().containsKey("rcode") ? one.text("rcode") : "NOERROR";
            var dns = new FakeResolver();
            switch (rcode) {
                case "NOERROR" -> dns.txt("_mta-sts.example.org", texts);
                case "NODATA" -> dns.a("_mta-sts.example.org", "192.0.2.1");
                case "NXDOMAIN" -> {
                }
                default -> dns.fails("_mta-sts.example.org", RecordType.TXT, Answer.Kind.ServFail);
            }
            var expected = one.map("expected");
            String seen = lookedUp(dns);
            String wanted = expected.containsKey("temporary_error")
                    ? "temporary error"
                    : (String) expected.getOrDefault("id", "no policy");
            return seen.equals(wanted) ? "" : seen;
        });
    }

    /// The id that a policy was asked for by; `temporary error` if the lookup failed and so a policy held is kept.
    private static String lookedUp(FakeResolver dns) {
        var asked = new ArrayList<Domain>();
        var store = new MemoryPolicyStore();
        var time = new SimTime();
        var policy = new Policy(Policy.Mode.None, List.of(), Duration.ofDays(1));
        var sts = new MtaSts(dns, domain -> {
            asked.add(domain);
            return new PolicyFetch.Fetched.Policy(policy, "");
        }, store, time);
        StsLookup first = sts.of(Domain.of("example.org"), new Trail());
        if (!asked.isEmpty()) return store.find(asked.getFirst()).orElseThrow().id();
        var held = new HeldPolicy(Domain.of("example.org"), "old", time.instant(), "",
                new Policy(Policy.Mode.Enforce, List.of(MxPattern.of("mx.example.org")), Duration.ofDays(1)));
        store.keep(held);
        // RFC 8461 §3.3: whatever hides the record, a policy that is held applies.
        if (!(sts.of(Domain.of("example.org"), new Trail()) instanceof StsLookup.Held(var kept, _))
                || !kept.equals(held))
            return "a held policy was dropped";
        return first.troubles().stream().anyMatch(trouble -> trouble.sentence().contains("TXT failed"))
                ? "temporary error"
                : "no policy";
    }

    @Test
    void patternsAsThePeersMatchThem() throws Exception {
        Vectors.run("mx-match.json", one -> {
            boolean seen = matches(one.text("pattern"), one.text("host"));
            return one.fields().get("expected").equals(seen) ? "" : Boolean.toString(seen);
        });
    }

    private static boolean matches(String pattern, String host) {
        try {
            return MxPattern.of(pattern)
                    .matches(Domain.of(host.endsWith(".") ? host.substring(0, host.length() - 1) : host));
        } catch (IllegalArgumentException unfit) {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            *.example.org,  mx1.example.org,  true
            *.example.org,  a.b.example.org,  false
            *.example.org,  example.org,      false
            mx.example.org, MX.example.org,   true
            """)
    void wildcardStandsForOneWholeLabel(String pattern, String host, boolean expected) {
        assertEquals(expected, matches(pattern, host));
    }

    @Test
    void exampleOfTheRfc() {
        assertEquals(new PolicyRecord.Id("20160831085700Z"), PolicyRecord.of(List.of("v=STSv1; id=20160831085700Z;")));
        var valid = assertInstanceOf(PolicyFile.Valid.class, PolicyFile.of("""
                version: STSv1
                mode: enforce
                mx: mail.example.com
                mx: *.example.net
                max_age: 604800
                """));
        assertEquals(Policy.Mode.Enforce, valid.policy().mode());
        assertEquals(604_800, valid.policy().maxAge().toSeconds());
    }

    @Test
    void aLongerAgeIsCapped() {
        var valid = assertInstanceOf(PolicyFile.Valid.class,
                PolicyFile.of("version: STSv1\nmode: none\nmax_age: 9999999999\n"));
        assertEquals(31_557_600, valid.policy().maxAge().toSeconds());
    }

    @Test
    void hostileLengthsCostNeitherStackNorTime() {
        String good = "version: STSv1\nmode: none\nmax_age: 1\n";
        assertInstanceOf(PolicyFile.Valid.class, PolicyFile.of(good + "\n".repeat(65_000)));
        assertInstanceOf(PolicyFile.Valid.class, PolicyFile.of(good + "x: a" + " ".repeat(65_000)));
        assertInstanceOf(PolicyFile.Invalid.class, PolicyFile.of(good + "x: a" + " ".repeat(65_000) + "\u0000"));
        assertInstanceOf(PolicyFile.Invalid.class, PolicyFile.of("\n".repeat(65_000)));
        assertInstanceOf(PolicyRecord.Id.class, PolicyRecord.of(List.of("v=STSv1; id=a" + "; b=c".repeat(12_000))));
    }
}
