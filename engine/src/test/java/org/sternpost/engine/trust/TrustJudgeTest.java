package org.sternpost.engine.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dane.TlsaSearch.TlsaLookup.Judged;
import org.sternpost.engine.dns.Answer.Kind;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.dns.ProofLog.ProofStep;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.mtasts.Policy.MxPattern;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

class TrustJudgeTest {

    private static final String USABLE = "3 1 1 " + "ab".repeat(32);
    private static final String UNUSABLE = "1 1 1 " + "ab".repeat(32);
    private static final Domain ORG = Domain.of("example.org");

    private final SimTime time = new SimTime();
    private final FakeResolver dns = new FakeResolver();
    private StsLookup sts = new StsLookup.None("example.org publishes no MTA-STS policy", List.of());
    private final TrustJudge judge = new TrustJudge(dns, (_, _) -> sts, time, 25);
    private SmtpDaneMode daneMode = SmtpDaneMode.Opportunistic;
    private MtaStsMode stsMode = MtaStsMode.Opportunistic;

    private OutboundConnector connector(String... smartHosts) {
        return SampleConnector.insisting(daneMode, stsMode, smartHosts);
    }

    private JudgedRoute judged(TlsValidation mode) { return judge.judge(connector(), mode, ORG); }

    private HostJudgement only(TlsValidation mode) {
        return assertInstanceOf(JudgedRoute.Hosts.class, judged(mode)).hosts().getFirst();
    }

    private TlsVerdict enabled() { return only(TlsValidation.Enabled).enabled(); }

    private Reason refused(TlsVerdict verdict) {
        Failure why = assertInstanceOf(TlsVerdict.Refused.class, verdict).why();
        assertFalse(why.sentence().isBlank() || why.remedy().isBlank());
        return why.reason();
    }

    private void policy(Policy.Mode mode, String... mx) {
        sts = new StsLookup.Held(new HeldPolicy(ORG, "id1", time.instant(), "", new Policy(mode,
                Arrays.stream(mx).map(MxPattern::of).toList(), Duration.ofDays(7))), List.of());
    }

    private FakeResolver plain() { return dns.mx("example.org", "10 mx.example.org").a("mx.example.org", "192.0.2.1"); }

    private FakeResolver signed() {
        return dns.signed("example.org").mx("example.org", "10 mx.example.org")
                .a("mx.example.org", "192.0.2.1");
    }

    // Table 2: DANE.

    /// Whose trouble a failed lookup is decides what it is called.
    private static Reason failing(Kind kind) {
        return switch (kind) {
            case Bogus, Indeterminate, ServFail, Timeout, Refused -> Reason.DNSSEC_INVALID;
            case NoServer -> Reason.LOCAL_DNS;
            case Local -> Reason.LOCAL;
        };
    }

    @Test
    void aFailedMxLookupDefersUnderEnabled() {
        for (Kind kind : Kind.values()) {
            plain().fails("example.org", RecordType.MX, kind);
            var unknown = assertInstanceOf(JudgedRoute.Unknown.class, judged(TlsValidation.Enabled));
            assertEquals(failing(kind), unknown.why().reason());
            assertTrue(unknown.why().sentence().contains("by the test"));
        }
    }

    @Test
    void aBogusMxIsAskedAgainUncheckedUnderOpportunistic() {
        plain().fails("example.org", RecordType.MX, Kind.Bogus);
        var hosts = assertInstanceOf(JudgedRoute.Hosts.class, judged(TlsValidation.Opportunistic));
        assertEquals(Reason.DNSSEC_INVALID, hosts.routeProblem().getFirst().reason());
        assertEquals(DnsStatus.Bogus, hosts.hosts().getFirst().facts().mxStatus());
        assertEquals(Reason.DNSSEC_INVALID, refused(hosts.hosts().getFirst().enabled()));
        assertEquals(1, hosts.hosts().getFirst().addresses().size());
    }

    @Test
    void disabledUsesBogusAnswersAndLooksAtNothing() {
        signed().tlsa("_25._tcp.mx.example.org", USABLE).fails("example.org", RecordType.MX, Kind.Bogus)
                .fails("mx.example.org", RecordType.A, Kind.Bogus);
        policy(Policy.Mode.Enforce, "other.example.org");
        var hosts = assertInstanceOf(JudgedRoute.Hosts.class, judged(TlsValidation.Disabled));
        assertTrue(hosts.routeProblem().isEmpty());
        assertInstanceOf(TlsVerdict.None.class, hosts.hosts().getFirst().enabled());
        assertInstanceOf(TlsVerdict.None.class, hosts.hosts().getFirst().mandatory());
        assertEquals(1, hosts.hosts().getFirst().addresses().size());
        assertFalse(dns.wasAsked("_25._tcp.mx.example.org", RecordType.TLSA));
    }

    @Test
    void usableRecordsUnderASecureRouteAreTheVerdict() {
        signed().tlsa("_25._tcp.mx.example.org", USABLE);
        var dane = assertInstanceOf(TlsVerdict.Dane.class, enabled());
        assertEquals("mx.example.org", dane.base().ascii());
        assertEquals(List.of(Domain.of("mx.example.org"), ORG), dane.names());
        assertInstanceOf(TlsVerdict.Dane.class, only(TlsValidation.Enabled).mandatory());
    }

    @Test
    void anInsecureMxMakesDaneHalfWhichIsNotEnoughForMandatory() {
        dns.signed("host.example").mx("example.org", "10 mx.host.example").a("mx.host.example", "192.0.2.1")
                .tlsa("_25._tcp.mx.host.example", USABLE);
        var host = only(TlsValidation.Enabled);
        var dane = assertInstanceOf(TlsVerdict.Dane.class, host.enabled());
        assertEquals(List.of(Domain.of("mx.host.example")), dane.names());
        assertEquals(Reason.DANE_REQUIRED, refused(host.mandatory()));
        assertTrue(host.facts().notes().getFirst().sentence().contains("half"));
    }

    @Test
    void insecureAddressesForbidTheTlsaQuestion() {
        plain().fails("_25._tcp.mx.example.org", RecordType.TLSA, Kind.ServFail);
        assertInstanceOf(TlsVerdict.None.class, enabled());
        assertFalse(dns.wasAsked("_25._tcp.mx.example.org", RecordType.TLSA));
        assertEquals(DnsStatus.NotAsked, only(TlsValidation.Enabled).facts().tlsaStatus());
    }

    @Test
    void aSecureAliasIntoAnInsecureZoneIsABaseName() {
        dns.signed("example.org").mx("example.org", "10 mx.example.org")
                .alias("mx.example.org", "host.insecure.example", "192.0.2.1")
                .tlsa("_25._tcp.mx.example.org", USABLE);
        assertEquals("mx.example.org", assertInstanceOf(TlsVerdict.Dane.class, enabled()).base().ascii());
        assertFalse(dns.wasAsked("_25._tcp.host.insecure.example", RecordType.TLSA));
    }

    @Test
    void anInsecureAliasIsNone() {
        dns.mx("example.org", "10 mx.example.org").alias("mx.example.org", "host.example", "192.0.2.1");
        assertInstanceOf(TlsVerdict.None.class, enabled());
        assertTrue(dns.wasAsked("mx.example.org", RecordType.CNAME));
    }

    @Test
    void theExpandedNameComesFirst() {
        dns.signed("example.org", "host.example").mx("example.org", "10 mx.example.org")
                .alias("mx.example.org", "real.host.example", "192.0.2.1")
                .tlsa("_25._tcp.mx.example.org", USABLE).tlsa("_25._tcp.real.host.example", USABLE);
        assertEquals("real.host.example", assertInstanceOf(TlsVerdict.Dane.class, enabled()).base().ascii());
        dns.forget("_25._tcp.real.host.example", RecordType.TLSA);
        assertEquals("mx.example.org", assertInstanceOf(TlsVerdict.Dane.class, enabled()).base().ascii());
        dns.fails("_25._tcp.real.host.example", RecordType.TLSA, Kind.ServFail);
        assertEquals(Reason.DNSSEC_INVALID, refused(enabled()));
    }

    @Test
    void aFailedTlsaLookupIsNeverAbsence() {
        for (Kind kind : Kind.values()) {
            signed().fails("_25._tcp.mx.example.org", RecordType.TLSA, kind);
            policy(Policy.Mode.Enforce, "mx.example.org"); // MTA-STS never rescues it
            assertEquals(failing(kind), refused(enabled()));
            assertEquals(1, only(TlsValidation.Enabled).addresses().size());
        }
    }

    @Test
    void bogusAddressesRefuseTheHostButAreFilledInForTheSecondPass() {
        signed().fails("mx.example.org", RecordType.A, Kind.Bogus);
        var host = only(TlsValidation.Opportunistic);
        assertEquals(Reason.DNSSEC_INVALID, refused(host.enabled()));
        assertEquals(DnsStatus.Bogus, host.facts().addressStatus());
        assertEquals(1, host.addresses().size());
        assertEquals("", host.addressProblem());
    }

    /// For evidence: what DANE alone would do, where it is looked at.
    @Test
    void daneByItselfRefusesWhatIsNotProvenAndSaysNothingWhereItIsNotLookedAt() {
        signed().tlsa("_25._tcp.mx.example.org", USABLE);
        assertInstanceOf(TlsVerdict.Dane.class, only(TlsValidation.Enabled).byDane());
        dns.fails("mx.example.org", RecordType.A, Kind.Bogus);
        assertEquals(Reason.DNSSEC_INVALID, refused(only(TlsValidation.Enabled).byDane()));
        daneMode = SmtpDaneMode.None;
        assertInstanceOf(TlsVerdict.None.class, only(TlsValidation.Enabled).byDane());
    }

    @Test
    void provenAbsenceIsNoDane() {
        signed();
        assertInstanceOf(TlsVerdict.None.class, enabled());
        assertEquals(DnsStatus.Secure, only(TlsValidation.Enabled).facts().tlsaStatus());
        daneMode = SmtpDaneMode.Mandatory;
        assertEquals(Reason.DANE_REQUIRED, refused(enabled()));
    }

    @Test
    void unusableRecordsStillWantEncryption() {
        signed().tlsa("_25._tcp.mx.example.org", UNUSABLE, "3 1 1 abcd", "3 7 1 " + "00".repeat(32));
        assertInstanceOf(TlsVerdict.Encrypted.class, enabled());
        assertTrue(only(TlsValidation.Enabled).facts().tlsa().stream().noneMatch(Judged::isUsable));
        policy(Policy.Mode.Enforce, "mx.example.org");
        assertInstanceOf(TlsVerdict.Sts.class, enabled());
        daneMode = SmtpDaneMode.Mandatory;
        assertEquals(Reason.DANE_REQUIRED, refused(enabled()));
    }

    @Test
    void nullMxIsPermanent() {
        dns.mx("example.org", "0 .");
        assertEquals("5.1.10", assertInstanceOf(JudgedRoute.Impossible.class, judged(TlsValidation.Enabled)).code());
    }

    @Test
    void aDomainThatDoesNotExistIsPermanent() {
        assertEquals("5.1.2", assertInstanceOf(JudgedRoute.Impossible.class, judged(TlsValidation.Enabled)).code());
    }

    @Test
    void noMxMeansTheDomainItself() {
        dns.signed("example.org").a("example.org", "192.0.2.1").tlsa("_25._tcp.example.org", USABLE);
        assertEquals("example.org", assertInstanceOf(TlsVerdict.Dane.class, enabled()).base().ascii());
        dns.fails("example.org", RecordType.A, Kind.Timeout);
        assertInstanceOf(JudgedRoute.Hosts.class, judged(TlsValidation.Enabled));
    }

    @Test
    void noMxAndNoAddressIsPermanent() {
        dns.txt("example.org", "v=spf1 -all");
        assertEquals("5.1.2", assertInstanceOf(JudgedRoute.Impossible.class, judged(TlsValidation.Enabled)).code());
    }

    @Test
    void smartHostNamesCountAsSecure() {
        dns.signed("relay.example").a("relay.example", "192.0.2.1").tlsa("_587._tcp.relay.example", USABLE);
        var hosts = assertInstanceOf(JudgedRoute.Hosts.class,
                judge.judge(connector("relay.example:587", "[2001:db8::1]"), TlsValidation.Enabled, ORG));
        assertEquals("relay.example", hosts.policyDomain());
        assertInstanceOf(TlsVerdict.Dane.class, hosts.hosts().getFirst().mandatory());
        assertEquals(587, hosts.hosts().getFirst().port());
        assertInstanceOf(TlsVerdict.None.class, hosts.hosts().get(1).enabled());
        assertEquals(Reason.DANE_REQUIRED, refused(hosts.hosts().get(1).mandatory()));
        assertTrue(hosts.hosts().get(1).host().ascii().endsWith("8.b.d.0.1.0.0.2.ip6.arpa"));
    }

    // Table 3: MTA-STS, and its rank beside DANE.

    @Test
    void anEnforcedPolicyThatListsTheHostIsTheVerdict() {
        plain();
        policy(Policy.Mode.Enforce, "*.example.org");
        assertEquals(new TlsVerdict.Sts(Domain.of("mx.example.org"), "id1"), enabled());
        assertInstanceOf(TlsVerdict.Sts.class, only(TlsValidation.Enabled).mandatory());
    }

    @Test
    void aHostThatAnEnforcedPolicyDoesNotListIsRefusedEvenWithDane() {
        signed().tlsa("_25._tcp.mx.example.org", USABLE);
        policy(Policy.Mode.Enforce, "mail.example.org");
        assertEquals(Reason.STS_MX_MISMATCH, refused(enabled()));
        stsMode = MtaStsMode.None;
        assertInstanceOf(TlsVerdict.Dane.class, enabled());
    }

    @Test
    void testingIsReportedAndNeverBlocks() {
        plain();
        policy(Policy.Mode.Testing, "mail.example.org");
        assertInstanceOf(TlsVerdict.None.class, enabled());
        assertEquals(Reason.STS_MX_MISMATCH, only(TlsValidation.Enabled).facts().notes().getFirst().reason());
        stsMode = MtaStsMode.Mandatory;
        assertEquals(Reason.STS_REQUIRED, refused(enabled()));
    }

    @Test
    void mandatoryNamesTheTroubleThatHidesThePolicy() {
        plain();
        sts = new StsLookup.None("the policy cannot be fetched",
                List.of(new StsLookup.Trouble(StsLookup.Kind.WebPki, "certificate expired")));
        assertInstanceOf(TlsVerdict.None.class, enabled());
        stsMode = MtaStsMode.Mandatory;
        assertEquals(Reason.STS_WEBPKI_INVALID, refused(enabled()));
    }

    @Test
    void daneGoesBeforeAPolicyThatListsTheHost() {
        signed().tlsa("_25._tcp.mx.example.org", USABLE);
        policy(Policy.Mode.Enforce, "mx.example.org");
        assertInstanceOf(TlsVerdict.Dane.class, enabled());
        daneMode = SmtpDaneMode.None;
        assertInstanceOf(TlsVerdict.Sts.class, enabled());
        assertFalse(only(TlsValidation.Enabled).facts().tlsaBase().isPresent());
    }

    @Test
    void bothMandatoryAreSatisfiedByEither() {
        daneMode = SmtpDaneMode.Mandatory;
        stsMode = MtaStsMode.Mandatory;
        signed();
        assertEquals(Reason.DANE_REQUIRED, refused(enabled()));
        policy(Policy.Mode.Enforce, "mx.example.org");
        assertInstanceOf(TlsVerdict.Sts.class, enabled());
        dns.tlsa("_25._tcp.mx.example.org", USABLE);
        assertInstanceOf(TlsVerdict.Dane.class, enabled());
        sts = new StsLookup.None("none", List.of());
        assertInstanceOf(TlsVerdict.Dane.class, enabled());
        daneMode = SmtpDaneMode.Opportunistic;
        assertEquals(Reason.STS_REQUIRED, refused(enabled()));
    }

    @Test
    void theChainOfProofListsEveryQuestionInOrder() {
        signed().tlsa("_25._tcp.mx.example.org", USABLE);
        var steps = judge.explain(connector(), TlsValidation.Enabled, ORG).steps();
        assertEquals(List.of("example.org MX", "mx.example.org A", "mx.example.org AAAA",
                "_25._tcp.mx.example.org TLSA"),
                steps.stream().map(step -> ((ProofStep.Asked) step).question().toString()).toList());
        assertTrue(steps.stream().allMatch(step -> step.rule().startsWith("RFC ") && !step.conclusion().isBlank()));
        assertEquals("Secure", ((ProofStep.Asked) steps.getLast()).answer().statusWord());
    }
}
