package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// TLS 1.1 is used where nobody must be authenticated and the runtime permits it, and is told of (RFC 8996 §5).
///
/// What a runtime permits is fixed when it starts, so each case is a process of its own.
class OldTlsTest {

    @TempDir
    Path directory;

    @Test
    void oldTlsIsBetterThanNoneWhereTheRuntimePermitsItAndNobodyIsAuthenticated() throws Exception {
        String said = run("SSLv3", "Opportunistic");
        assertTrue(said.contains("pass=1 tls=none"), said);
        assertTrue(said.contains("pass=2 tls=TLSv1.1 noted=true"), said);
        assertTrue(said.contains("Delivered Encrypted TLSv1.1"), said);
    }

    @Test
    void whoMustBeAuthenticatedGetsNoOldTlsWhateverTheRuntimePermits() throws Exception {
        String said = run("SSLv3", "Enabled");
        assertTrue(said.contains("Deferred 4.7.5"), said);
    }

    @Test
    void aRuntimeThatForbidsOldTlsHasTheLastWord() throws Exception {
        String said = run("SSLv3, TLSv1, TLSv1.1", "Opportunistic");
        assertTrue(said.contains("Deferred 4.7.5"), said);
    }

    private String run(String forbidden, String mode) throws Exception {
        Path security = Files.writeString(directory.resolve("security"), "jdk.tls.disabledAlgorithms=" + forbidden
                + "\n");
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                path, "-Djava.security.properties=" + security, OldTlsTest.class.getName(), mode)
                .redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS), said);
        assertEquals(0, process.exitValue(), said);
        return said;
    }

    /// The other process: a host that speaks TLS 1.1 alone and has a TLSA record, and one message to it.
    public static void main(String... args) throws Exception {
        var time = new SimTime();
        var ca = new Certificates(time.instant());
        var mx = Domain.of("mx1.example.org");
        var shown = ca.good(mx.ascii());
        var cargo = new Cargo(time);
        try (var host = new ScriptedHost(shown.context()).speaks("TLSv1.1")) {
            var asked = new TlsVerdict.Dane(List.of(shown.tlsa()), mx, List.of(mx));
            var facts = new HostFacts(DnsStatus.Secure, DnsStatus.Secure, Optional.empty(), DnsStatus.Secure,
                    List.of(), "", "", Optional.empty(), List.of());
            var route = new JudgedRoute.Hosts("example.org", List.of(new HostJudgement(mx, 10, host.port(),
                    List.of(InetAddress.ofLiteral("127.0.0.1")), "", asked, asked, facts)), List.of());
            var connector = Cargo.connector(time, "c", TlsValidation.valueOf(args[0]), TlsSettings.None, 1);
            var done = cargo.carry((_, _, _) -> route, ca.anchors(), cargo.mail(connector, "example.org", false))
                    .getFirst();
            for (var one : done.evidence())
                System.out.println("pass=" + one.attempt().pass() + " tls="
                        + one.session().tls().map(session -> session.protocol()).orElse("none") + " noted="
                        + one.host().facts().notes().stream().anyMatch(note -> note.sentence().contains("TLSv1.1")));
            System.out.println(switch (done.outcomes().get(0)) {
                case Outcome.Delivered d -> "Delivered " + d.level() + " " + d.tls();
                case Outcome.Deferred d -> "Deferred " + d.code();
                case Outcome.Failed f -> "Failed " + f.code();
            });
        }
        System.exit(0);
    }
}
