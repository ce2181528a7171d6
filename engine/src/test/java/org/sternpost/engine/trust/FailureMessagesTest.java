package org.sternpost.engine.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sternpost.engine.dane.DaneMatch;
import org.sternpost.engine.dane.Tlsa;
import org.sternpost.engine.dane.TlsaSearch.TlsaLookup;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Weakness;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.mtasts.Policy.MxPattern;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// Each refusal names the record or file, what was seen, the rule and who mends it.
class FailureMessagesTest {

    private static final Domain HOST = Domain.of("mx.example.org");
    private static final Domain ORG = Domain.of("example.org");
    private static final Domain BASE = Domain.of("base.example.org");

    /// All parts must stand in the sentence, the remedy in the remedy; a sentence has no line of its own.
    private static void says(Failure failure, Reason reason, String remedy, String... parts) {
        // Someone who never read an RFC can tell what is wrong.
        assertTrue(failure.plain().length() > 20 && !failure.plain().matches(".*(RFC|§|PKIX|null).*|.*\\."),
                failure.plain());
        assertTrue(!failure.plain().equals(failure.sentence()), failure.plain());
        assertEquals(reason, failure.reason());
        for (String part : parts)
            assertTrue(failure.sentence().contains(part), part + " is not in: " + failure.sentence());
        assertTrue(failure.remedy().contains(remedy), remedy + " is not in: " + failure.remedy());
        assertFalse((failure.sentence() + failure.remedy()).contains("\n"));
    }

    private static String seen(Answer.Kind kind) {
        return switch (kind) {
            case Bogus -> "bogus, words";
            case Indeterminate -> "neither proven nor disproved, words";
            case ServFail -> "failed, words";
            case Refused -> "refused, words";
            case Timeout -> "timed out, words";
            case NoServer -> "none of our own DNS servers answers: words";
            case Local -> "this gateway did not get the proof done: words";
        };
    }

    @ParameterizedTest
    @EnumSource(Answer.Kind.class)
    void lookupThatFailsIsNamedWithWhatTheResolverSaid(Answer.Kind kind) {
        var answer = new Answer.Failed(kind, "words");
        String remedy = switch (kind) {
            case Bogus -> "DS record";
            case Indeterminate -> "DS and DNSKEY";
            case ServFail, Refused, Timeout -> "Repair the name servers";
            case NoServer, Local -> "Test-Resolver";
        };
        Reason reason = switch (kind) {
            case Bogus, Indeterminate, ServFail, Timeout, Refused -> Reason.DNSSEC_INVALID;
            case NoServer -> Reason.LOCAL_DNS;
            case Local -> Reason.LOCAL;
        };
        says(DnsFailures.route(ORG, answer), reason, remedy, "MX of example.org", seen(kind),
                "RFC 7672 §2.1.2");
        says(DnsFailures.addresses(HOST, answer), reason, remedy, "(A, AAAA) of mx.example.org", seen(kind),
                "RFC 7672 §2.1.2");
        var tlsa = new TlsaLookup.Failed(new Domain("_25._tcp.mx.example.org"), "TLSA", answer);
        says(DnsFailures.tlsaLookup(tlsa), reason, remedy,
                "_25._tcp.mx.example.org TLSA", seen(kind), "RFC 7672 §2.1.2");
        assertEquals(kind.isOurs() ? Reason.Owner.OURS : Reason.Owner.RECIPIENT,
                DnsFailures.route(ORG, answer).owner());
        if (kind.isOurs()) return;
        assertTrue(DnsFailures.route(ORG, answer).remedy().contains("example.org MX"));
        assertTrue(DnsFailures.addresses(HOST, answer).remedy().contains("mx.example.org A"));
    }

    @Test
    void whatIsMandatoryAndMissingIsOurOwnWish() {
        var dane = DaneFailures.daneRequired(HOST, "nothing is signed");
        says(dane, Reason.DANE_REQUIRED, "TLSA records for mx.example.org", "nothing is signed",
                "SmtpDaneMode Mandatory");
        assertEquals(Reason.Owner.OURS, dane.reason().owner());
        var sts = StsFailures.stsRequired(ORG, "no policy is published", List.of());
        says(sts, Reason.STS_REQUIRED, "postmaster of example.org",
                "but no policy is published (MtaStsMode Mandatory)");
        assertEquals(Reason.Owner.OURS, sts.reason().owner());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            Fetch,             STS_POLICY_FETCH_ERROR, STS_POLICY_FETCH_ERROR, status 200
            WebPki,            STS_WEBPKI_INVALID,     STS_WEBPKI_INVALID,     a certificate of a public CA
            Invalid,           STS_POLICY_INVALID,     STS_POLICY_INVALID,     Correct the policy file
            Record,            STS_REQUIRED,           STS_POLICY_INVALID,     TXT record _mta-sts.example.org
            Lookup,            STS_REQUIRED,           STS_POLICY_FETCH_ERROR, name servers
            PossibleDowngrade, STS_REQUIRED,           STS_POLICY_FETCH_ERROR, mode: none
            RunningOut,        STS_REQUIRED,           STS_POLICY_FETCH_ERROR, before it runs out
            """)
    void troubleOfAPolicyIsToldAndBlocksOnlyMandatory(StsLookup.Kind kind, Reason required, Reason noted,
            String remedy) {
        var trouble = new StsLookup.Trouble(kind, "trouble was seen");
        var other = new StsLookup.Trouble(StsLookup.Kind.Invalid, "second");
        says(StsFailures.stsRequired(ORG, "no policy", List.of(trouble, other)), required, "example.org",
                "but no policy: trouble was seen (MtaStsMode Mandatory)");
        says(StsFailures.trouble(ORG, trouble), noted, remedy, "trouble was seen");
    }

    @Test
    void hostThatAPolicyDoesNotListIsNamedWithThePolicy() {
        var held = new HeldPolicy(ORG, "id1", Instant.EPOCH, "",
                new Policy(Policy.Mode.Enforce, List.of(MxPattern.of("*.example.net")), Duration.ofDays(1)));
        says(StsFailures.stsMismatch(HOST, held), Reason.STS_MX_MISMATCH, "Add 'mx: mx.example.org' to https://mta-sts."
                + "example.org/.well-known/mta-sts.txt and change the id of _mta-sts.example.org TXT",
                "mx.example.org matches no mx", "id1", "[*.example.net]", "which is enforced", "RFC 8461 §4.1");
        var testing = StsFailures.stsTestingMismatch(HOST, held);
        says(testing, Reason.STS_MX_MISMATCH, "Add 'mx: mx.example.org'", "mode testing and blocks nothing");
        assertFalse(testing.sentence().contains("enforced"));
    }

    @Test
    void notesNameTheZoneOrTheRecord() {
        says(DnsFailures.half(ORG, HOST, Optional.empty()), Reason.DANE_REQUIRED, "Sign the zone of example.org",
                "MX of example.org", "mx.example.org", "RFC 7672 §2.2.1");
        says(DnsFailures.half(ORG, HOST, Optional.of(new Weakness.Sha1Alone("example.org"))), Reason.DANE_REQUIRED,
                "algorithm 13", "MX of example.org is signed in a way that proves nothing", "SHA-1", "RFC 9905 §2");
        says(DnsFailures.unsignedHost(ORG, HOST), Reason.DANE_REQUIRED, "sign its zone", "MX of example.org is signed",
                "mx.example.org", "RFC 7672 §2.2.2");
        says(DnsFailures.routeNote(ORG, "odd"), Reason.VALIDATION_FAILURE, "MX records of example.org",
                "MX of example.org: odd");
    }

    @Test
    void zoneThatIsSignedInVainIsNamedWithWhatCountsForNothing() {
        for (Weakness why : List.of(new Weakness.Sha1Alone("example.org"),
                new Weakness.UnknownAlgorithms("example.org", "ECC-GOST/SHA-256"), new Weakness.ShortKey("example.org"),
                new Weakness.ManyIterations("example.org", 150, 100),
                new Weakness.OptOut("x.example.org", "example.org")))
            says(DnsFailures.weak(why), Reason.DANE_REQUIRED, "zone example.org", "example.org", "RFC ",
                    "counts as unsigned");
        assertEquals(Reason.Owner.RECIPIENT, DnsFailures.weak(new Weakness.ShortKey("example.org")).owner());
    }

    @Test
    void startTlsThatIsRefusedIsToldAlsoWhereNobodyWantsIt() {
        says(FailureMessages.refusedStartTls(HOST, "421 busy"), Reason.VALIDATION_FAILURE,
                "Repair TLS on mx.example.org",
                "mx.example.org offers STARTTLS and then refused it with '421 busy'");
    }

    @Test
    void certificateOfAnAuthorityThatMayNotVouchAsksForAnotherAuthority() {
        says(FailureMessages.pkix(HOST, new TlsVerdict.Sts(HOST, "id1"), FailureMessages.PkixKind.Forbidden,
                "an e-mail authority"),
                Reason.CERTIFICATE_NOT_TRUSTED, "an authority that may issue it", "mx.example.org",
                "an e-mail authority", "RFC 5280 §6.1");
    }

    @Test
    void startTlsThatIsNotOfferedIsMeasuredByWhoWantsIt() {
        var dane = new TlsVerdict.Dane(List.of(new Tlsa(3, 1, 1, new byte[32])), BASE, List.of(BASE));
        says(FailureMessages.noStartTls(HOST, dane, ""), Reason.STARTTLS_NOT_SUPPORTED,
                "Enable STARTTLS on mx.example.org",
                "mx.example.org does not offer STARTTLS, which TLSA records of base.example.org (RFC 7672 §2.2)"
                        + " require");
        says(FailureMessages.noStartTls(HOST, new TlsVerdict.Encrypted(), "454 later"), Reason.STARTTLS_NOT_SUPPORTED,
                "",
                "refused STARTTLS with '454 later', which TLSA records, though not usable, (RFC 7672 §2.2) require");
        String sts = FailureMessages.noStartTls(HOST, new TlsVerdict.Sts(HOST, "id1"), "").sentence();
        assertTrue(sts.endsWith("which MTA-STS policy id1 (RFC 8461 §4.2) requires"), sts);
        String floor = FailureMessages.noStartTls(HOST, new TlsVerdict.None(), "").sentence();
        assertTrue(floor.endsWith("which the connector's TlsSettings require"), floor);
        var refused = new TlsVerdict.Refused(DnsFailures.half(ORG, HOST, Optional.empty()));
        assertEquals(floor, FailureMessages.noStartTls(HOST, refused, "").sentence());
    }

    @Test
    void hostThatCannotMeetRequireTlsIsNamedWithWhatItLacks() {
        says(RequireTlsFailures.requireTlsInClear(HOST, ""), Reason.REQUIRETLS_ENCRYPTION,
                "Enable STARTTLS and REQUIRETLS on "
                        + HOST,
                "but mx.example.org does not offer STARTTLS", "RFC 8689 §4.2.1");
        says(RequireTlsFailures.requireTlsInClear(HOST, "454 later"), Reason.REQUIRETLS_ENCRYPTION,
                "without REQUIRETLS",
                "but mx.example.org refused STARTTLS with '454 later'");
        says(RequireTlsFailures.requireTlsUnsupported(HOST), Reason.REQUIRETLS_SUPPORT, "Enable REQUIRETLS on " + HOST,
                "mx.example.org does not announce REQUIRETLS within TLS", "RFC 8689 §4.2.1");
        says(RequireTlsFailures.requireTlsUnmet(FailureMessages.handshake(HOST, "alert 70")),
                Reason.REQUIRETLS_ENCRYPTION,
                "Repair TLS on mx.example.org", "but the TLS handshake with mx.example.org failed: alert 70");
        says(RequireTlsFailures.nameUnproven(ORG, HOST), Reason.REQUIRETLS_ENCRYPTION, "Sign the zone of example.org",
                "proves that mx.example.org is a mail host of example.org");
        says(FailureMessages.obsoleteTls(HOST, "TLSv1.1"), Reason.VALIDATION_FAILURE, "Offer TLS 1.2 or 1.3",
                "mx.example.org speaks TLSv1.1", "RFC 8996");
    }

    @Test
    void certificateThatMatchesNoRecordIsNamedByItsNearestMiss() {
        says(DaneFailures.daneMismatch(HOST, BASE, DaneMatch.Kind.TlsaInvalid, "seen"), Reason.TLSA_INVALID,
                "Publish a TLSA record", "mx.example.org and the TLSA records of base.example.org: seen",
                "RFC 7672 §2.2");
        says(DaneFailures.daneMismatch(HOST, BASE, DaneMatch.Kind.CertificateNotTrusted, "seen"),
                Reason.CERTIFICATE_NOT_TRUSTED, "Send the whole chain", "base.example.org: seen", "RFC 7671 §5.2");
        says(DaneFailures.daneMismatch(HOST, BASE, DaneMatch.Kind.StrongerDigest, "seen"), Reason.TLSA_INVALID,
                "the stronger digest", "base.example.org: seen", "RFC 7671 §9");
        says(DaneFailures.daneMismatch(HOST, BASE, DaneMatch.Kind.UsageMistaken, "seen"), Reason.TLSA_INVALID,
                "usage 3", "base.example.org: seen", "RFC 7671 §5.2");
        says(DaneFailures.daneMismatch(HOST, BASE, DaneMatch.Kind.AnchorNotSent, "seen"), Reason.TLSA_INVALID,
                "Let mx.example.org send the certificate of the authority", "base.example.org: seen",
                "RFC 7671 §5.2.2");
        says(DaneFailures.daneMismatch(HOST, BASE, DaneMatch.Kind.CertificateExpired, "seen"),
                Reason.CERTIFICATE_EXPIRED,
                "Renew", "base.example.org: seen", "RFC 7671 §5.2");
        says(DaneFailures.daneMismatch(HOST, BASE, DaneMatch.Kind.CertificateHostMismatch, "seen"),
                Reason.CERTIFICATE_HOST_MISMATCH, "certificate for base.example.org", "base.example.org: seen",
                "RFC 7672 §3.2.3");
    }

    @Test
    void certificateThatDoesNotVerifyIsNamedByWhatFailed() {
        says(FailureMessages.pkix(HOST, new TlsVerdict.Sts(HOST, "1"), FailureMessages.PkixKind.Expired, "seen"),
                Reason.CERTIFICATE_EXPIRED, "Renew",
                "of mx.example.org", "seen", "RFC 5280 §6.1.3");
        says(FailureMessages.pkix(HOST, new TlsVerdict.Sts(HOST, "1"), FailureMessages.PkixKind.HostMismatch, "seen"),
                Reason.CERTIFICATE_HOST_MISMATCH,
                "certificate for mx.example.org", "seen", "RFC 6125 §6");
        says(FailureMessages.pkix(HOST, new TlsVerdict.Sts(HOST, "1"), FailureMessages.PkixKind.NotTrusted, "seen"),
                Reason.CERTIFICATE_NOT_TRUSTED,
                "tls.trustedCertificates", "seen", "RFC 5280 §6.1");
        says(FailureMessages.handshake(HOST, "alert 70"), Reason.VALIDATION_FAILURE, "TLS 1.2 or 1.3",
                "mx.example.org failed",
                "alert 70");
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void everyReasonIsFoundByItsToken(Reason reason) {
        assertEquals(reason.token(), Reason.of(reason.token()).orElseThrow().token());
    }

    @Test
    void lineSaysCodeSentenceOwnerAndRemedy() {
        assertEquals("4.7.323 a; must be fixed by the recipient's postmaster: b",
                FailureMessages.line("4.7.323", new Failure(Reason.TLSA_INVALID, "a", "b")));
        assertEquals("5.7.327 a; must be fixed by the administrator of this mail gateway: b",
                FailureMessages.line("5.7.327", new Failure(Reason.DANE_REQUIRED, "a", "b")));
        assertTrue(Reason.of("no-such-word").isEmpty());
    }

    /// The codes of Exchange, and ours beside them (docs/transport-security.md#codes-and-words-of-failures).
    @ParameterizedTest
    @CsvSource(textBlock = """
            STARTTLS_NOT_SUPPORTED,    7.321, starttls-not-supported
            CERTIFICATE_EXPIRED,       7.322, certificate-expired
            TLSA_INVALID,              7.323, tlsa-invalid
            DNSSEC_INVALID,            7.324, dnssec-invalid
            CERTIFICATE_HOST_MISMATCH, 7.325, certificate-host-mismatch
            CERTIFICATE_NOT_TRUSTED,   7.326, certificate-not-trusted
            DANE_REQUIRED,             7.327, dane-required
            STS_MX_MISMATCH,           4.8,   sts-mx-mismatch
            STS_REQUIRED,              7.328, sts-required
            """)
    void codeWaitsWithFourAndEndsWithFive(Reason reason, String detail, String token) {
        assertEquals("4." + detail, reason.waitingCode());
        assertEquals("5." + detail, reason.finalCode());
        assertEquals(token, reason.token());
    }

    @Test
    void troubleOfOurOwnSaysSoAndWhereToLook() {
        says(FailureMessages.unjudged(HOST, "odd curve"), Reason.LOCAL_TLS, "the makers of this gateway",
                "mx.example.org cannot be judged here: odd curve");
        says(FailureMessages.ownLimit(HOST, "too long"), Reason.LOCAL_TLS, "in a process of its own",
                "cannot take what mx.example.org sends: too long");
        says(FailureMessages.ownNetwork(HOST, "no route"), Reason.LOCAL_NETWORK, "SourceIpAddress",
                "could not connect to mx.example.org: no route");
        says(FailureMessages.ownCopy("gone"), Reason.LOCAL, "the disk", "our copy of the message cannot be read: gone");
        for (Failure why : List.of(FailureMessages.unjudged(HOST, ""), FailureMessages.ownLimit(HOST, ""),
                FailureMessages.ownNetwork(HOST, ""), FailureMessages.ownCopy("")))
            assertEquals(Reason.Owner.OURS, why.owner());
        Failure injected = FailureMessages.injected(HOST);
        assertEquals(Reason.VALIDATION_FAILURE, injected.reason());
        assertTrue(injected.sentence().contains("mx.example.org or somebody on the way")
                && injected.sentence().contains("RFC 3207 §6")
                && injected.remedy().contains("from a network of its own"), injected.toString());
    }

    @Test
    void whoAsksForEncryptionIsNamedInPlainWords() {
        var none = FailureMessages.noStartTls(HOST, new TlsVerdict.Encrypted(), "");
        assertTrue(none.plain().contains("offers no encryption (STARTTLS), although its records in the DNS"),
                none.plain());
        assertTrue(none.remedy().contains("publish a TLSA record 3 1 1"), none.remedy());
        var refuses = FailureMessages.noStartTls(HOST, new TlsVerdict.Sts(HOST, "1"), "454 later");
        assertTrue(refuses.plain().contains("refuses encryption (STARTTLS) with '454 later', although the domain's mail"
                + " policy"), refuses.plain());
        var floor = FailureMessages.noStartTls(HOST, new TlsVerdict.None(), "");
        assertFalse(floor.remedy().contains("TLSA"), floor.remedy());
        var kind = FailureMessages.PkixKind.Expired;
        assertTrue(FailureMessages.pkix(HOST, new TlsVerdict.Sts(HOST, "1"), kind, "seen").plain()
                .endsWith("the domain's mail policy (MTA-STS) asks for a valid one"));
        assertTrue(FailureMessages.pkix(HOST, new TlsVerdict.None(), kind, "seen").plain()
                .endsWith("our connector asks for a valid one (TlsSettings)"));
    }
}
