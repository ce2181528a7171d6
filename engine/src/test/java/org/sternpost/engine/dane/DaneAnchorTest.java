package org.sternpost.engine.dane;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.certificate.Certificate;
import org.sternpost.engine.dane.DaneMatch.Kind;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Patience;

/// DANE-TA: the chain, from the host's certificate up to the anchor (RFC 7671 §5.2, RFC 7672 §3.1.2).
class DaneAnchorTest {

    private static final Domain MX = Domain.of("mx.example.org");
    private static final byte[] RUBBISH = "rubbish".getBytes(StandardCharsets.US_ASCII);
    private static final ASN1ObjectIdentifier FOREIGN = new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1");

    private final Made root = Made.authority("CN=root").selfSigned();
    private final Made between = Made.authority("CN=between").by(root);
    private final Made host = Made.host("mx.example.org").by(between);

    private static DaneMatch match(Instant now, Tlsa record, Made... chain) {
        return DaneMatch.of(List.of(record), Arrays.stream(chain).map(Made::der).toList(), List.of(MX), now);
    }

    private static DaneMatch match(Tlsa record, Made... chain) { return match(Made.NOW, record, chain); }

    private static int depth(DaneMatch match) { return assertInstanceOf(DaneMatch.Matched.class, match).depth(); }

    private static String missed(Kind kind, DaneMatch match) {
        var mismatch = assertInstanceOf(DaneMatch.Mismatch.class, match);
        assertEquals(kind, mismatch.kind(), mismatch.detail());
        return mismatch.detail();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "0, 2", "1, 0", "1, 1", "1, 2"})
    void anchorInTheChainMatchesByEverySelectorAndDigest(int selector, int matchingType) {
        var record = root.tlsa(2, selector, matchingType);
        assertEquals(2, depth(match(record, host, between, root)));
        assertEquals(1, depth(match(between.tlsa(2, selector, matchingType), host, between)));
    }

    @Test
    void orderOfTheIssuersInTheChainDoesNotMatter() {
        assertEquals(1, depth(match(root.tlsa(2, 0, 1), host, root, between)));
    }

    @Test
    void anchorLeftOutOfTheChainComesFromItsFullRecord() {
        // RFC 7671 §5.2.2 and §5.2.3: only full data can stand in for what was not sent.
        assertEquals(2, depth(match(root.tlsa(2, 0, 0), host, between)));
        assertEquals(2, depth(match(root.tlsa(2, 1, 0), host, between)));
        assertEquals(1, depth(match(between.tlsa(2, 1, 0), host)));
        for (int matchingType : List.of(1, 2))
            for (int selector : List.of(0, 1))
                assertTrue(missed(Kind.AnchorNotSent, match(root.tlsa(2, selector, matchingType), host, between))
                        .contains("none of the certificates that the host sends (2, the last issued by"));
        // A chain that ends with a root is whole: then the record is of another authority.
        missed(Kind.TlsaInvalid, match(Made.authority("CN=stranger").selfSigned().tlsa(2, 0, 1), host, between, root));
        missed(Kind.TlsaInvalid, match(root.tlsa(2, 0, 0), host));
        missed(Kind.TlsaInvalid, match(root.tlsa(2, 1, 0), host));
    }

    @Test
    void hostsOwnCertificateIsNoAnchorOfItself() {
        var alone = Made.host("mx.example.org").selfSigned();
        missed(Kind.UsageMistaken, match(alone.tlsa(2, 0, 1), alone));
        assertTrue(missed(Kind.UsageMistaken, match(host.tlsa(2, 1, 1), host, between)).contains("usage 3 (DANE-EE)"));
    }

    /// RFC 7671 §5.1: what names the key itself needs no floor under it, and what goes by signatures does.
    @Test
    void floorOfStrengthStandsUnderPathsAlone() {
        var weak = Made.host("mx.example.org").selfSigned(Made.rsa(1024), "MD5withRSA");
        for (int selector : List.of(0, 1))
            for (int matchingType : List.of(0, 1, 2))
                assertEquals(0, depth(match(weak.tlsa(3, selector, matchingType), weak)));
        var below = Made.host("mx.example.org").by(root, Made.rsa(1024), "SHA256withECDSA");
        assertTrue(missed(Kind.CertificateNotTrusted, match(root.tlsa(2, 0, 1), below, root)).contains("1024 bits"));
        assertEquals(0, depth(match(below.tlsa(3, 1, 1), below, root)));
    }

    @Test
    void anchorThatSignedNothingHereIsANearMiss() {
        var stranger = Made.authority("CN=stranger").selfSigned();
        assertTrue(missed(Kind.CertificateNotTrusted, match(stranger.tlsa(2, 0, 1), host, stranger))
                .contains("'CN=stranger'"));
    }

    @Test
    void signatureMustBeTheIssuersOwn() {
        var forger = Made.authority("CN=between").selfSigned();
        var forged = Made.host("mx.example.org").inTheNameOf(between, forger);
        missed(Kind.CertificateNotTrusted, match(between.tlsa(2, 0, 1), forged, between));
        missed(Kind.TlsaInvalid, match(between.tlsa(2, 1, 0), forged));
        var renamed = Made.authority("CN=other").by(root, between.keys());
        missed(Kind.CertificateNotTrusted, match(renamed.tlsa(2, 0, 1), host, renamed, root));
    }

    @Test
    void everyCertificateOfThePathIsWithinItsDates() {
        var record = root.tlsa(2, 0, 1);
        assertEquals(2, depth(match(Made.FROM, record, host, between, root)), "the first second counts");
        assertEquals(2, depth(match(Made.UNTIL, record, host, between, root)), "and the last");
        assertTrue(missed(Kind.CertificateExpired, match(Made.UNTIL.plusSeconds(1), record, host, between, root))
                .contains("expired on " + Made.UNTIL));
        assertTrue(missed(Kind.CertificateExpired, match(Made.FROM.minusSeconds(1), record, host, between, root))
                .contains("not valid before " + Made.FROM));
        var old = Made.authority("CN=old").dates(Made.FROM, Made.NOW.minusSeconds(1)).by(root);
        assertTrue(missed(Kind.CertificateExpired,
                match(record, Made.host("mx.example.org").by(old), old, root)).contains("'CN=old'"));
    }

    @Test
    void issuerMustBeAnAuthority() {
        for (var plan : List.of(Made.authority("CN=i").without(Extension.basicConstraints),
                Made.authority("CN=i").with(Extension.basicConstraints, true, new BasicConstraints(false)))) {
            var issuer = plan.by(root);
            assertTrue(missed(Kind.CertificateNotTrusted,
                    match(root.tlsa(2, 0, 1), Made.host("mx.example.org").by(issuer), issuer, root))
                    .contains("yet is no CA"));
        }
    }

    @Test
    void issuerOfVersionOneIsAnAuthorityOnlyAtTheRoot() {
        var old = Made.versionOne("CN=old");
        assertEquals(1, depth(match(old.tlsa(2, 0, 1), Made.host("mx.example.org").by(old), old)));
        var below = Made.versionOne("CN=below", root);
        assertTrue(missed(Kind.CertificateNotTrusted,
                match(root.tlsa(2, 0, 1), Made.host("mx.example.org").by(below), below, root))
                .contains("X.509 version 1"));
    }

    @Test
    void keyOfAnotherKindSignedNothing() {
        var twin = Made.authority("CN=between").by(root, Made.rsa());
        assertEquals(3, depth(match(root.tlsa(2, 0, 1), host, twin, between, root)));
        missed(Kind.TlsaInvalid, match(twin.tlsa(2, 1, 0), host));
    }

    @Test
    void issuerMustBeAllowedToSignCertificates() {
        var signs = Made.authority("CN=i").with(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign)).by(root);
        assertEquals(2, depth(match(root.tlsa(2, 0, 1), Made.host("mx.example.org").by(signs), signs, root)));
        var encrypts = Made.authority("CN=i").with(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .by(root);
        assertTrue(missed(Kind.CertificateNotTrusted,
                match(root.tlsa(2, 0, 1), Made.host("mx.example.org").by(encrypts), encrypts, root))
                .contains("key usage"));
    }

    @Test
    void pathLengthCountsTheAuthoritiesBelow() {
        var none = Made.authority("CN=none").with(Extension.basicConstraints, true, new BasicConstraints(0)).by(root);
        assertEquals(2, depth(match(root.tlsa(2, 0, 1), Made.host("mx.example.org").by(none), none, root)));
        var below = Made.authority("CN=below").by(none);
        assertTrue(missed(Kind.CertificateNotTrusted,
                match(root.tlsa(2, 0, 1), Made.host("mx.example.org").by(below), below, none, root))
                .contains("allows 0 CAs below it, not 1"));
        var one = Made.authority("CN=one").with(Extension.basicConstraints, true, new BasicConstraints(1)).by(root);
        var last = Made.authority("CN=last").by(one);
        assertEquals(3, depth(match(root.tlsa(2, 0, 1), Made.host("mx.example.org").by(last), last, one, root)));
    }

    @Test
    void purposesMustIncludeServers() {
        for (var purpose : List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.anyExtendedKeyUsage)) {
            var good = Made.host("mx.example.org").with(Extension.extendedKeyUsage, false,
                    new ExtendedKeyUsage(purpose));
            assertEquals(1, depth(match(between.tlsa(2, 0, 1), good.by(between), between)));
        }
        var mail = new ExtendedKeyUsage(KeyPurposeId.id_kp_emailProtection);
        var bad = Made.host("mx.example.org").with(Extension.extendedKeyUsage, false, mail);
        assertTrue(missed(Kind.CertificateNotTrusted, match(between.tlsa(2, 0, 1), bad.by(between), between))
                .contains("is not for TLS servers"));
        var issuer = Made.authority("CN=i").with(Extension.extendedKeyUsage, false, mail).by(root);
        missed(Kind.CertificateNotTrusted,
                match(issuer.tlsa(2, 0, 1), Made.host("mx.example.org").by(issuer), issuer));
    }

    @Test
    void foreignExtensionsHinderOnlyWhenCritical() {
        var odd = Made.host("mx.example.org").raw(FOREIGN, false, RUBBISH).by(between);
        assertEquals(1, depth(match(between.tlsa(2, 0, 1), odd, between)));
        var critical = Made.host("mx.example.org").raw(FOREIGN, true, RUBBISH).by(between);
        assertTrue(missed(Kind.CertificateNotTrusted, match(between.tlsa(2, 0, 1), critical, between))
                .contains(FOREIGN.toString()));
        // RFC 7671 §5.1: DANE-EE looks at neither.
        assertEquals(0, depth(match(critical.tlsa(3, 1, 1), critical)));
    }

    @Test
    void unreadableExtensionsThatMatterAreAMismatchAndNoCrash() {
        for (var id : List.of(Extension.basicConstraints, Extension.keyUsage, Extension.extendedKeyUsage,
                Extension.nameConstraints)) {
            var issuer = Made.authority("CN=i").raw(id, false, RUBBISH).by(root);
            missed(Kind.CertificateNotTrusted,
                    match(root.tlsa(2, 0, 1), Made.host("mx.example.org").by(issuer), issuer, root));
        }
        var nameless = Made.commonName("CN=mx.example.org").raw(Extension.subjectAlternativeName, false, RUBBISH);
        assertTrue(missed(Kind.CertificateNotTrusted, match(between.tlsa(2, 0, 1), nameless.by(between), between))
                .contains("has alternative names that cannot be read"));
    }

    @Test
    void nameMustBeOneOfTheReferenceNames() {
        var other = Made.host("mail.example.net").by(between);
        assertTrue(missed(Kind.CertificateHostMismatch, match(between.tlsa(2, 0, 1), other, between))
                .contains("is for [mail.example.net], not for any of [mx.example.org]"));
        var both = List.of(MX, Domain.of("mail.example.net"));
        assertInstanceOf(DaneMatch.Matched.class, DaneMatch.of(List.of(between.tlsa(2, 0, 1)),
                List.of(other.der(), between.der()), both, Made.NOW));
        assertEquals(0, depth(match(other.tlsa(3, 1, 1), other)), "RFC 7671 §5.1: no names for DANE-EE");
    }

    @Test
    void nameConstraintsOfIssuersHoldForEveryKindOfName() {
        var org = new GeneralSubtree(new GeneralName(GeneralName.dNSName, "example.org"));
        var dir = new GeneralSubtree(new GeneralName(new X500Name("O=Example")));
        GeneralSubtree[] none = null;
        var permitsOrg = limited(new NameConstraints(new GeneralSubtree[]{org}, none));
        assertEquals(1, depth(match(permitsOrg.tlsa(2, 0, 1), Made.host("mx.example.org").by(permitsOrg), permitsOrg)));
        missed(Kind.CertificateNotTrusted, match(permitsOrg.tlsa(2, 0, 1),
                Made.host("mx.example.org", "evil.example").by(permitsOrg), permitsOrg));
        var inCommonName = Made.commonName("CN=mx.example.org").by(permitsOrg);
        assertEquals(1, depth(match(permitsOrg.tlsa(2, 0, 1), inCommonName, permitsOrg)));
        missed(Kind.CertificateNotTrusted, match(permitsOrg.tlsa(2, 0, 1),
                Made.commonName("CN=mx.example.org+CN=evil.example").by(permitsOrg), permitsOrg));
        var withAddress = Made.commonName("CN=x").with(Extension.subjectAlternativeName, false, new GeneralNames(
                new GeneralName[]{new GeneralName(GeneralName.dNSName, "mx.example.org"),
                        new GeneralName(GeneralName.iPAddress, "192.0.2.1")}));
        assertEquals(1, depth(match(permitsOrg.tlsa(2, 0, 1), withAddress.by(permitsOrg), permitsOrg)));

        var excludesOrg = limited(new NameConstraints(none, new GeneralSubtree[]{org}));
        assertTrue(missed(Kind.CertificateNotTrusted, match(excludesOrg.tlsa(2, 0, 1),
                Made.host("mx.example.org").by(excludesOrg), excludesOrg)).contains("name constraints"));

        // An address of mail beside it: the common name is what a host is matched by.
        var mailed = Made.commonName("CN=mx.example.org").with(Extension.subjectAlternativeName, false,
                new GeneralNames(new GeneralName(GeneralName.rfc822Name, "me@example.net")));
        assertEquals(1, depth(match(permitsOrg.tlsa(2, 0, 1), mailed.by(permitsOrg), permitsOrg)));
        missed(Kind.CertificateNotTrusted, match(excludesOrg.tlsa(2, 0, 1), mailed.by(excludesOrg), excludesOrg));

        var permitsDirectory = limited(new NameConstraints(new GeneralSubtree[]{dir}, none));
        missed(Kind.CertificateNotTrusted, match(permitsDirectory.tlsa(2, 0, 1),
                Made.host("mx.example.org").by(permitsDirectory), permitsDirectory));
        var excludesDirectory = limited(new NameConstraints(none,
                new GeneralSubtree[]{new GeneralSubtree(new GeneralName(new X500Name("CN=host")))}));
        missed(Kind.CertificateNotTrusted, match(excludesDirectory.tlsa(2, 0, 1),
                Made.host("mx.example.org").by(excludesDirectory), excludesDirectory));
        var addressExcluded = limited(new NameConstraints(none, new GeneralSubtree[]{
                new GeneralSubtree(new GeneralName(GeneralName.iPAddress, "192.0.2.0/24"))}));
        missed(Kind.CertificateNotTrusted, match(addressExcluded.tlsa(2, 0, 1), withAddress.by(addressExcluded),
                addressExcluded));
    }

    private Made limited(NameConstraints limits) {
        return Made.authority("CN=limited").with(Extension.nameConstraints, true, limits).by(root);
    }

    @Test
    void nearestMissIsTold() {
        var expired = Made.host("other.example").dates(Made.FROM, Made.FROM.plusSeconds(1)).by(between);
        var stranger = Made.authority("CN=stranger").selfSigned();
        var records = List.of(stranger.tlsa(2, 0, 1), between.tlsa(2, 0, 1), new Tlsa(3, 1, 1, new byte[32]));
        var chain = List.of(expired.der(), between.der(), stranger.der());
        assertEquals(Kind.CertificateExpired, assertInstanceOf(DaneMatch.Mismatch.class,
                DaneMatch.of(records, chain, List.of(MX), Made.NOW)).kind());
    }

    @Test
    void longAndHostileChainsCostABoundedAmount() {
        // Twenty certificates up to the anchor are a path; no more are looked at.
        var chain = new ArrayList<Made>(List.of(root));
        for (int i = 1; i < 19; i++)
            chain.addFirst(Made.authority("CN=" + i).by(chain.getFirst()));
        chain.addFirst(Made.host("mx.example.org").by(chain.getFirst()));
        assertEquals(19, depth(match(root.tlsa(2, 0, 1), chain.toArray(Made[]::new))));
        chain.set(0, Made.authority("CN=one too many").by(chain.get(1)));
        chain.addFirst(Made.host("mx.example.org").by(chain.getFirst()));
        missed(Kind.AnchorNotSent, match(root.tlsa(2, 0, 1), chain.toArray(Made[]::new)));

        // Authorities of one name and one key, each of which has signed every other: more paths than seconds.
        var twins = new ArrayList<byte[]>();
        var one = Made.authority("CN=twin").selfSigned();
        for (int i = 0; i < 30; i++)
            twins.add(Made.authority("CN=twin").by(one, one.keys()).der());
        twins.addFirst(Made.host("mx.example.org").by(one).der());
        twins.add(1, one.der());
        assertTimeoutPreemptively(Patience.AMPLE, () -> missed(Kind.TlsaInvalid,
                DaneMatch.of(List.of(root.tlsa(2, 0, 1)), twins, List.of(MX), Made.NOW)));
    }

    @Test
    void onlyTheFirstTwentyCertificatesAreLookedAt() {
        var chain = new ArrayList<byte[]>(List.of(host.der()));
        for (int i = 0; i < 18; i++)
            chain.add(Made.authority("CN=filler " + i).selfSigned().der());
        chain.add(between.der());
        assertEquals(19, depth(DaneMatch.of(List.of(between.tlsa(2, 0, 1)), chain, List.of(MX), Made.NOW)));
        chain.add(1, root.der());
        missed(Kind.TlsaInvalid, DaneMatch.of(List.of(between.tlsa(2, 0, 1)), chain, List.of(MX), Made.NOW));
    }

    /// Of several records the one that matches is told, and only what is given in full stands in for what is not sent.
    @Test
    void recordThatMatchesIsTheOneThatIsTold() {
        var stranger = Made.authority("CN=stranger").selfSigned();
        for (int matchingType : List.of(0, 1))
            for (int selector : List.of(0, 1)) {
                var right = root.tlsa(2, selector, matchingType);
                var records = List.of(stranger.tlsa(2, selector, matchingType), right);
                assertEquals(right, matched(records, host, between, root));
                if (matchingType == 0) assertEquals(right, matched(records, host, between));
            }
        var all = List.of(root.tlsa(2, 0, 0), root.tlsa(2, 0, 1), root.tlsa(2, 1, 0), root.tlsa(2, 1, 1));
        var signed = Certificate.of(host.der());
        var search = new AnchorSearch(all, List.of(signed));
        assertEquals(1, search.known(signed).size());
        assertArrayEquals(root.der(), search.known(signed).getFirst().der());
        assertEquals(1, search.bareKeys().size());
    }

    private static Tlsa matched(List<Tlsa> records, Made... chain) {
        return assertInstanceOf(DaneMatch.Matched.class, DaneMatch.of(records,
                Arrays.stream(chain).map(Made::der).toList(), List.of(MX), Made.NOW)).by();
    }

    @Test
    void severalRecordsThatNameNothingSentAreCounted() {
        var one = root.tlsa(2, 0, 1);
        var two = root.tlsa(2, 1, 1);
        assertTrue(missed(Kind.AnchorNotSent, match(one, host, between)).contains(one.brief() + " matches none"));
        var both = DaneMatch.of(List.of(one, two), List.of(host.der(), between.der()), List.of(MX), Made.NOW);
        assertTrue(missed(Kind.AnchorNotSent, both).contains(one.brief() + ", " + two.brief() + " match none"));
    }
}
