package org.sternpost.engine.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.HostPort;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dns.Answer.Kind;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.mtasts.Policy.MxPattern;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// What is published, under all nine pairs of refinements: what a host must prove, or why it is refused
/// (docs/transport-security.md#modes).
class ModeAlgebraTest {

    private static final String RECORD = "_25._tcp.mx.example.org";
    private static final Domain MX = Domain.of("mx.example.org");

    private final SimTime time = new SimTime();
    private StsLookup sts = new StsLookup.None("nothing is published", List.of());
    private final List<Domain> asked = new ArrayList<>();

    /// In each group of three `MtaStsMode` is None, Opportunistic, Mandatory; the groups are `SmtpDaneMode` None,
    /// Opportunistic, Mandatory. D, S: proven by DANE, by MTA-STS. E: encrypted. N: nothing is asked. Refused: d by
    /// Mandatory DANE, s by Mandatory MTA-STS, m by the policy's mx, f by a failed lookup.
    @ParameterizedTest
    @CsvSource(textBlock = """
            dane,     listed,   NSS DDD DDD
            dane,     unlisted, Nmm Dmm Dmm
            dane,     testing,  NNs DDs DDD
            dane,     none,     NNs DDs DDD
            half,     listed,   NSS DDD ddD
            half,     unlisted, Nmm Dmm dmm
            half,     testing,  NNs DDs ddd
            half,     none,     NNs DDs ddd
            unusable, listed,   NSS ESS ddS
            unusable, unlisted, Nmm Emm dmm
            unusable, testing,  NNs EEs ddd
            unusable, none,     NNs EEs ddd
            absent,   listed,   NSS NSS ddS
            absent,   unlisted, Nmm Nmm dmm
            absent,   testing,  NNs NNs ddd
            absent,   none,     NNs NNs ddd
            insecure, listed,   NSS NSS ddS
            insecure, unlisted, Nmm Nmm dmm
            insecure, testing,  NNs NNs ddd
            insecure, none,     NNs NNs ddd
            failed,   listed,   NSS fff fff
            failed,   unlisted, Nmm fmm fmm
            failed,   testing,  NNs fff fff
            failed,   none,     NNs fff fff
            """)
    void refinementsAndWhatIsPublishedDecide(String dane, String policy, String expected) {
        var dns = published(dane);
        publish(policy);
        var enabled = new StringBuilder();
        var opportunistic = new StringBuilder();
        var mandatory = new StringBuilder();
        var disabled = new StringBuilder();
        for (SmtpDaneMode daneMode : SmtpDaneMode.values())
            for (MtaStsMode stsMode : MtaStsMode.values()) {
                if (stsMode == MtaStsMode.None && daneMode != SmtpDaneMode.None)
                    for (var line : List.of(enabled, opportunistic, mandatory, disabled))
                    line.append(' ');
                var host = judged(dns, connector(daneMode, stsMode), TlsValidation.Enabled);
                enabled.append(letter(host.enabled()));
                mandatory.append(letter(host.mandatory()));
                // The refinements act in Opportunistic too: its strict pass asks the same (and only evidence differs).
                opportunistic.append(
                        letter(judged(dns, connector(daneMode, stsMode), TlsValidation.Opportunistic).enabled()));
                disabled.append(letter(judged(dns, connector(daneMode, stsMode), TlsValidation.Disabled).enabled()));
            }
        assertEquals(expected, enabled.toString());
        assertEquals(expected, opportunistic.toString());
        assertEquals("NNN NNN NNN", disabled.toString());
        // The shadow of Mandatory makes mandatory what is looked at: the last column of each group, the last group.
        String[] groups = expected.split(" ");
        String last = "" + groups[2].charAt(0) + groups[2].charAt(2) + groups[2].charAt(2);
        String first = "" + groups[0].charAt(0) + groups[0].charAt(2) + groups[0].charAt(2);
        assertEquals(String.join(" ", first, last, last), mandatory.toString());
    }

    /// The same host as a smart host: its name is ours, so there is no route to prove and nothing is half.
    @ParameterizedTest
    @CsvSource(textBlock = """
            dane,     listed,   NSS DDD DDD
            dane,     none,     NNs DDs DDD
            unusable, listed,   NSS ESS ddS
            unusable, none,     NNs EEs ddd
            absent,   listed,   NSS NSS ddS
            absent,   unlisted, Nmm Nmm dmm
            absent,   none,     NNs NNs ddd
            failed,   none,     NNs fff fff
            half,     none,     NNs DDs DDD
            """)
    void aSmartHostIsJudgedByItsOwnName(String dane, String policy, String expected) {
        var dns = published(dane);
        publish(policy);
        var enabled = new StringBuilder();
        for (SmtpDaneMode daneMode : SmtpDaneMode.values())
            for (MtaStsMode stsMode : MtaStsMode.values()) {
                if (stsMode == MtaStsMode.None && daneMode != SmtpDaneMode.None) enabled.append(' ');
                enabled.append(letter(judged(dns, connector(daneMode, stsMode, HostPort.of("mx.example.org:25")),
                        TlsValidation.Enabled).enabled()));
            }
        assertEquals(expected, enabled.toString());
        // RFC 8461 §3.4: the policy domain is the smart host, never the recipient's.
        assertEquals(List.of(MX), asked.stream().distinct().toList());
    }

    private FakeResolver published(String dane) {
        var dns = new FakeResolver();
        switch (dane) {
            case "half" -> dns.signed("mx.example.org");
            case "insecure" -> {
            }
            default -> dns.signed("example.org");
        }
        dns.mx("example.org", "10 mx.example.org").a("mx.example.org", "192.0.2.1");
        switch (dane) {
            case "dane", "half" -> dns.tlsa(RECORD, "3 1 1 " + "ab".repeat(32));
            case "unusable" -> dns.tlsa(RECORD, "1 1 1 " + "ab".repeat(32));
            case "failed", "insecure" -> dns.fails(RECORD, RecordType.TLSA, Kind.ServFail);
            default -> {
            }
        }
        return dns;
    }

    private void publish(String policy) {
        if (policy.equals("none")) return;
        var mode = policy.equals("testing") ? Policy.Mode.Testing : Policy.Mode.Enforce;
        var mx = MxPattern.of(policy.equals("unlisted") ? "other.example.org" : "mx.example.org");
        sts = new StsLookup.Held(new HeldPolicy(Domain.of("example.org"), "id1", time.instant(), "",
                new Policy(mode, List.of(mx), Duration.ofDays(7))), List.of());
    }

    private HostJudgement judged(FakeResolver dns, OutboundConnector connector, TlsValidation mode) {
        var judge = new TrustJudge(dns, (domain, _) -> {
            asked.add(domain);
            return sts;
        }, time, 25);
        return ((JudgedRoute.Hosts) judge.judge(connector, mode, Domain.of("example.org"))).hosts().getFirst();
    }

    private static OutboundConnector connector(SmtpDaneMode dane, MtaStsMode sts, HostPort... smartHosts) {
        return SampleConnector.insisting(dane, sts, Arrays.stream(smartHosts).map(HostPort::toString)
                .toArray(String[]::new));
    }

    private static String letter(TlsVerdict verdict) {
        return switch (verdict) {
            case TlsVerdict.Dane _ -> "D";
            case TlsVerdict.Sts _ -> "S";
            case TlsVerdict.Encrypted _ -> "E";
            case TlsVerdict.None _ -> "N";
            case TlsVerdict.Refused(var why) -> switch (why.reason()) {
                case DANE_REQUIRED -> "d";
                case STS_REQUIRED -> "s";
                case STS_MX_MISMATCH -> "m";
                case DNSSEC_INVALID -> "f";
                default -> why.reason().token().toLowerCase(Locale.ROOT);
            };
        };
    }
}
