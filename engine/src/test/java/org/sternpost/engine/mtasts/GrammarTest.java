package org.sternpost.engine.mtasts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.dns.Rdata;
import org.sternpost.engine.dns.Vectors;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.MtaSts.PolicyFetch;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.mtasts.Policy.MxPattern;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
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
        StsLookup first = sts.of(Domain.of("example.org"), new ProofLog());
        if (!asked.isEmpty()) return store.find(asked.getFirst()).orElseThrow().id();
        var held = new HeldPolicy(Domain.of("example.org"), "old", time.instant(), "",
                new Policy(Policy.Mode.Enforce, List.of(MxPattern.of("mx.example.org")), Duration.ofDays(1)));
        store.keep(held);
        // RFC 8461 §3.3: whatever hides the record, a policy that is held applies.
        if (!(sts.of(Domain.of("example.org"), new ProofLog()) instanceof StsLookup.Held(var kept, _))
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

    private static String invalid(String body) {
        return assertInstanceOf(PolicyFile.Invalid.class, PolicyFile.of(body)).why();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            version: STSv1 | version: STSv2  | version is 'STSv2', not STSv1
            version: STSv1 | x: y            | version is missing
            mode: enforce  | mode: strict    | mode is 'strict', none of enforce, testing, none
            mode: enforce  | mode: Enforce   | mode is 'Enforce', none of enforce, testing, none
            max_age: 86400 | max_age: 1w     | max_age is '1w', not 1 to 10 digits
            max_age: 86400 | max_age: 12345678901 | max_age is '12345678901', not 1 to 10 digits
            mx: mx.example | nmx: y          | no line begins with 'mx:', without which no host is allowed \
            in mode enforce; it has fields of unknown name: nmx
            mx: mx.example | mx: mx.example. | mx 'mx.example.' ends in a dot
            mx: mx.example | mx: 192.0.2.1   | mx '192.0.2.1' is an address, not a host name
            mx: mx.example | mx: m_x.example | mx 'm_x.example' has '_', which no host name has
            mx: mx.example | mx: a..example  | mx 'a..example':
            mx: mx.example | mx: m\u00fc.example | mx 'm\u00fc.example' has characters outside ASCII
            mx: mx.example | nothing         | 'nothing' is no 'name: value' line
            """)
    void eachFieldThatIsWrongIsNamed(String from, String to, String why) {
        String good = "version: STSv1\nmode: enforce\nmx: mx.example\nmax_age: 86400\n";
        assertInstanceOf(PolicyFile.Valid.class, PolicyFile.of(good));
        String said = invalid(good.replace(from, to));
        assertEquals(why, said.substring(0, Math.min(said.length(), why.length())));
    }

    @Test
    void fileEndsAtItsBoundInOctets() {
        String good = "version: STSv1\nmode: none\nmax_age: 1\nx: ";
        assertInstanceOf(PolicyFile.Valid.class, PolicyFile.of(good + "x".repeat(64 * 1024 - good.length())));
        assertEquals("the file has more than 64 KiB", invalid(good + "x".repeat(64 * 1024 + 1 - good.length())));
        byte[] full = (good + "x".repeat(64 * 1024 - good.length())).getBytes(StandardCharsets.US_ASCII);
        assertInstanceOf(PolicyFile.Valid.class, PolicyFile.of(full));
        assertEquals(new PolicyFile.Invalid("the file has more than 64 KiB"),
                PolicyFile.of(java.util.Arrays.copyOf(full, full.length + 1)));
        assertEquals(new PolicyFile.Invalid("the file is not UTF-8"), PolicyFile.of(new byte[]{(byte) 0xc3, 0x28}));
    }

    @Test
    void wordsOfAStrangerAreShortAndPrintable() {
        String said = invalid("a".repeat(150));
        assertEquals("'" + "a".repeat(100) + "...' is no 'name: value' line", said);
        assertEquals("'" + "a".repeat(100) + "' is no 'name: value' line", invalid("a".repeat(100)));
        assertEquals("'a\\x07b' is no 'name: value' line", invalid("a\u0007b"));
        assertEquals("version is 'x\u00e4', not STSv1", invalid("version: x\u00e4"));
        assertEquals(new PolicyRecord.None("id '" + "a".repeat(100) + "...' is not 1 to 32 letters or digits", true),
                PolicyRecord.of(List.of("v=STSv1; id=" + "a".repeat(101))));
        assertEquals(new PolicyRecord.None("id '" + "a".repeat(100) + "' is not 1 to 32 letters or digits", true),
                PolicyRecord.of(List.of("v=STSv1; id=" + "a".repeat(100))));
        assertEquals("mx 'm\u0080.example' has characters outside ASCII; A-labels are needed",
                assertThrows(IllegalArgumentException.class, () -> MxPattern.of("m\u0080.example")).getMessage());
        assertEquals(new PolicyRecord.None("'\\x01' is no field of the record", true),
                PolicyRecord.of(List.of("v=STSv1; id=b; id=a\u0001")));
    }

    @Test
    void linesMayEndInEitherWayAndTheLastMayGoWithout() {
        for (String end : List.of("", "\n", "\r\n", "\n\n", "\r\n\r\n\n"))
            assertInstanceOf(PolicyFile.Valid.class,
                    PolicyFile.of("version: STSv1\r\nmode: none\nmax_age: 1" + end), end);
        assertEquals("'' is no 'name: value' line", invalid("version: STSv1\n\nmode: none\nmax_age: 1"));
        assertEquals("'' is no 'name: value' line", invalid("\r\n"));
        assertEquals("'' is no 'name: value' line", invalid(""));
    }

    @Test
    void recordSaysWhyItIsNone() {
        assertEquals(new PolicyRecord.None("no TXT record begins with 'v=STSv1;'", false),
                PolicyRecord.of(List.of("v=spf1 -all")));
        assertEquals(new PolicyRecord.None("2 TXT records begin with 'v=STSv1;', one may", true),
                PolicyRecord.of(List.of("v=STSv1; id=1", "x", "v=STSv1; id=1")));
        assertEquals(new PolicyRecord.None("the TXT record has no id", true), PolicyRecord.of(List.of("v=STSv1; a=b")));
        assertEquals(new PolicyRecord.Id("1"), PolicyRecord.of(List.of("v=STSv1; id=1; id=2")));
        assertEquals(new PolicyRecord.Id("1"), PolicyRecord.of(List.of("v=STSv1; a=b; id=1;")));
    }

    @Test
    void policyKnowsWhomItLists() {
        var policy = new Policy(Policy.Mode.Testing, List.of(MxPattern.of("*.example.org"), MxPattern.of("mx.example")),
                Duration.ZERO);
        assertEquals(true, policy.lists(Domain.of("a.example.org")));
        assertEquals(true, policy.lists(Domain.of("mx.example")));
        assertEquals(false, policy.lists(Domain.of("example.org")));
        assertEquals("[*.example.org, mx.example]", policy.mx().toString());
        assertEquals("testing", policy.mode().word());
        assertThrows(IllegalArgumentException.class, () -> new Policy(Policy.Mode.Enforce, List.of(), Duration.ZERO));
        assertThrows(IllegalArgumentException.class,
                () -> new Policy(Policy.Mode.None, List.of(), Duration.ofSeconds(-1)));
        assertEquals(List.of(), new Policy(Policy.Mode.None, List.of(), Duration.ZERO).mx());
    }
}
