package org.sternpost.engine.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Five unrelated hosts with one fault are no coincidence; four are, and so are five of one provider.
class InterceptionTest {

    private static final Instant AT = Instant.parse("2026-11-27T10:00:00Z");

    private final List<SeenHost> seen = new ArrayList<>();
    private boolean alone;

    @ParameterizedTest
    @CsvSource({"4, 0", "5, 1", "7, 1"})
    void startTlsIsMissingAtSoMany(int hosts, int found) {
        for (int i = 0; i < hosts; i++)
            bare("mx.p" + i + ".example", "192.0." + i + ".1", true, AT);
        assertEquals(found, Interception.among(seen).size());
    }

    @ParameterizedTest
    @CsvSource({"mx%d.provider.example, 192.0.%d.1, 0", "mx.p%d.example, 192.0.2.%d, 0",
            "mx.p%d.example, 192.0.%d.1, 1",
            "mx.p%d.co.uk, 192.0.%d.1, 1", "mx%d.provider.co.uk, 192.0.%d.1, 0",
            "mx%d.gmx.de, 192.0.%d.1, 0", "mx%d.a.kpn.nl, 192.0.%d.1, 0", "mx.p%d.example, 2001:db8:%d::1, 1",
            "mx.p%d.example, 2001:db8:7:%d::1, 0", "mx.p%d.example, 127.0.0.%d, 1"})
    void whatOneProviderRunsIsRelated(String name, String address, int found) {
        for (int i = 1; i <= 6; i++)
            bare(String.format(name, i), String.format(address, i), true, AT);
        assertEquals(found, Interception.among(seen).size());
    }

    /// Two providers, each by other signs: names of one stand in the network of the other.
    @Test
    void relationsAreFollowed() {
        for (int i = 0; i < 3; i++) {
            bare("mx" + i + ".one.example", "192.0." + i + ".1", true, AT);
            bare("mx.p" + i + ".example", "192.0." + i + ".2", true, AT);
        }
        assertEquals(List.of(), Interception.among(seen));
    }

    @Test
    void whereNobodyPromisesTlsItIsMissedOnlyWhereItWas() {
        for (int i = 0; i < 6; i++)
            bare("mx.p" + i + ".example", "192.0." + i + ".1", false, AT);
        assertEquals(List.of(), Interception.among(seen), "many hosts have none");
        for (int i = 0; i < 5; i++)
            shown("mx.p" + i + ".example", "192.0." + i + ".1", "CN=CA", "c", true, AT.minusSeconds(60));
        assertEquals(List.of("mx.p0.example", "mx.p1.example", "mx.p2.example", "mx.p3.example", "mx.p4.example"),
                Interception.among(seen).getFirst().hosts());
    }

    /// Whose latest sight is good has no fault any more.
    @Test
    void whatHasPassedIsOver() {
        for (int i = 0; i < 5; i++)
            bare("mx.p" + i + ".example", "192.0." + i + ".1", true, AT);
        shown("mx.p4.example", "192.0.4.1", "CN=CA", "c", true, AT.plusSeconds(1));
        assertEquals(List.of(), Interception.among(seen));
    }

    /// Of very many hosts a few are always in disorder.
    @Test
    void aFewOfVeryManyAreNotOurs() {
        for (int i = 0; i < 5; i++)
            bare("mx.p" + i + ".example", "192.0." + i + ".1", true, AT);
        for (int i = 0; i < 95; i++)
            shown("mx.g" + i + ".example", "198.51." + i + ".1", "CN=CA", "c" + i, true, AT.plus(Duration.ofHours(1)));
        assertEquals(1, Interception.among(seen).size(), "one in twenty");
        shown("mx.g95.example", "198.51.95.1", "CN=CA", "c95", true, AT);
        assertEquals(List.of(), Interception.among(seen));
        seen.replaceAll(one -> one.tls() ? at(one, AT.minusSeconds(1)) : one);
        assertEquals(1, Interception.among(seen).size(), "those seen before say nothing of now");
    }

    @ParameterizedTest
    @CsvSource({"4, CN=Proxy, false, false, 0", "5, CN=Proxy, false, false, 1", "5, CN=Proxy, true, false, 0",
            "5, CN=Proxy, false, true, 0"})
    void oneIssuerStandsInForAll(int hosts, String issuer, boolean anchored, boolean proven, int found) {
        for (int i = 0; i < hosts; i++)
            shown("mx.p" + i + ".example", "192.0." + i + ".1", issuer, "c" + i, anchored, AT, proven);
        assertEquals(found, Interception.among(seen).size());
    }

    /// Machines that came with a name of their maker's sign themselves; one certificate at all of them is not the same.
    @ParameterizedTest
    @CsvSource({"c%d, 0", "same, 1"})
    void whatSignsItselfIsItsOwnIssuer(String certificate, int found) {
        for (int i = 0; i < 5; i++) {
            String host = "mx.p" + i + ".example";
            seen.add(new SeenHost("p" + i + ".example", host, "192.0." + i + ".1", true,
                    new SeenHost.Shown(String.format(certificate, i), "CN=localhost", "CN=localhost", false, false,
                            Optional.empty(), false),
                    false, "", Optional.empty(), new SeenHost.Sight(1, AT, AT)));
        }
        assertEquals(found, Interception.among(seen).size());
    }

    private void bare(String host, String address, boolean promised, Instant last) {
        seen.add(new SeenHost("d." + host, host, address, false,
                new SeenHost.Shown("", "", "", true, false, Optional.empty(), false), promised, "", Optional.empty(),
                new SeenHost.Sight(1, last, last)));
    }

    private void shown(String host, String address, String issuer, String certificate, boolean anchored, Instant last) {
        shown(host, address, issuer, certificate, anchored, last, false);
    }

    private void shown(String host, String address, String issuer, String certificate, boolean anchored, Instant last,
            boolean proven) {
        seen.add(new SeenHost("d." + host, host, address, true,
                new SeenHost.Shown(certificate, "CN=" + host, issuer, anchored, proven, Optional.empty(), alone), false,
                "",
                Optional.empty(), new SeenHost.Sight(1, last, last)));
    }

    /// A host that leaves its intermediate out has no path, whoever made its certificate.
    @ParameterizedTest
    @CsvSource({"0, false, false, 0", "1, false, false, 1", "0, true, false, 0", "1, true, false, 0",
            "1, false, true, 0"})
    void aCertificateAloneSaysNothingOfItsIssuer(int complete, boolean anchored, boolean proven, int found) {
        for (int i = 0; i < 5; i++) {
            alone = i >= complete;
            shown("mx.p" + i + ".example", "192.0." + i + ".1", "CN=R11", "c" + i, false, AT);
        }
        alone = false;
        if (anchored || proven) shown("mx.good.example", "198.51.1.1", "CN=R11", "c9", anchored, AT, proven);
        assertEquals(found, Interception.among(seen).size());
    }

    private static SeenHost at(SeenHost one, Instant at) {
        return new SeenHost(one.domain(), one.host(), one.address(), one.tls(), one.certificate(), one.promised(),
                one.tlsa(), one.tlsaEnds(), new SeenHost.Sight(1, at, at));
    }
}
