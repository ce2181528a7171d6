package org.sternpost.engine.mtasts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.dns.Rdata;
import org.sternpost.engine.dns.Vectors;
import org.sternpost.engine.mail.Domain;

class GrammarTest {

    @Test
    void policyFilesAsThePeersReadThem() throws Exception {
        Vectors.run("mta-sts-policy.json", one -> {
            byte[] body = one.get("policy") instanceof String text
                    ? text.getBytes(StandardCharsets.UTF_8)
                    : Base64.getDecoder().decode((String) one.get("policy_base64"));
            return policyDiffers(PolicyFile.of(body), Vectors.map(one.get("expected")));
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

    @Test
    void recordsAsThePeersReadThem() throws Exception {
        Vectors.run("mta-sts-txt.json", one -> {
            var expected = Vectors.map(one.get("expected"));
            if (expected.containsKey("temporary_error")) return "skip"; // no record to read: judged in MtaStsTest
            List<String> texts = Vectors.list(one.get("txt_rrs")).stream().map(record -> Rdata.Text.of(
                    Vectors.list(record).stream().map(s -> ((String) s).getBytes(StandardCharsets.UTF_8)).toList())
                    .joined()).toList();
            String seen = switch (PolicyRecord.of(texts)) {
                case PolicyRecord.Id(var id) -> id;
                case PolicyRecord.None _ -> "no policy";
            };
            return seen.equals(expected.getOrDefault("id", "no policy")) ? "" : seen;
        });
    }

    @Test
    void patternsAsThePeersMatchThem() throws Exception {
        Vectors.run("mx-match.json", one -> {
            boolean seen = matches((String) one.get("pattern"), (String) one.get("host"));
            return one.get("expected").equals(seen) ? "" : Boolean.toString(seen);
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

    /// Cases of status, type and body; those of certificates and of time need a host and are in `LabJudgeTest`.
    @Test
    void repliesAsThePeersReadThem() throws Exception {
        Vectors.run("mta-sts-fetch.json", one -> {
            if (one.containsKey("tls_certificate") || one.containsKey("behaviour") || one.get("body") == null)
                return "skip";
            String body = (String) one.get("body");
            String type = one.get("content_type") == null ? "" : "Content-Type: " + one.get("content_type") + "\r\n";
            String reply = "HTTP/1.1 " + one.get("status") + " x\r\n" + type + "Content-Length: " + body.length()
                    + "\r\n\r\n" + body;
            var read = HttpsPolicyFetch.read(HttpReply.read(
                    new java.io.ByteArrayInputStream(reply.getBytes(StandardCharsets.UTF_8))));
            String seen = read instanceof PolicyFetch.Fetched.Policy ? "valid" : "fetch-failure";
            return seen.equals(one.get("expected")) ? "" : seen;
        });
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
