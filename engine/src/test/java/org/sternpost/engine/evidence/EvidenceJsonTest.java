package org.sternpost.engine.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dane.Tlsa;
import org.sternpost.engine.dane.TlsaSearch.TlsaLookup.Judged;
import org.sternpost.engine.evidence.HostEvidence.ModeVerdict;
import org.sternpost.engine.evidence.HostEvidence.Modes;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy;
import org.sternpost.engine.mtasts.Policy.MxPattern;
import org.sternpost.engine.mx.MxRoute.MxHosts.MxHost;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.HostFacts.LookedUp;
import org.sternpost.engine.trust.HostFacts.StsFacts;
import org.sternpost.engine.trust.Reason;

class EvidenceJsonTest {

    private static final Modes MODES = new Modes(new ModeVerdict.Passes(), new ModeVerdict.NotJudged("not reached"),
            new ModeVerdict.Refuses(new Failure(Reason.DANE_REQUIRED, "no DANE", "publish it")));
    private static final HostFacts FACTS = new HostFacts(
            new LookedUp<>(DnsStatus.Secure, List.of(MxHost.of("10 mx1.example.org"),
                    new MxHost(new Domain("example.org"), 0, true))),
            new LookedUp<>(DnsStatus.Secure,
                    List.of(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("2001:db8::1"))),
            Optional.of(new Domain("mx1.example.org")), DnsStatus.Insecure,
            List.of(new Judged(Tlsa.of("3 1 1 0a"), Optional.of("too short")),
                    new Judged(Tlsa.of("3 1 1 0b"), Optional.empty())),
            "", "", "", Optional.of(new StsFacts(new Domain("example.org"), "20261125", Policy.Mode.Enforce,
                    Instant.parse("2026-11-25T10:00:00Z"), List.of(MxPattern.of("*.example.org")),
                    OptionalLong.of(604_800))),
            List.of());

    @Test
    void whatIsWrittenIsReadBack() {
        assertEquals(FACTS, EvidenceJson.read(text(FACTS)).facts());
        assertEquals(MODES, EvidenceJson.read(text(FACTS)).modes());
    }

    @Test
    void rowsOfEnginesThatKnewTwoVerdictsAreStillRead() {
        String why = "{\"reason\":\"DANE_REQUIRED\",\"sentence\":\"no DANE\",\"remedy\":\"publish it\"}";
        assertEquals(new Modes(new ModeVerdict.Passes(), MODES.mandatory(), MODES.mandatory()),
                EvidenceJson.read("{\"shadows\":[{}," + why + "," + why + "]}").modes());
    }

    @Test
    void rowsOfEnginesThatKeptNoMaxAgeAreStillRead() {
        String old = text(FACTS).replace("\"maxAge\":\"604800\",", "");
        assertTrue(!old.contains("maxAge"), old);
        StsFacts sts = EvidenceJson.read(old).facts().sts().orElseThrow();
        assertEquals(OptionalLong.empty(), sts.maxAge());
        assertEquals(List.of(MxPattern.of("*.example.org")), sts.mx());
    }

    /// Rows that are kept already say the same in the same words.
    @Test
    void valuesAreKeptAsZoneFilesAndPoliciesWriteThem() {
        String kept = text(FACTS);
        for (String part : List.of("\"mxSet\":[\"10 mx1.example.org\",\"0 example.org (implicit)\"]",
                "\"addresses\":[\"192.0.2.1\",\"2001:db8:0:0:0:0:0:1\"]", "\"tlsaBase\":\"mx1.example.org\"",
                "{\"record\":\"3 1 1 0a\",\"unusable\":\"too short\"}", "\"domain\":\"example.org\"",
                "\"mx\":[\"*.example.org\"]"))
            assertTrue(kept.contains(part), () -> part + " in " + kept);
    }

    private static String text(HostFacts facts) {
        var nobody = new HostEvidence.Finding.NotJudged("");
        return EvidenceJson.of(new HostEvidence(
                new HostEvidence.Attempt(Instant.EPOCH, "Default", 1, TlsValidation.Enabled, 1,
                        new Domain("example.org")),
                new HostEvidence.Host(new Domain("mx1.example.org"), Optional.empty(), 10, facts),
                new HostEvidence.Session(Optional.empty(), "", Level.None, Level.None),
                new HostEvidence.Findings(nobody, nobody),
                MODES,
                new HostEvidence.Result(false, "")));
    }
}
