package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.tls.TlsLimits;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// Hosts that Java's TLS refuses by default, and others do not: mail to them goes encrypted and not in clear.
///
/// Java reads its limits once per process, so each run has one of its own.
class TlsLimitsTest {

    private static final Domain MX = Domain.of("mx1.example.org");
    private static final int MANY_NAMES = 1_500; // make the certificate alone larger than Java's limit of 32,768

    @Test
    void hostsThatOurLibraryUsedToRefuseAreSpokenTlsWith() throws Exception {
        String said = run("widened");
        assertTrue(said.lines().anyMatch("missing: "::equals), said);
        for (String one : List.of("chain 9", "chain 10", "chain 11", "chain 15", "large", "rsa key exchange", "warning",
                "underscore"))
            assertTrue(said.contains(one + ": Delivered Encrypted"), one + " in " + said);
        // Settings that nobody is authenticated by do not stand in the way of those who must be.
        for (String one : List.of("rsa key exchange", "warning", "chain 15"))
            assertTrue(said.contains(one + " under DANE: Delivered Dane"), one + " in " + said);
        // RSA key exchange is offered only to who has ended a handshake without it.
        assertTrue(said.lines().anyMatch(line -> line.matches("rsa key exchange: .* TLS_RSA_\\S+, 2 connections")),
                said);
        assertTrue(said.lines().anyMatch(line -> line.matches("usual: .*, 1 connections")), said);
        assertTrue(said.contains("usual: Delivered Encrypted TLSv1.3"), said);
        assertFalse(said.contains("usual: Delivered Encrypted TLSv1.3 TLS_RSA"), said);
    }

    /// What this test is for: without it the same hosts get mail in clear.
    @Test
    void javasOwnLimitsWouldSendMailInClear() throws Exception {
        String said = run("used before");
        for (String one : List.of("chain 11", "large", "rsa key exchange"))
            assertTrue(said.contains(one + ": Delivered Plaintext"), one + " in " + said);
        // Where that may not be, the trouble is told as ours: a host that other gateways encrypt to has no fault.
        for (String one : List.of("chain 11", "rsa key exchange"))
            assertTrue(said.lines().anyMatch(line -> line.startsWith(one + " under DANE: Deferred this gateway's TLS "
                    + "library cannot take what " + MX + " sends: ")), one + " in " + said);
        assertTrue(said.contains("missing: RSA key exchange"), said);
        // These need no limit of the process.
        for (String one : List.of("warning", "underscore", "chain 10"))
            assertTrue(said.contains(one + ": Delivered Encrypted"), one + " in " + said);
    }

    private static String run(String how) throws Exception {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                path, TlsLimitsTest.class.getName(), how).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS), said);
        assertEquals(0, process.exitValue(), said);
        return said;
    }

    /// The other process.
    public static void main(String... args) throws Exception {
        if (!args[0].equals("widened")) {
            var context = SSLContext.getInstance("TLS");
            context.init(null, null, null);
            context.createSSLEngine(); // now Java has read its limits
        }
        TlsLimits.widen();
        System.out.println("missing: " + TlsLimits.missing());
        var time = new SimTime();
        var ca = new Certificates(time.instant());
        for (int length : List.of(9, 10, 11, 15)) {
            var shown = ca.chained(length, MX.ascii());
            // In TLS 1.2 and 1.3 alike.
            told(time, ca, "chain " + length, new ScriptedHost(shown.context()).speaks("TLSv1.2"), MX,
                    Optional.empty());
            told(time, ca, "chain " + length + " under DANE", new ScriptedHost(shown.context()), MX,
                    Optional.of(shown));
        }
        var many = ca.good(Stream.concat(Stream.of(MX.ascii()),
                IntStream.range(0, MANY_NAMES).mapToObj(i -> "a-rather-long-name-" + i + ".example.org"))
                .toArray(String[]::new));
        told(time, ca, "large", new ScriptedHost(many.context()), MX, Optional.empty());
        var rsa = ca.rsa(MX.ascii());
        for (var dane : List.of(Optional.<Certificates.Identity>empty(), Optional.of(rsa)))
            told(time, ca, "rsa key exchange" + (dane.isEmpty() ? "" : " under DANE"),
                    new ScriptedHost(rsa.context()).speaks("TLSv1.2").takes("TLS_RSA_WITH_AES_128_GCM_SHA256"), MX,
                    dane);
        var good = ca.good(MX.ascii());
        for (var dane : List.of(Optional.<Certificates.Identity>empty(), Optional.of(good)))
            told(time, ca, "warning" + (dane.isEmpty() ? "" : " under DANE"),
                    new ScriptedHost(good.context()).speaks("TLSv1.2").warnsOfNames(), MX, dane);
        told(time, ca, "underscore", new ScriptedHost(good.context()), new Domain("mx_1.example.org"),
                Optional.empty());
        told(time, ca, "usual", new ScriptedHost(good.context()), MX, Optional.empty());
        System.exit(0);
    }

    private static void told(SimTime time, Certificates ca, String name, ScriptedHost host, Domain mx,
            Optional<Certificates.Identity> dane) throws Exception {
        TlsVerdict asked = dane.<TlsVerdict>map(one -> new TlsVerdict.Dane(List.of(one.tlsa()), mx, List.of(mx)))
                .orElseGet(TlsVerdict.None::new);
        var facts = new HostFacts(DnsStatus.Secure, DnsStatus.Secure, Optional.empty(), DnsStatus.Secure, List.of(),
                "", "", Optional.empty(), List.of());
        var route = new JudgedRoute.Hosts("example.org", List.of(new HostJudgement(mx, 10, host.port(),
                List.of(InetAddress.ofLiteral("127.0.0.1")), "", asked, asked, facts)), List.of());
        var cargo = new Cargo(time);
        var connector = Cargo.connector(time, "c", TlsValidation.Enabled, TlsSettings.None, 1);
        try (host) {
            var done = cargo.carry((_, _, _) -> route, ca.anchors(), cargo.mail(connector, "example.org", true))
                    .getFirst();
            System.out.println(name + ": " + switch (done.outcomes().get(0)) {
                case Outcome.Delivered d -> "Delivered " + d.level() + " " + d.tls();
                case Outcome.Deferred d -> "Deferred " + d.sentence();
                case Outcome.Failed f -> "Failed " + f.sentence();
            } + ", " + host.connections() + " connections");
        }
    }
}
