package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.tls.Handshake;
import org.sternpost.engine.tls.Prover;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.JudgedRoute;

/// How long a judgement without mail may take.
class ShadowJudgeTest {

    private static final Domain MX = Domain.of("mx1.example.org");

    private final SimTime time = new SimTime();

    /// Others wait for their turn, for as much longer where the clock went back meanwhile.
    @Test
    void aClockThatIsSetBackGivesItNoMoreTime() throws Exception {
        try (var host = ScriptedHost.inClear("127.0.0.41", 0)) {
            var judge = new ShadowJudge((_, _, domain) -> {
                time.set(time.instant().minus(Duration.ofDays(1)));
                time.advance(Duration.ofMinutes(10));
                return route(domain, host.port());
            }, new Handshake(new Prover(new Certificates(time.instant()).anchors(), time)), "me.example",
                    Timeouts.of(Patience.UNMET), time);
            var connector = Cargo.connector(time, "c", TlsValidation.Disabled, TlsSettings.None, 1);
            var late = assertInstanceOf(ShadowJudge.Result.NotNow.class, judge.of(connector, Domain.of("example.org")));
            assertTrue(late.why().contains("within the 10 minutes"), late.why());
            assertEquals(0, host.connections());
        }
    }

    private static JudgedRoute route(Domain domain, int port) {
        var facts = new HostFacts(DnsStatus.Insecure, DnsStatus.Insecure, Optional.empty(), DnsStatus.NotAsked,
                List.of(), "", "", Optional.empty(), List.of());
        return new JudgedRoute.Hosts(domain.ascii(), List.of(new HostJudgement(MX, 10, port,
                List.of(InetAddress.ofLiteral("127.0.0.41")), "", new TlsVerdict.None(), new TlsVerdict.None(), facts)),
                List.of());
    }
}
