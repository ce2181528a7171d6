package org.sternpost.engine.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy;
import org.sternpost.engine.mtasts.Policy.MxPattern;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

class RequireTlsTest {

    private static final Domain ORG = Domain.of("example.org");

    /// RFC 8689 §4.2.1: who vouches for the name of the host.
    @ParameterizedTest
    @CsvSource(textBlock = """
            Secure,   mx.example.org, -,       None,                  true
            NotAsked, mx.example.org, -,       None,                  true
            Insecure, mx.example.org, -,       None,                  false
            Insecure, mx.example.org, enforce, None,                  true
            Insecure, mx.example.org, testing, None,                  false
            Insecure, mx.example.org, none,    None,                  false
            Insecure, example.org,    -,       None,                  true
            Insecure, mx.example.org, -,       CertificateValidation, false
            Insecure, mx.example.org, -,       DomainValidation,      true
            Bogus,    mx.example.org, -,       None,                  false
            Failed,   mx.example.org, -,       None,                  false
            """)
    void nameOfTheHostIsProvenOrNot(DnsStatus mx, String host, String sts, TlsSettings floor, boolean proven) {
        var policy = sts.equals("-")
                ? Optional.<HostFacts.StsFacts>empty()
                : Optional.of(
                        new HostFacts.StsFacts(Domain.of("example.org"), "1", Policy.Mode.of(sts), Instant.EPOCH,
                                List.of(MxPattern.of(host)),
                                OptionalLong.empty()));
        var facts = new HostFacts(mx, DnsStatus.Insecure, Optional.empty(), DnsStatus.NotAsked, List.of(), "", "",
                policy, List.of());
        var none = new TlsVerdict.None();
        var judged = new HostJudgement(Domain.of(host), 10, 25, List.of(), "", none, none, facts);
        var why = RequireTls.unproven(judged, ORG, floor);
        assertEquals(proven, why.isEmpty());
        why.ifPresent(failure -> assertEquals("4.7.10", failure.reason().waitingCode()));
    }

    /// What was answered is final; what failed, or hides a policy, may vouch for the host another time.
    @ParameterizedTest
    @CsvSource(textBlock = """
            Insecure, Insecure, NotAsked, -,                      true
            Insecure, Secure,   Secure,   TLSA_INVALID,           true
            Insecure, Secure,   Secure,   DANE_REQUIRED,          true
            Insecure, Insecure, NotAsked, STS_POLICY_INVALID,     true
            Insecure, Insecure, NotAsked, STS_POLICY_FETCH_ERROR, false
            Insecure, Insecure, NotAsked, STS_WEBPKI_INVALID,     false
            Insecure, Insecure, NotAsked, LOCAL,                  false
            Insecure, Failed,   NotAsked, -,                      false
            Insecure, Bogus,    NotAsked, -,                      false
            Insecure, Secure,   Failed,   -,                      false
            Insecure, Secure,   Bogus,    -,                      false
            Secure,   Secure,   Failed,   -,                      false
            Bogus,    NotAsked, NotAsked, -,                      false
            Failed,   NotAsked, NotAsked, -,                      false
            """)
    void nameIsNeverProvenOnlyWhereEveryLookupWasAnswered(DnsStatus mx, DnsStatus address, DnsStatus tlsa, String note,
            boolean never) {
        List<Failure> notes = note.equals("-")
                ? List.of()
                : List.of(new Failure(Reason.valueOf(note), "seen", "Mend it."));
        var facts = new HostFacts(mx, address, Optional.empty(), tlsa, List.of(), "", "", Optional.empty(), notes);
        var none = new TlsVerdict.None();
        var judged = new HostJudgement(Domain.of("mx.example.org"), 10, 25, List.of(), "", none, none, facts);
        assertEquals(never, RequireTls.neverProven(judged, ORG, TlsSettings.None).isPresent());
        assertTrue(RequireTls.neverProven(judged, ORG, TlsSettings.DomainValidation).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            None,                  CertificateValidation
            EncryptionOnly,        CertificateValidation
            CertificateValidation, CertificateValidation
            DomainValidation,      DomainValidation
            """)
    void floorIsRaisedAndNeverLowered(TlsSettings connector, TlsSettings raised) {
        assertEquals(raised, RequireTls.floor(connector));
    }

    /// They say nothing of the mode in force, since the sender of one message asked for more.
    @Test
    void onlyWhatTheSenderAskedForIsTheSendersReason() {
        assertEquals(Set.of(Reason.REQUIRETLS_ENCRYPTION, Reason.REQUIRETLS_SUPPORT),
                Arrays.stream(Reason.values()).filter(Reason::ofSender).collect(Collectors.toSet()));
    }

    @Test
    void refusalKeepsWhatWasSeenAndWhoseRemedyItIs() {
        var why = new Failure(Reason.TLSA_INVALID, "mx.example.org: no record matches", "Publish one.");
        var said = RequireTls.refusal(why);
        assertEquals("5.7.10", said.reason().finalCode());
        assertEquals(Reason.Owner.RECIPIENT, said.reason().owner());
        assertTrue(said.sentence().contains(why.sentence()) && said.sentence().contains("REQUIRETLS"));
        assertTrue(said.remedy().startsWith("Publish one."));
        assertSame(said, RequireTls.refusal(said));
    }
}
