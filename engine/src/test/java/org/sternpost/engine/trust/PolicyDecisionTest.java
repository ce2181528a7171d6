package org.sternpost.engine.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.dane.Tlsa;
import org.sternpost.engine.dane.TlsaSearch.TlsaLookup;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Answer.Status;
import org.sternpost.engine.dns.Weakness;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.mtasts.Policy.MxPattern;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// Every pair of what DANE and MTA-STS can say, under every refinement that matters to it.
class PolicyDecisionTest {

    private static final Domain HOST = Domain.of("mx.example.org");
    private static final Domain ORG = Domain.of("example.org");
    private static final TlsaLookup.Judged USABLE = TlsaLookup.Judged.of(new Tlsa(3, 1, 1, new byte[32]));
    private static final TlsaLookup.Judged UNUSABLE = TlsaLookup.Judged.of(new Tlsa(1, 1, 1, new byte[32]));

    private static PolicyDecision ranking(String dane, String sts) {
        TlsaLookup tlsa = switch (dane) {
            case "usable", "half" -> new TlsaLookup.Found(HOST, List.of(USABLE, UNUSABLE));
            case "unusable" -> new TlsaLookup.Found(HOST, List.of(UNUSABLE));
            case "absent" -> new TlsaLookup.Absent(Status.Secure, HOST);
            case "unsigned" -> new TlsaLookup.Absent(Status.Insecure, HOST);
            case "failed" -> new TlsaLookup.Failed(new Domain("_25._tcp.mx.example.org"), "TLSA",
                    new Answer.Failed(Answer.Kind.Bogus, "signature expired"));
            default -> new TlsaLookup.NotAsked("the addresses are not signed");
        };
        StsLookup found = switch (sts) {
            case "enforce" -> held(Policy.Mode.Enforce, "mx.example.org");
            case "unlisted" -> held(Policy.Mode.Enforce, "other.example.org");
            case "testing" -> held(Policy.Mode.Testing, "mx.example.org");
            case "misled" -> held(Policy.Mode.Testing, "other.example.org");
            default -> new StsLookup.None("example.org publishes no MTA-STS policy", List.of());
        };
        return new PolicyDecision(HOST, ORG, tlsa, found, base -> List.of(base, ORG), dane.equals("half"));
    }

    private static StsLookup held(Policy.Mode mode, String mx) {
        return new StsLookup.Held(new HeldPolicy(ORG, "id1", Instant.EPOCH, "",
                new Policy(mode, List.of(MxPattern.of(mx)), Duration.ofDays(7))), List.of());
    }

    private static String word(TlsVerdict verdict) {
        return switch (verdict) {
            case TlsVerdict.Dane dane -> "dane " + dane.usable().size();
            case TlsVerdict.Encrypted() -> "encrypted";
            case TlsVerdict.Sts(var host, var id) -> "sts " + host + " " + id;
            case TlsVerdict.None() -> "none";
            case TlsVerdict.Refused(var why) -> why.reason().token();
            case null -> throw new IllegalStateException();
        };
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            usable,   none,     dane 1
            usable,   enforce,  dane 1
            usable,   testing,  dane 1
            usable,   unlisted, sts-mx-mismatch
            usable,   misled,   dane 1
            half,     none,     dane 1
            half,     enforce,  dane 1
            unusable, none,     encrypted
            unusable, enforce,  sts mx.example.org id1
            unusable, testing,  encrypted
            unusable, unlisted, sts-mx-mismatch
            absent,   none,     none
            absent,   enforce,  sts mx.example.org id1
            absent,   testing,  none
            absent,   unlisted, sts-mx-mismatch
            unsigned, none,     none
            unsigned, enforce,  sts mx.example.org id1
            notAsked, none,     none
            notAsked, enforce,  sts mx.example.org id1
            failed,   none,     dnssec-invalid
            failed,   enforce,  dnssec-invalid
            failed,   unlisted, sts-mx-mismatch
            """)
    void whatIsPublishedIsTheVerdict(String dane, String sts, String verdict) {
        assertEquals(verdict,
                word(ranking(dane, sts).verdict(SmtpDaneMode.Opportunistic, MtaStsMode.Opportunistic)));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            usable,   unlisted, None,          None,          none
            usable,   unlisted, Opportunistic, None,          dane 1
            failed,   enforce,  None,          Opportunistic, sts mx.example.org id1
            failed,   none,     None,          Opportunistic, none
            unusable, none,     None,          Opportunistic, none
            absent,   enforce,  Opportunistic, None,          none
            unusable, enforce,  Opportunistic, None,          encrypted
            """)
    void whatIsNotLookedAtDecidesNothing(String dane, String sts, SmtpDaneMode daneMode, MtaStsMode stsMode,
            String verdict) {
        assertEquals(verdict, word(ranking(dane, sts).verdict(daneMode, stsMode)));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            usable,   none,     Mandatory,     Opportunistic, dane 1
            half,     none,     Mandatory,     Opportunistic, dane-required
            half,     enforce,  Mandatory,     Opportunistic, dane-required
            unusable, none,     Mandatory,     Opportunistic, dane-required
            unusable, enforce,  Mandatory,     Opportunistic, dane-required
            absent,   enforce,  Mandatory,     Opportunistic, dane-required
            notAsked, none,     Mandatory,     Opportunistic, dane-required
            failed,   none,     Mandatory,     Opportunistic, dnssec-invalid
            usable,   unlisted, Mandatory,     Opportunistic, sts-mx-mismatch
            usable,   enforce,  Opportunistic, Mandatory,     dane 1
            absent,   enforce,  Opportunistic, Mandatory,     sts mx.example.org id1
            usable,   none,     Opportunistic, Mandatory,     sts-required
            absent,   testing,  Opportunistic, Mandatory,     sts-required
            absent,   unlisted, Opportunistic, Mandatory,     sts-mx-mismatch
            usable,   none,     Mandatory,     Mandatory,     dane 1
            half,     none,     Mandatory,     Mandatory,     dane-required
            half,     enforce,  Mandatory,     Mandatory,     dane 1
            absent,   enforce,  Mandatory,     Mandatory,     sts mx.example.org id1
            unusable, enforce,  Mandatory,     Mandatory,     sts mx.example.org id1
            absent,   testing,  Mandatory,     Mandatory,     dane-required
            usable,   testing,  Mandatory,     Mandatory,     dane 1
            usable,   none,     Mandatory,     None,          dane 1
            absent,   enforce,  None,          Mandatory,     sts mx.example.org id1
            """)
    void mandatoryWantsItVerified(String dane, String sts, SmtpDaneMode daneMode, MtaStsMode stsMode, String verdict) {
        assertEquals(verdict, word(ranking(dane, sts).verdict(daneMode, stsMode)));
    }

    /// For evidence each mechanism speaks for itself; a policy in mode `testing` is judged in full (RFC 8461 §5).
    @ParameterizedTest
    @CsvSource(textBlock = """
            usable,   enforce,  dane 1,         sts mx.example.org id1
            usable,   testing,  dane 1,         sts mx.example.org id1
            usable,   unlisted, dane 1,         sts-mx-mismatch enforced
            usable,   misled,   dane 1,         sts-mx-mismatch testing
            unusable, enforce,  encrypted,      sts mx.example.org id1
            absent,   enforce,  none,           sts mx.example.org id1
            failed,   none,     dnssec-invalid, none
            """)
    void eachMechanismByItselfIsKeptForEvidence(String dane, String sts, String byDane, String bySts) {
        var ranking = ranking(dane, sts);
        assertEquals(byDane, word(ranking.byDane()));
        assertEquals(bySts, word(ranking.bySts()) + switch (ranking.bySts()) {
            case TlsVerdict.Refused(var why) -> why.sentence().contains("which is enforced") ? " enforced" : " testing";
            default -> "";
        });
    }

    @Test
    void daneVerdictCarriesBaseNamesAndUsableRecords() {
        assertEquals(new TlsVerdict.Dane(List.of(USABLE.record()), HOST, List.of(HOST, ORG)),
                ranking("usable", "none").verdict(SmtpDaneMode.Opportunistic, MtaStsMode.Opportunistic));
        assertThrows(IllegalArgumentException.class, () -> new TlsVerdict.Dane(List.of(), HOST, List.of(HOST)));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            usable,   1 usable TLSA records of mx.example.org
            unusable, no TLSA record of mx.example.org is usable
            half,     'the MX records of example.org are not proven by DNSSEC, so only the host is proven by TLSA \
            records of mx.example.org (half DANE)'
            absent,   mx.example.org publishes no TLSA record (proven by DNSSEC)
            unsigned, the zone of _tcp.mx.example.org is not signed
            failed,   _25._tcp.mx.example.org TLSA failed: signature expired
            notAsked, the addresses are not signed
            """)
    void whatDaneSaysIsHalfASentence(String dane, String seen) { assertEquals(seen, ranking(dane, "none").daneSeen()); }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
            enforce,  "the policy of example.org (id id1, mode enforce) lists mx.example.org"
            unlisted, "the policy of example.org (id id1, mode enforce) does not list mx.example.org"
            testing,  "the policy of example.org (id id1, mode testing) lists mx.example.org"
            none,     example.org publishes no MTA-STS policy
            """)
    void whatMtaStsSaysIsHalfASentence(String sts, String seen) {
        assertEquals(seen, ranking("absent", sts).stsSeen());
    }

    @Test
    void whatIsSignedInVainSaysWhatItIsSignedWith() {
        var why = new Weakness.Sha1Alone("example.org");
        StsLookup none = new StsLookup.None("", List.of());
        var half = new PolicyDecision(HOST, ORG, new TlsaLookup.Found(HOST, List.of(USABLE)), none, List::of, true,
                Optional.of(why));
        assertTrue(half.daneSeen().endsWith("(half DANE): " + why.sentence()), half.daneSeen());
        var absent = new TlsaLookup.Absent(Status.Insecure, HOST, Optional.of(why));
        assertEquals("the TLSA records of mx.example.org are signed in a way that proves nothing: " + why.sentence(),
                new PolicyDecision(HOST, ORG, absent, none, List::of, true).daneSeen());
        assertEquals(Optional.of(why), absent.unproven());
        assertEquals(Optional.of(why), new TlsaLookup.NotAsked("so", Optional.of(why)).unproven());
        assertEquals(Optional.empty(), new TlsaLookup.Found(HOST, List.of(USABLE)).unproven());
    }
}
