package org.sternpost.engine.certificate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
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
import org.sternpost.engine.certificate.PathSearch.Anchors;
import org.sternpost.engine.certificate.PathSearch.Miss;
import org.sternpost.engine.certificate.PathSearch.Result;
import org.sternpost.engine.dane.Made;

/// What forbids a path that leads to its anchor: one rule for DANE-TA, MTA-STS and all else.
class PathSearchTest {

    private static final GeneralSubtree[] NONE = null;
    private final Made root = Made.authority("CN=root").selfSigned();

    /// An anchor that is trusted and not sent.
    private record Trusted(Certificate anchor) implements Anchors {
        @Override
        public boolean end(Certificate certificate, int above) { return certificate.equals(anchor); }

        @Override
        public List<Certificate> known(Certificate signed) { return List.of(anchor); }

        @Override
        public List<byte[]> bareKeys() { return List.of(); }
    }

    private static Result judge(Made anchor, Made... chain) {
        return PathSearch.of(Certificate.chain(Arrays.stream(chain).map(Made::der).toList()),
                new Trusted(Certificate.of(anchor.der())), Made.NOW);
    }

    private static void holds(Made anchor, Made... chain) {
        assertInstanceOf(Result.Found.class, judge(anchor, chain), () -> judge(anchor, chain).toString());
    }

    private static void forbids(String words, Made anchor, Made... chain) {
        var missed = assertInstanceOf(Result.Missed.class, judge(anchor, chain));
        assertEquals(Miss.Forbidden, missed.kind(), missed.detail());
        assertTrue(missed.detail().contains(words), missed.detail());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            MD5withRSA,           false
            SHA1withRSA,          false
            SHA224withRSA,        true
            SHA256withRSA,        true
            SHA1withRSAandMGF1,   false
            SHA256withRSAandMGF1, true
            """)
    void signaturesOfBrokenDigestsProveNothing(String algorithm, boolean holds) {
        var authority = Made.authority("CN=a").selfSigned(Made.rsa(), algorithm); // nobody relies on its own signature
        var host = Made.host("mx.example.org").by(authority, Made.rsa(), algorithm);
        if (holds) holds(authority, host);
        else
            forbids("which can be forged", authority, host);
        var below = Made.authority("CN=b").by(authority, Made.rsa(), algorithm);
        var deep = Made.host("mx.example.org").by(below, Made.rsa(), "SHA256withRSA");
        if (holds) holds(authority, deep, below);
        else
            forbids("which can be forged", authority, deep, below);
    }

    @ParameterizedTest
    @CsvSource({"1024, false", "2040, false", "2048, true"})
    void keysBelowTheFloorProveNothing(int bits, boolean holds) {
        var weak = Made.rsa(bits);
        var host = Made.host("mx.example.org").by(root, weak, "SHA256withECDSA");
        var authority = Made.authority("CN=a").selfSigned(weak, "SHA256withRSA");
        var below = Made.host("mx.example.org").by(authority, Made.rsa(), "SHA256withRSA");
        if (holds) {
            holds(root, host);
            holds(authority, below);
        } else {
            forbids("RSA with " + bits + " bits", root, host);
            forbids("RSA with " + bits + " bits", authority, below);
        }
    }

    @ParameterizedTest
    @CsvSource({"secp192r1, false", "secp224r1, true", "secp521r1, true"})
    void curvesBelowTheFloorProveNothing(String curve, boolean holds) {
        var host = Made.host("mx.example.org").by(root, Made.curve(curve), "SHA512withECDSA");
        if (holds) holds(root, host);
        else
            forbids("an elliptic curve with 192 bits", root, host);
    }

    @Test
    void anAuthorityForOtherPurposesVouchesForNoServer() {
        for (var purpose : List.of(KeyPurposeId.id_kp_emailProtection, KeyPurposeId.id_kp_clientAuth)) {
            var authority = Made.authority("CN=a").with(Extension.extendedKeyUsage, false,
                    new ExtendedKeyUsage(purpose)).by(root);
            forbids("is not for TLS servers", root, Made.host("mx.example.org").by(authority), authority);
        }
        for (var purpose : List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.anyExtendedKeyUsage)) {
            var authority = Made.authority("CN=a").with(Extension.extendedKeyUsage, false,
                    new ExtendedKeyUsage(purpose)).by(root);
            holds(root, Made.host("mx.example.org").by(authority), authority);
        }
    }

    @Test
    void aPurposeNamedTwiceIsOnePurpose() {
        var twice = new ExtendedKeyUsage(new KeyPurposeId[]{KeyPurposeId.id_kp_serverAuth,
                KeyPurposeId.id_kp_serverAuth});
        holds(root, Made.host("mx.example.org").with(Extension.extendedKeyUsage, false, twice).by(root));
    }

    /// RFC 5280 §4.2.1.12: one of three is enough for a server; none of them is not.
    @Test
    void theKeyOfAServerIsForServers() {
        for (int usage : new int[]{KeyUsage.digitalSignature, KeyUsage.keyEncipherment, KeyUsage.keyAgreement,
                KeyUsage.digitalSignature | KeyUsage.keyCertSign})
            holds(root, Made.host("mx.example.org").with(Extension.keyUsage, true, new KeyUsage(usage)).by(root));
        for (int usage : new int[]{KeyUsage.keyCertSign | KeyUsage.cRLSign, KeyUsage.nonRepudiation})
            forbids("its key usage", root,
                    Made.host("mx.example.org").with(Extension.keyUsage, true, new KeyUsage(usage)).by(root));
    }

    private static GeneralSubtree dns(String base) {
        return new GeneralSubtree(new GeneralName(GeneralName.dNSName, base));
    }

    private Made limited(GeneralSubtree[] permitted, GeneralSubtree[] excluded) {
        return Made.authority("CN=limited").with(Extension.nameConstraints, true,
                new NameConstraints(permitted, excluded)).by(root);
    }

    private Made permitting(GeneralSubtree... trees) { return limited(trees, NONE); }

    private Made excluding(GeneralSubtree... trees) { return limited(NONE, trees); }

    @ParameterizedTest
    @CsvSource(textBlock = """
            mx.example.org,   '',              true
            mx.example.org,   org,             true
            mx.example.org,   example.org,     true
            mx.example.org,   EXAMPLE.org,     true
            mx.example.org,   mx.example.org,  true
            mx.example.org,   xample.org,      false
            mx.example.org,   a.mx.example.org, false
            mx.example.org,   .example.org,    true
            example.org,      .example.org,    false
            *.example.org,    example.org,     true
            """)
    void aDnsNameIsWithinABaseByWholeLabels(String name, String base, boolean within) {
        var permits = permitting(dns(base));
        var excludes = excluding(dns(base));
        if (within) {
            holds(root, Made.host(name).by(permits), permits);
            forbids("name constraints", root, Made.host(name).by(excludes), excludes);
        } else {
            forbids("name constraints", root, Made.host(name).by(permits), permits);
            holds(root, Made.host(name).by(excludes), excludes);
        }
    }

    /// It would stand for the very host that its authority may not name.
    @Test
    void aWildcardMayNotStandForAnExcludedHost() {
        var excludes = excluding(dns("mx.example.org"));
        forbids("name constraints", root, Made.host("*.example.org").by(excludes), excludes);
        holds(root, Made.host("*.mail.example.org").by(excludes), excludes);
        holds(root, Made.host("*.xample.org").by(excludes), excludes);
        var permits = permitting(dns("mx.example.org"));
        forbids("name constraints", root, Made.host("*.example.org").by(permits), permits);
    }

    @Test
    void theEmptyDirectoryNameIsAboveAll() {
        var empty = new GeneralSubtree(new GeneralName(new X500Name(new org.bouncycastle.asn1.x500.RDN[0])));
        var excludes = excluding(empty);
        forbids("name constraints", root, Made.host("mx.example.org").by(excludes), excludes);
        var permits = permitting(empty);
        holds(root, Made.host("mx.example.org").by(permits), permits);
    }

    /// RFC 5280 §6.1.4 (g): they bind whatever is below, through authorities that say nothing of their own.
    @Test
    void constraintsReachHostsAndAuthoritiesFarBelow() {
        var top = permitting(dns("example.net"));
        var between = Made.authority("CN=between").by(top);
        forbids("name constraints", root, Made.host("mx.example.org").by(between), between, top);
        holds(root, Made.host("mx.example.net").by(between), between, top);

        var names = permitting(new GeneralSubtree(new GeneralName(new X500Name("O=Example"))));
        var foreign = Made.authority("CN=foreign").by(names);
        var host = new Made.Plan(new X500Name("O=Example,CN=x"), Made.FROM, Made.UNTIL,
                Made.host("mx.example.org").extensions());
        forbids("'CN=foreign'", root, host.by(foreign), foreign, names);
        holds(root, host.by(names), names);
    }

    @Test
    void selfIssuedAuthoritiesAreFreeOfConstraintsAndCountForNoLength() {
        var limited = Made.authority("CN=limited").with(Extension.nameConstraints, true,
                new NameConstraints(NONE, new GeneralSubtree[]{
                        new GeneralSubtree(new GeneralName(new X500Name("CN=limited")))}))
                .with(Extension.basicConstraints, true, new org.bouncycastle.asn1.x509.BasicConstraints(0)).by(root);
        var renewed = Made.authority("CN=limited").by(limited);
        holds(root, Made.host("mx.example.org").by(renewed), renewed, limited);
        forbids("name constraints", root, new Made.Plan(new X500Name("CN=limited"), Made.FROM, Made.UNTIL,
                Made.host("mx.example.org").extensions()).by(limited), limited);
    }

    /// An administrator may trust an authority for some names alone: its own constraints confine it.
    @Test
    void anAnchorIsHeldToWhatItSays() {
        var confined = Made.authority("CN=confined").with(Extension.nameConstraints, true,
                new NameConstraints(new GeneralSubtree[]{dns("example.org")}, NONE)).selfSigned();
        holds(confined, Made.host("mx.example.org").by(confined));
        forbids("name constraints", confined, Made.host("mx.example.net").by(confined));
        var expired = Made.authority("CN=old").dates(Made.FROM, Made.FROM.plusSeconds(1)).selfSigned();
        assertEquals(Miss.OutOfDate, assertInstanceOf(Result.Missed.class,
                judge(expired, Made.host("mx.example.org").by(expired))).kind());
    }

    /// RFC 5280 §4.2.1.10: minimum and maximum have no meaning, and other kinds of names none that is known here.
    @Test
    void whatAConstraintMeansIsKnownOrItForbids() {
        var odd = new GeneralSubtree(new GeneralName(GeneralName.dNSName, "example.org"), java.math.BigInteger.ONE,
                null);
        for (var authority : List.of(permitting(odd), excluding(odd), permitting(dns(""), odd)))
            forbids("name constraints", root, Made.host("mx.example.org").by(authority), authority);
        var registered = new GeneralSubtree(new GeneralName(GeneralName.registeredID, "1.2.3"));
        var limited = excluding(registered);
        holds(root, Made.host("mx.example.org").by(limited), limited);
        forbids("name constraints", root, Made.commonName("CN=x").with(Extension.subjectAlternativeName, false,
                new GeneralNames(new GeneralName[]{new GeneralName(GeneralName.dNSName, "mx.example.org"),
                        new GeneralName(GeneralName.registeredID, "1.2.4")}))
                .by(limited), limited);
    }

    /// Whatever is in a part: it is read or it is not, and what it is in cannot be used; nothing is thrown.
    @Test
    void whatCannotBeReadIsSaidByItsPart() {
        Stream.of(Extension.keyUsage, Extension.extendedKeyUsage, Extension.nameConstraints,
                Extension.basicConstraints, Extension.subjectAlternativeName).forEach(id -> {
                    for (byte[] octets : List.of(new byte[0], new byte[]{5}, new byte[]{0x30, 0x02, 0x01, 0x00},
                            new byte[]{0x30, 0x04, (byte) 0xa0, 0x02, 0x30, 0x00})) {
                        var odd = Made.host("mx.example.org").raw(id, false, octets);
                        judge(root, odd.by(root));
                        var authority = Made.authority("CN=a").raw(id, false, octets).by(root);
                        judge(root, Made.host("mx.example.org").by(authority), authority);
                    }
                });
        forbids("has name constraints that cannot be read", root, Made.host("mx.example.org")
                .raw(Extension.nameConstraints, false, new byte[]{4}).by(root));
        var sequence = Made.host("mx.example.org").with(Extension.extendedKeyUsage, false, new DERSequence());
        judge(root, sequence.by(root));
    }

    /// A signature by an algorithm that our library lacks: what is missing is our knowledge.
    @Test
    void anAlgorithmThatIsNotKnownHereLeavesTheChainUnjudged() throws Exception {
        var outer = ASN1Sequence.getInstance(Made.host("mx.example.org").by(root).der());
        var inner = ASN1Sequence.getInstance(outer.getObjectAt(0)).toArray();
        var unknown = new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.2"));
        inner[2] = unknown; // version, serial number, signature
        byte[] der = new DERSequence(new ASN1Encodable[]{new DERSequence(inner), unknown, outer.getObjectAt(2)})
                .getEncoded();
        var missed = assertInstanceOf(Result.Missed.class, PathSearch.of(List.of(Certificate.of(der)),
                new Trusted(Certificate.of(root.der())), Made.NOW));
        assertEquals(Miss.Unjudged, missed.kind(), missed.detail());
    }

    /// That a signature held is remembered; nothing else follows from it.
    @Test
    void aSignatureThatHeldVouchesForNoOtherCertificateKeyOrTime() {
        var stranger = Made.authority("CN=root").selfSigned();
        var host = Made.host("mx.example.org").by(root);
        holds(root, host);
        holds(root, host);
        assertEquals(Miss.NoPath, assertInstanceOf(Result.Missed.class, judge(stranger, host)).kind());
        byte[] changed = host.der();
        changed[changed.length - 1] ^= 1; // the end of the signature
        var forged = PathSearch.of(List.of(Certificate.of(changed)), new Trusted(Certificate.of(root.der())), Made.NOW);
        assertEquals(Miss.NoPath, assertInstanceOf(Result.Missed.class, forged).kind());
        var late = PathSearch.of(Certificate.chain(List.of(host.der())), new Trusted(Certificate.of(root.der())),
                Made.NOW.plus(Duration.ofDays(36_500)));
        assertEquals(Miss.OutOfDate, assertInstanceOf(Result.Missed.class, late).kind());
    }

    @Test
    void theSameOctetsAreReadOnceWhateverBecomesOfTheArray() {
        byte[] octets = Made.host("mx.example.org").by(root).der();
        var read = Certificate.of(octets);
        assertSame(read, Certificate.of(octets.clone()));
        byte[] before = octets.clone();
        Arrays.fill(octets, (byte) 0);
        assertArrayEquals(before, read.der());
        read.key().orElseThrow()[0] = 0;
        assertSame(read, Certificate.of(before));
        assertEquals(0x30, read.key().orElseThrow()[0]);
        assertTrue(Certificate.of(octets).key().isEmpty());
    }
}
