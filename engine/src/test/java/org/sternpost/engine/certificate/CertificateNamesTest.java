package org.sternpost.engine.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.dane.Made;

class CertificateNamesTest {

    private static List<String> names(Made.Plan plan) {
        return CertificateNames.withCommonNames(Certificate.of(plan.selfSigned().der()));
    }

    private static Made.Plan alternatives(GeneralName... names) {
        return Made.commonName("CN=common.example").with(Extension.subjectAlternativeName, false,
                new GeneralNames(names));
    }

    @Test
    void dnsNamesHideTheCommonName() {
        assertEquals(List.of("a.example", "b.example"), names(alternatives(
                new GeneralName(GeneralName.dNSName, "A.Example."),
                new GeneralName(GeneralName.dNSName, "b.example"))));
    }

    @Test
    void commonNameCountsOnlyWithoutDnsNames() {
        assertEquals(List.of("common.example"), names(Made.commonName("CN=Common.example")));
        assertEquals(List.of("common.example"),
                names(alternatives(new GeneralName(GeneralName.rfc822Name, "me@mail.example"))));
        assertEquals(List.of("192.0.2.1", "common.example"),
                names(alternatives(new GeneralName(GeneralName.iPAddress, "192.0.2.1"))));
        assertEquals(List.of("192.0.2.1", "a.example"),
                names(alternatives(new GeneralName(GeneralName.iPAddress, "192.0.2.1"),
                        new GeneralName(GeneralName.dNSName, "a.example"))));
        assertEquals(List.of(), names(Made.commonName("O=nobody")));
    }

    /// The Kelvin sign becomes a `k` in Unicode's lower case, so that a name with it would stand for a bank's host.
    @Test
    void onlyLettersOfAsciiHaveTwoCases() {
        assertEquals(List.of("mx.ban\u212a.example"), names(Made.commonName("CN=MX.ban\u212a.example")));
    }

    @Test
    void everyCommonNameCountsAndNothingElseOfTheSubject() {
        assertEquals(List.of("a.example", "b.example"), names(Made.commonName("CN=a.example,O=x,CN=b.example")));
        // One part with two attributes: the other one is no common name, whichever comes first.
        assertEquals(List.of("b.example"), names(Made.commonName("OU=a.example+CN=b.example")));
        assertEquals(List.of("b.example"), names(Made.commonName("CN=b.example+UID=a.example")));
    }

    @Test
    void unreadableAlternativesNameNobody() {
        assertEquals(List.of(), names(Made.commonName("CN=a.example").raw(Extension.subjectAlternativeName, false,
                new byte[]{1, 2, 3})));
        assertEquals(List.of("common.example"), names(alternatives(new GeneralName(GeneralName.iPAddress,
                new org.bouncycastle.asn1.DEROctetString(new byte[3])))), "three octets are no address");
    }

    @Test
    void namesAreBoundedAndPrintable() {
        var many = IntStream.range(0, 1_005).mapToObj(i -> new GeneralName(GeneralName.dNSName, i + ".example"))
                .toArray(GeneralName[]::new);
        var read = names(alternatives(many));
        assertEquals(1_000, read.size());
        assertEquals("999.example", read.getLast());
        assertEquals(List.of("a?b.example"),
                names(alternatives(new GeneralName(GeneralName.dNSName, "a\u0000b.example"))));
        assertEquals("x".repeat(255), names(alternatives(
                new GeneralName(GeneralName.dNSName, "x".repeat(300)))).getFirst());
        assertEquals("x".repeat(255), names(alternatives(
                new GeneralName(GeneralName.dNSName, "x".repeat(255)))).getFirst());
    }

    /// RFC 8461 §4.2: the common name is DANE-TA's alone.
    @Test
    void withoutAlternativeNamesTheCommonNameIsNoAlternative() {
        assertEquals(List.of(),
                CertificateNames.alternatives(Certificate.of(Made.commonName("CN=a.example").selfSigned().der())));
        assertEquals(List.of("a.example"),
                CertificateNames.alternatives(Certificate.of(Made.host("a.example").selfSigned().der())));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            mx.example.org,    mx.example.org,    true
            mx.example.org,    MX.Example.ORG,    true
            mx.example.org,    example.org,       false
            *.example.org,     mx.example.org,    true
            *.example.org,     example.org,       false
            *.example.org,     a.mx.example.org,  false
            *.example.org,     mx.example.net,    false
            *.example.org,     .example.org,      false
            *.example.org,     *.example.org,     false
            m*.example.org,    mx.example.org,    false
            *x.example.org,    mx.example.org,    false
            mx.*.org,          mx.example.org,    false
            *.org,             example.org,       false
            *.co.uk,           example.co.uk,     true
            *,                 localhost,         false
            localhost,         localhost,         true
            """)
    void wildcardIsTheWholeLeftMostLabel(String name, String host, boolean covered) {
        assertEquals(covered, CertificateNames.cover(List.of("other.example", name), host));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            relay.partner.example,     relay.partner.example, true
            relay.partner.example,     Relay.Partner.example, true
            relay.partner.example,     mail.partner.example,  false
            relay.partner.example,     *.partner.example,     true
            relay.partner.example,     *.Partner.example,     true
            *.partner.example,         *.partner.example,     true
            *.partner.example,         relay.partner.example, true
            a.relay.partner.example,   *.partner.example,     false
            partner.example,           *.partner.example,     false
            *.relay.partner.example,   *.partner.example,     false
            relay.other.example,       *.partner.example,     false
            """)
    void domainOfTheConnectorMayBeAPattern(String name, String wanted, boolean satisfied) {
        assertEquals(satisfied, CertificateNames.satisfy(new ArrayList<>(Arrays.asList("x.example", name)), wanted));
    }
}
