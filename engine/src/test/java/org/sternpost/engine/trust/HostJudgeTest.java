package org.sternpost.engine.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dns.Answer.Kind;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.dns.Weakness;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// What is noted of one host beside its verdicts, and of whose fault it is.
class HostJudgeTest {

    private static final String USABLE = "3 1 1 " + "ab".repeat(32);
    private static final Domain ORG = Domain.of("example.org");

    private final FakeResolver dns = new FakeResolver();
    private final TrustJudge judge = new TrustJudge(dns, (_, _) -> new StsLookup.None("no policy", List.of()),
            new SimTime(), 2525);
    private SmtpDaneMode daneMode = SmtpDaneMode.Opportunistic;

    private HostJudgement only(String... smartHosts) {
        var connector = SampleConnector.insisting(daneMode, MtaStsMode.Opportunistic, smartHosts);
        return assertInstanceOf(JudgedRoute.Hosts.class, judge.judge(connector, TlsValidation.Enabled, ORG)).hosts()
                .getFirst();
    }

    /// Three ways to be without DANE, each told once and by its own name; none where nobody looks.
    @Test
    void whatIsSignedInVainIsNotedOnceAndHalfDaneBeforeIt() {
        var why = new Weakness.Sha1Alone("example.org");
        dns.weak("example.org", why).mx("example.org", "10 mx.example.org").a("mx.example.org", "192.0.2.1");
        assertEquals(List.of(DnsFailures.weak(why)), only().facts().notes(), "of the domain and of its host, once");
        dns.signed("host.example").mx("example.org", "10 mx.host.example").a("mx.host.example", "192.0.2.1")
                .tlsa("_2525._tcp.mx.host.example", USABLE);
        assertEquals(List.of(DnsFailures.half(ORG, Domain.of("mx.host.example"), Optional.of(why))),
                only().facts().notes());
        daneMode = SmtpDaneMode.None;
        assertEquals(List.of(), only().facts().notes());
    }

    @Test
    void signedDomainWithAnUnsignedHostIsNotedWhereTheHostIsThereAndDaneIsLookedAt() {
        dns.signed("example.org").mx("example.org", "10 mx.host.example").a("mx.host.example", "192.0.2.1");
        var host = Domain.of("mx.host.example");
        assertEquals(List.of(DnsFailures.unsignedHost(ORG, host)), only().facts().notes());
        var why = new Weakness.ShortKey("host.example");
        dns.weak("host.example", why);
        assertEquals(List.of(DnsFailures.weak(why)), only().facts().notes(), "its zone is signed, in vain");
        daneMode = SmtpDaneMode.None;
        assertEquals(List.of(), only().facts().notes());
        daneMode = SmtpDaneMode.Opportunistic;
        dns.mx("example.org", "10 gone.other.example");
        assertEquals(List.of(), only().facts().notes(), "there is no host to be signed");
        dns.mx("example.org", "10 mx.example.org").a("mx.example.org", "192.0.2.2");
        assertEquals(List.of(), only().facts().notes(), "all is signed");
    }

    /// An address that we could not learn is not one that is not there, nor one that others fail to tell.
    @ParameterizedTest
    @CsvSource({"NoServer, false, true", "Local, false, true", "ServFail, false, false", "Timeout, false, false",
            "NoServer, true, false", "ServFail, true, false"})
    void addressIsUnknownWhereOurOwnTroubleHidesAllOfThem(Kind kind, boolean found, boolean unknown) {
        dns.mx("example.org", "10 mx.example.org").fails("mx.example.org", RecordType.A, kind);
        if (found) dns.aaaa("mx.example.org", "2001:db8::1").fails("mx.example.org", RecordType.A, kind);
        else
            dns.fails("mx.example.org", RecordType.AAAA, kind);
        var host = only();
        assertEquals(found, !host.addresses().isEmpty());
        assertEquals(unknown, host.addressUnknown().isPresent());
        if (unknown) assertEquals(Reason.Owner.OURS, host.addressUnknown().get().owner());
    }

    @Test
    void whatASmartHostFailsAtIsForWhoeverChoseIt() {
        dns.signed("relay.example").a("relay.example", "192.0.2.1").fails("_2525._tcp.relay.example", RecordType.TLSA,
                Kind.Bogus);
        var refused = assertInstanceOf(TlsVerdict.Refused.class, only("relay.example").enabled());
        assertEquals(Reason.Owner.SMART_HOST, refused.why().owner());
        dns.fails("_2525._tcp.relay.example", RecordType.TLSA, Kind.NoServer);
        var ours = assertInstanceOf(TlsVerdict.Refused.class, only("relay.example").enabled());
        assertEquals(Reason.Owner.OURS, ours.why().owner());
        dns.tlsa("_2525._tcp.relay.example", "3 1 1 abcd");
        assertEquals(List.of(Reason.Owner.SMART_HOST),
                only("relay.example").facts().notes().stream().map(Failure::owner).toList());
    }

    @Test
    void anOddityComesAfterThoseThatAreThere() {
        dns.mx("example.org", "10 mx.example.org", "20 192.0.2.7").a("mx.example.org", "192.0.2.1");
        var facts = only().facts();
        var note = FailureMessages.obsoleteTls(Domain.of("mx.example.org"), "TLSv1");
        assertEquals(List.of(facts.notes().getFirst(), note), facts.noting(note).notes());
    }

    @Test
    void oneVerdictIsThatOfTheMechanismItIsOf() {
        var facts = new HostFacts(DnsStatus.Insecure, DnsStatus.Insecure, Optional.empty(), DnsStatus.NotAsked,
                List.of(), "", "", Optional.empty(), List.of());
        var sts = new TlsVerdict.Sts(ORG, "1");
        var bySts = new HostJudgement(ORG, 10, 25, List.of(), "", sts, sts, facts);
        assertEquals(List.of(new TlsVerdict.None(), sts), List.of(bySts.byDane(), bySts.bySts()));
        var dane = new TlsVerdict.Encrypted();
        var byDane = new HostJudgement(ORG, 10, 25, List.of(), "", dane, dane, facts);
        assertEquals(List.of(dane, new TlsVerdict.None()), List.of(byDane.byDane(), byDane.bySts()));
    }
}
