package org.sternpost.engine.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Requirement.Proof;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

class ProverTest {

    private static final Domain HOST = Domain.of("mx1.example.org");
    private final SimTime time = new SimTime();
    private final Certificates ca = new Certificates(time.instant());
    private final Prover prover = new Prover(ca.anchors(), time);

    /// certificate, verdict, floor: the level proven or the token of the failure.
    @ParameterizedTest
    @CsvSource(textBlock = """
            good,       none, None,                  Encrypted
            selfSigned, none, None,                  Encrypted
            expired,    none, EncryptionOnly,        Encrypted
            sha1,       none, EncryptionOnly,        Encrypted
            good,       none, CertificateValidation, Authenticated
            commonName, none, CertificateValidation, Authenticated
            commonName, sts,  None,                  certificate-host-mismatch
            cnPartner,  none, DomainValidation,      certificate-host-mismatch
            wildcard,   none, CertificateValidation, Authenticated
            deep,       sts,  None,                  certificate-host-mismatch
            wrongName,  none, CertificateValidation, Authenticated
            expired,    none, CertificateValidation, certificate-expired
            selfSigned, none, CertificateValidation, certificate-not-trusted
            sha1,       none, CertificateValidation, certificate-not-trusted
            good,       none, DomainValidation,      certificate-host-mismatch
            partner,    none, DomainValidation,      Authenticated
            good,       sts,  None,                  MtaSts
            good,       sts,  CertificateValidation, MtaSts
            wrongName,  sts,  None,                  certificate-host-mismatch
            expired,    sts,  EncryptionOnly,        certificate-expired
            partner,    sts,  DomainValidation,      certificate-host-mismatch
            selfSigned, dane, None,                  Dane
            wrongName,  dane, CertificateValidation, Dane
            expired,    dane, EncryptionOnly,        Dane
            selfSigned, dane, DomainValidation,      certificate-not-trusted
            partner,    dane, DomainValidation,      Dane
            good,       other, None,                 tlsa-invalid
            good,       other, CertificateValidation, tlsa-invalid
            selfSigned, unusable, None,              Encrypted
            selfSigned, unusable, CertificateValidation, certificate-not-trusted
            """)
    void floorAndVerdictAreBothProven(String certificate, String verdict, TlsSettings floor, String expected) {
        var shown = identity(certificate);
        TlsVerdict asked = switch (verdict) {
            case "sts" -> new TlsVerdict.Sts(HOST, "1");
            case "dane" -> new TlsVerdict.Dane(List.of(shown.tlsa()), HOST, List.of(HOST));
            case "other" -> new TlsVerdict.Dane(List.of(ca.good("x.example").tlsa()), HOST, List.of(HOST));
            case "unusable" -> new TlsVerdict.Encrypted();
            default -> new TlsVerdict.None();
        };
        var requirement = new Requirement(HOST, asked, floor,
                floor == TlsSettings.DomainValidation ? "*.partner.example" : "");
        assertEquals(expected, switch (prover.prove(requirement, shown.chain())) {
            case Proof.Proven(var level) -> level.name();
            case Proof.Refused(var why) -> why.reason().token();
        });
    }

    @Test
    void pkixVerdictIsToldEvenWhereNobodyRequiresIt() {
        assertEquals("valid", prover.pkixWords(HOST, ca.good("mx1.example.org").chain()));
        assertTrue(prover.pkix(HOST, ca.good("other.example").chain()).anchored(),
                "a wrong name is no wrong authority");
        assertFalse(prover.pkix(HOST, new Certificates(time.instant()).good("mx1.example.org").chain()).anchored());
        assertTrue(prover.pkixWords(HOST, ca.good("other.example").chain()).contains("other.example"));
        assertTrue(prover.pkixWords(HOST, List.of()).contains("no certificate"));
    }

    /// The form that RFC 5280 §4.2.1.10 gives authorities that may name no hosts; the runtime's reader throws on it.
    @Test
    void whatALibraryThrowsIsAVerdictOfPkixAloneAndNeverStopsTheHost() {
        var shown = ca.belowExcludedEmptyName("mx1.example.org");
        assertTrue(prover.pkixWords(HOST, shown.chain()).contains("name constraints"));
        for (var verdict : List.of(new TlsVerdict.None(), new TlsVerdict.Encrypted(),
                new TlsVerdict.Dane(List.of(shown.tlsa()), HOST, List.of(HOST))))
            assertInstanceOf(Proof.Proven.class,
                    prover.prove(new Requirement(HOST, verdict, TlsSettings.None, ""), shown.chain()));
        var refused = assertInstanceOf(Proof.Refused.class,
                prover.prove(new Requirement(HOST, new TlsVerdict.Sts(HOST, "1"), TlsSettings.None, ""),
                        shown.chain()));
        assertTrue(refused.why().sentence().contains("name constraints"), refused.why().sentence());
    }

    /// RFC 8689 §4.2.1: what the sender asks on top is a certificate for the host's own name.
    @Test
    void certificateValidationLooksAtNoNameUnlessTheSenderRequiresTls() {
        var asked = new Requirement(HOST, new TlsVerdict.None(), TlsSettings.CertificateValidation, "");
        assertInstanceOf(Proof.Proven.class, prover.prove(asked, ca.good("other.example").chain()));
        assertInstanceOf(Proof.Refused.class, prover.prove(asked.requiringTls(), ca.good("other.example").chain()));
        assertInstanceOf(Proof.Refused.class,
                prover.prove(asked.requiringTls(), ca.commonNameOnly("mx1.example.org").chain()));
        assertInstanceOf(Proof.Proven.class, prover.prove(asked.requiringTls(), ca.good("mx1.example.org").chain()));
        assertFalse(asked.key().equals(asked.requiringTls().key()), "a session of the one is none of the other");
    }

    @Test
    void theKeyOfAPolicyDoesNotDependOnTheOrderOfRecords() {
        var one = ca.good("a.example").tlsa();
        var two = ca.good("b.example").tlsa();
        assertEquals(dane(List.of(one, two)).key(), dane(List.of(two, one)).key());
        assertFalse(dane(List.of(one)).key().equals(dane(List.of(one, two)).key()));
    }

    @Test
    void anUnreadableAnchorFileIsNamed(@TempDir Path home) throws Exception {
        Files.writeString(home.resolve("bad.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Files.writeString(home.resolve("empty.pem"), "");
        for (String file : List.of("bad.pem", "empty.pem", "none.pem")) {
            var why = assertThrows(java.io.IOException.class, () -> TrustAnchors.of(List.of(file), home));
            assertTrue(why.getMessage().contains(file), why.getMessage());
        }
    }

    private Requirement dane(List<org.sternpost.engine.dane.Tlsa> records) {
        return new Requirement(HOST, new TlsVerdict.Dane(records, HOST, List.of(HOST)), TlsSettings.None, "");
    }

    private Certificates.Identity identity(String kind) {
        return switch (kind) {
            case "good" -> ca.good("mx1.example.org");
            case "wildcard" -> ca.good("*.example.org");
            case "deep" -> ca.good("*.org", "*.mx1.example.org");
            case "wrongName" -> ca.good("other.example");
            case "partner" -> ca.good("relay.partner.example");
            case "expired" -> ca.expired("mx1.example.org");
            case "sha1" -> ca.sha1("mx1.example.org");
            case "commonName" -> ca.commonNameOnly("mx1.example.org");
            case "cnPartner" -> ca.commonNameOnly("relay.partner.example");
            default -> ca.selfSigned("mx1.example.org");
        };
    }
}
