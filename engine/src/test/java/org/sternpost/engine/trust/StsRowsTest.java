package org.sternpost.engine.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dns.Answer.Kind;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.MemoryPolicyStore;
import org.sternpost.engine.mtasts.MtaSts;
import org.sternpost.engine.mtasts.MtaSts.PolicyFetch;
import org.sternpost.engine.mtasts.PolicyFile;
import org.sternpost.engine.mtasts.PolicyLookup;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// From records and policy files to verdicts: the rows of MTA-STS that need both.
class StsRowsTest {

    private static final Domain ORG = Domain.of("example.org");

    private final SimTime time = new SimTime();
    private final FakeResolver dns = new FakeResolver();
    private final Map<String, String> files = new HashMap<>();
    private final TrustJudge judge = new TrustJudge(dns, new MtaSts(dns, domain -> files.containsKey(domain.ascii())
            && PolicyFile.of(files.get(domain.ascii())) instanceof PolicyFile.Valid(var policy, var body)
                    ? new PolicyFetch.Fetched.Policy(policy, body)
                    : new PolicyFetch.Fetched.Failed(StsLookup.Kind.Fetch, "down"),
            new MemoryPolicyStore(), time), time, 25);

    @ParameterizedTest
    @EnumSource(Kind.class)
    void recordThatCannotBeReadIsNoPolicyAndOnlyMandatoryWaits(Kind kind) {
        mx("mx.example.org");
        dns.fails("_mta-sts.example.org", RecordType.TXT, kind);
        var host = judged(connector(MtaStsMode.Opportunistic)).getFirst();
        assertInstanceOf(TlsVerdict.None.class, host.enabled());
        assertEquals(kind.isOurs() ? Reason.LOCAL : Reason.STS_POLICY_FETCH_ERROR,
                host.facts().notes().getFirst().reason());
        Failure why = refused(judged(connector(MtaStsMode.Mandatory)).getFirst().enabled());
        assertEquals(kind.isOurs() ? Reason.LOCAL : Reason.STS_REQUIRED, why.reason());
        assertTrue(why.sentence().contains("_mta-sts.example.org"), why::sentence);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void policyHeldIsEnforcedWhileItsRecordIsHiddenAndThatIsNoted(Kind kind) {
        mx("mx.example.org");
        publish("example.org", "enforce", "mx.example.org");
        assertInstanceOf(TlsVerdict.Sts.class, judged(connector(MtaStsMode.Opportunistic)).getFirst().enabled());
        dns.fails("_mta-sts.example.org", RecordType.TXT, kind);
        mx("mx.attacker.example");
        var host = judged(connector(MtaStsMode.Mandatory)).getFirst();
        assertEquals(Reason.STS_MX_MISMATCH, refused(host.enabled()).reason());
        assertTrue(
                host.facts().notes().stream()
                        .anyMatch(note -> note.sentence().contains("possible downgrade") != kind.isOurs()),
                host.facts()::toString);
    }

    @Test
    void policyHeldStaysInForceWhenTheFileOfANewIdCannotBeHad() {
        mx("mx.example.org");
        publish("example.org", "enforce", "mx.example.org");
        judged(connector(MtaStsMode.Opportunistic));
        dns.txt("_mta-sts.example.org", "v=STSv1; id=2;");
        files.clear();
        var host = judged(connector(MtaStsMode.Opportunistic)).getFirst();
        assertEquals("1", assertInstanceOf(TlsVerdict.Sts.class, host.enabled()).policyId());
        assertEquals(Reason.STS_POLICY_FETCH_ERROR, host.facts().notes().getFirst().reason());
    }

    @Test
    void hostThatIsNotListedIsSkippedForTheNextThatIs() {
        dns.mx("example.org", "10 mx1.example.org", "20 mx2.example.org").a("mx1.example.org", "192.0.2.1")
                .a("mx2.example.org", "192.0.2.2");
        publish("example.org", "enforce", "mx2.example.org");
        var hosts = judged(connector(MtaStsMode.Opportunistic));
        assertEquals(Reason.STS_MX_MISMATCH, refused(hosts.getFirst().enabled()).reason());
        assertEquals("4.4.8", refused(hosts.getFirst().enabled()).reason().waitingCode());
        assertInstanceOf(TlsVerdict.Sts.class, hosts.getLast().enabled());
    }

    /// RFC 8461 §3.4: the policy domain is the recipient's own; a parent's policy is not its.
    @Test
    void subdomainHasNoPolicyOfItsParent() {
        mx("mx.example.org");
        publish("org", "enforce", "mx.elsewhere.example");
        assertInstanceOf(TlsVerdict.None.class, judged(connector(MtaStsMode.Opportunistic)).getFirst().enabled());
    }

    /// RFC 8461 §3.4: over a smart host its own name is the policy domain, neither a parent nor the recipient's domain.
    @Test
    void smartHostsPolicyIsItsOwn() {
        dns.a("relay.provider.example", "192.0.2.1");
        publish("example.org", "enforce", "mx.example.org");
        publish("provider.example", "enforce", "mx.elsewhere.example");
        var connector = connector(MtaStsMode.Opportunistic, "relay.provider.example");
        assertInstanceOf(TlsVerdict.None.class, judged(connector).getFirst().enabled());
        assertFalse(dns.wasAsked("_mta-sts.example.org", RecordType.TXT));
        assertFalse(dns.wasAsked("_mta-sts.provider.example", RecordType.TXT));
        publish("relay.provider.example", "enforce", "relay.provider.example");
        assertEquals(Domain.of("relay.provider.example"), assertInstanceOf(TlsVerdict.Sts.class,
                judged(connector).getFirst().enabled()).host());
    }

    /// RFC 8461 §2: what DANE refuses no policy rescues, and what a policy does not list DANE does not rescue.
    @Test
    void neitherMechanismRescuesWhatTheOtherRefuses() {
        dns.signed("example.org");
        mx("mx.example.org");
        dns.fails("_25._tcp.mx.example.org", RecordType.TLSA, Kind.ServFail);
        publish("example.org", "enforce", "mx.example.org");
        assertEquals(Reason.DNSSEC_INVALID,
                refused(judged(connector(MtaStsMode.Opportunistic)).getFirst().enabled()).reason());
        dns.tlsa("_25._tcp.mx.example.org", "3 1 1 " + "ab".repeat(32));
        assertInstanceOf(TlsVerdict.Dane.class, judged(connector(MtaStsMode.Opportunistic)).getFirst().enabled());
        publish("example.org", "enforce", "other.example.org");
        time.advance(Duration.ofDays(1));
        var host = judged(connector(MtaStsMode.Opportunistic)).getFirst();
        assertEquals(Reason.STS_MX_MISMATCH, refused(host.enabled()).reason());
        assertTrue(host.facts().dane().contains("1 usable TLSA record") && host.facts().mtaSts().contains("does not"),
                "both are reported: " + host.facts());
    }

    /// RFC 8461 §5.1: asked of the policy that the mail is judged by, and only where one is.
    @Test
    void lastLookIsAtThePolicyThatTheMailIsJudgedBy() {
        mx("mx.example.org");
        publish("example.org", "enforce", "mx.elsewhere.example");
        var direct = connector(MtaStsMode.Opportunistic);
        judged(direct);
        time.advance(Duration.ofHours(1));
        publish("example.org", "enforce", "mx.example.org");
        assertFalse(judge.policyChanged(connector(MtaStsMode.None), TlsValidation.Enabled, ORG));
        assertFalse(judge.policyChanged(direct, TlsValidation.Disabled, ORG));
        assertFalse(judge.policyChanged(connector(MtaStsMode.Opportunistic, "192.0.2.9", "relay.example"),
                TlsValidation.Enabled, ORG));
        assertTrue(judge.policyChanged(direct, TlsValidation.Enabled, ORG));
        assertInstanceOf(TlsVerdict.Sts.class, judged(direct).getFirst().enabled());
        publish("relay.example", "enforce", "relay.example");
        assertTrue(judge.policyChanged(connector(MtaStsMode.Opportunistic, "192.0.2.9", "relay.example"),
                TlsValidation.Enabled, ORG));
    }

    /// RFC 8461 §3.4: of an address nobody publishes a policy, whatever records are made up for it.
    @Test
    void addressOfASmartHostHasNoPolicyThatChanges() {
        publish("192.0.2.9", "enforce", "mx.example.org");
        publish("example.org", "enforce", "mx.example.org");
        assertFalse(judge.policyChanged(connector(MtaStsMode.Opportunistic, "192.0.2.9"), TlsValidation.Enabled, ORG));
        assertFalse(dns.wasAsked("_mta-sts.192.0.2.9", RecordType.TXT));
        PolicyLookup same = (_, _) -> new StsLookup.None("none", List.of());
        assertFalse(new TrustJudge(dns, same, time, 25).policyChanged(connector(MtaStsMode.Opportunistic),
                TlsValidation.Enabled, ORG), "a lookup that knows no change is news");
    }

    /// In evidence stands the record as it was answered, not the file it led to.
    @Test
    void recordThatAnnouncesThePolicyIsKeptAsAnswered() {
        mx("mx.example.org");
        assertEquals("", judged(connector(MtaStsMode.None)).getFirst().facts().stsRecord());
        publish("example.org", "enforce", "mx.example.org");
        String record = judged(connector(MtaStsMode.Opportunistic)).getFirst().facts().stsRecord();
        assertTrue(record.contains("v=STSv1; id=1;"), record);
        assertFalse(record.contains("mode"), record);
        dns.a("relay.example", "192.0.2.1");
        publish("relay.example", "enforce", "relay.example");
        assertEquals(record, judged(connector(MtaStsMode.Opportunistic, "relay.example")).getFirst().facts()
                .stsRecord());
    }

    private void mx(String host) { dns.mx("example.org", "10 " + host).a(host, "192.0.2.1"); }

    private void publish(String domain, String mode, String mx) {
        dns.txt("_mta-sts." + domain, "v=STSv1; id=1;");
        files.put(domain, "version: STSv1\nmode: " + mode + "\nmx: " + mx + "\nmax_age: 604800\n");
    }

    private List<HostJudgement> judged(OutboundConnector connector) {
        return assertInstanceOf(JudgedRoute.Hosts.class, judge.judge(connector, TlsValidation.Enabled, ORG)).hosts();
    }

    private static Failure refused(TlsVerdict verdict) {
        return assertInstanceOf(TlsVerdict.Refused.class, verdict).why();
    }

    private static OutboundConnector connector(MtaStsMode mode, String... smartHosts) {
        return SampleConnector.insisting(SmtpDaneMode.Opportunistic, mode, smartHosts);
    }
}
