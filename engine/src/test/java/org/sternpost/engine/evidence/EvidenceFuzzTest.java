package org.sternpost.engine.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.tls.Level;

/// Any text as the evidence of a row.
class EvidenceFuzzTest {

    private static final Domain HOST = Domain.of("mx.example.org");
    private static final HostEvidence.Attempt ATTEMPT = new HostEvidence.Attempt(Instant.EPOCH, "Default", 1,
            TlsValidation.Enabled, 1, Domain.of("example.org"));

    /// What cannot be read is refused, as a damaged row; what can is the same however often it is kept again.
    @FuzzTest
    void whatIsReadIsKeptAsItWas(byte[] octets) {
        HostEvidence read;
        try {
            read = evidence(EvidenceJson.read(new String(octets, StandardCharsets.UTF_8)));
        } catch (RuntimeException refused) {
            return; // by whom it was called, who names the row
        }
        HostEvidence again = evidence(EvidenceJson.read(EvidenceJson.of(read)));
        assertEquals(read, again);
        assertEquals(EvidenceJson.of(read), EvidenceJson.of(again));
    }

    private static HostEvidence evidence(EvidenceJson.Read body) {
        return new HostEvidence(ATTEMPT, new HostEvidence.Host(HOST, Optional.empty(), 10, body.facts()),
                new HostEvidence.Session(body.session(), body.pkix(), Level.Plaintext, Level.Plaintext),
                body.findings(), body.modes(), new HostEvidence.Result(true, ""));
    }
}
