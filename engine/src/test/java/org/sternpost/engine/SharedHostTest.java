package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sternpost.lab.ca.CertificateKind.SELF_SIGNED;
import static org.sternpost.lab.dns.TlsaSpec.right;
import static org.sternpost.lab.dns.TlsaSpec.wrong;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain.Signing;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabHost;
import org.sternpost.lab.LabSettings;
import org.sternpost.lab.dns.TlsaSpec;
import org.sternpost.lab.mx.MxFault;
import org.sternpost.lab.mx.Visit;
import org.sternpost.lab.policy.StsPolicy;

/// One mail host serves two domains: what one of them asks of it is no policy of the other, in either direction.
class SharedHostTest {

    private static final Duration LIMIT = Patience.AMPLE;
    private static final String DANE_HOST = "mx-dane.unsigned-provider.test";
    private static final String STS_HOST = "mx-sts.unsigned-provider.test";
    private static final String RELAY = "relay-out.signed-provider.test";

    /// The strict domain reaches the host by an alias that has TLSA records, the free one by the host's own name.
    private static final List<LabDomain> TABLE = List.of(
            LabDomain.of("strict-dane.test", Signing.SIGNED, "TLSA of another key at its alias of a shared host")
                    .host(LabHost.of(DANE_HOST, MxFault.NONE, SELF_SIGNED, wrong(3, 1, 1))
                            .behindWithTlsa("mail.strict-dane.test")),
            LabDomain.of("free-dane.test", Signing.UNSIGNED, "the same host by its own name")
                    .host(LabHost.of(DANE_HOST, MxFault.NONE, SELF_SIGNED)),
            LabDomain
                    .of("strict-sts.test", Signing.UNSIGNED, "policy enforced; the shared host has no good certificate")
                    .sts(new StsPolicy("enforce", List.of(STS_HOST))).host(host(STS_HOST)),
            LabDomain.of("free-sts.test", Signing.UNSIGNED, "no policy, the same host").host(host(STS_HOST)),
            LabDomain.of("relayed-a.test", Signing.UNSIGNED, "goes over a smart host")
                    .host(host(RELAY, right(3, 1, 1))),
            LabDomain.of("relayed-b.test", Signing.UNSIGNED, "over the same").host(host(RELAY, right(3, 1, 1))));

    @TempDir
    Path directory;
    private Lab lab;
    private LabEngine engine;

    @BeforeEach
    void start() throws Exception {
        lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), TABLE);
        engine = LabEngine.on(lab, directory.resolve("engine"));
    }

    @AfterEach
    void stop() throws Exception {
        engine.close();
        lab.close();
    }

    @ParameterizedTest
    @CsvSource({"strict-dane.test, free-dane.test, " + DANE_HOST + ", 4.7.323",
            "strict-sts.test,  free-sts.test,  " + STS_HOST + ",  4.7.326"})
    void underEnabledTheSecondDomainIsDeliveredOverItsOwnSessionAndTheFirstIsNot(String strict, String free,
            String host, String code) throws Exception {
        engine.setMode("Default", TlsValidation.Enabled);
        engine.send(List.of(strict));
        var waits = assertInstanceOf(Outcome.Deferred.class, engine.awaitAttempt(strict, 1, LIMIT).outcome());
        assertEquals(code, waits.code(), waits.sentence());
        engine.send(List.of(free));
        assertInstanceOf(Outcome.Delivered.class, engine.awaitAttempt(free, 1, LIMIT).outcome());
        // Once more, with the destination of the free domain possibly still open: nothing leaks the other way either.
        engine.retryAll();
        assertInstanceOf(Outcome.Deferred.class, engine.awaitAttempt(strict, 2, LIMIT).outcome());
        List<Visit> visits = lab.visits(host);
        var carried = visits.stream().filter(visit -> visit.commands().contains("tls:MAIL")).toList();
        assertEquals(1, carried.size(), visits.stream().map(Visit::commands).toList().toString());
        assertEquals(List.of("user@" + free), carried.getFirst().delivered());
        // The strict domain called the host, saw its certificate, and said no more.
        assertTrue(visits.size() >= 3, visits.size() + " visits");
        for (Visit visit : visits)
            if (!carried.contains(visit))
                assertTrue(visit.commands().stream().noneMatch(verb -> verb.endsWith("MAIL")),
                        visit.commands().toString());
        assertEquals(0, lab.count(strict));
    }

    @ParameterizedTest
    @CsvSource({"strict-dane.test, free-dane.test, " + DANE_HOST, "strict-sts.test, free-sts.test, " + STS_HOST})
    void underOpportunisticEachDomainHasItsOwnSessionAndOnlyTheStrictOneWouldHaveFailed(String strict, String free,
            String host) throws Exception {
        engine.setMode("Default", TlsValidation.Opportunistic);
        engine.send(List.of(strict, free));
        var first = (Outcome.Delivered) engine.awaitAttempt(strict, 1, LIMIT).outcome();
        var second = (Outcome.Delivered) engine.awaitAttempt(free, 1, LIMIT).outcome();
        assertTrue(first.wouldHaveFailed().isPresent());
        assertTrue(second.wouldHaveFailed().isEmpty());
        assertEquals(Set.of(List.of("user@" + strict), List.of("user@" + free)),
                Set.copyOf(lab.visits(host).stream().map(Visit::delivered).toList()));
        assertEquals(2, lab.visits(host).size());
    }

    @Test
    void aSmartHostServesEveryDomainUnderItsOwnPolicyAndOnSessionsOfTheirOwn() throws Exception {
        engine.management().connectors().create("relay", fresh -> SampleConnector
                .over(SampleConnector.serving(fresh, "relayed-a.test", "relayed-b.test"),
                        RELAY + ":" + lab.smtpPort())
                .withMode(TlsValidation.Enabled)).commit().apply("test");
        engine.send(List.of("relayed-a.test", "relayed-b.test"));
        for (String domain : List.of("relayed-a.test", "relayed-b.test")) {
            var done = (Outcome.Delivered) engine.awaitAttempt(domain, 1, LIMIT).outcome();
            assertEquals("Dane", done.level().name());
        }
        assertEquals(Set.of(List.of("user@relayed-a.test"), List.of("user@relayed-b.test")),
                Set.copyOf(lab.visits(RELAY).stream().map(Visit::delivered).toList()));
        assertEquals(Set.of(RELAY),
                Set.copyOf(lab.visits(RELAY).stream().map(v -> v.serverName().orElse("")).toList()));
    }

    private static LabHost host(String name, TlsaSpec... tlsa) {
        return LabHost.of(name, MxFault.NONE, SELF_SIGNED, tlsa);
    }
}
