package org.sternpost.engine.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.HostFacts.StsFacts;

class EvidenceJsonTest {

    private static final HostFacts FACTS = new HostFacts(DnsStatus.Secure, DnsStatus.Secure, Optional.empty(),
            DnsStatus.Insecure, List.of(), "", "",
            Optional.of(new StsFacts("example.org", "20261125", Policy.Mode.Enforce,
                    Instant.parse("2026-11-25T10:00:00Z"),
                    List.of("mx1.example.org"), OptionalLong.of(604_800))),
            List.of());

    @Test
    void whatIsWrittenIsReadBack() { assertEquals(FACTS, EvidenceJson.read(text(FACTS)).facts()); }

    @Test
    void rowsOfEnginesThatKeptNoMaxAgeAreStillRead() {
        String old = text(FACTS).replace("\"maxAge\":\"604800\",", "");
        assertTrue(!old.contains("maxAge"), old);
        StsFacts sts = EvidenceJson.read(old).facts().sts().orElseThrow();
        assertEquals(OptionalLong.empty(), sts.maxAge());
        assertEquals(List.of("mx1.example.org"), sts.mx());
    }

    private static String text(HostFacts facts) {
        var nobody = new HostEvidence.Finding.NotJudged("");
        return EvidenceJson.of(new HostEvidence(
                new HostEvidence.Attempt(Instant.EPOCH, "Default", 1, TlsValidation.Enabled, 1,
                        new Domain("example.org")),
                new HostEvidence.Host(new Domain("mx1.example.org"), Optional.empty(), 10, facts),
                new HostEvidence.Session(Optional.empty(), "", Level.None, Level.None),
                new HostEvidence.Findings(nobody, nobody),
                new HostEvidence.Modes(Optional.empty(), Optional.empty(), Optional.empty()),
                new HostEvidence.Result(false, "")));
    }
}
