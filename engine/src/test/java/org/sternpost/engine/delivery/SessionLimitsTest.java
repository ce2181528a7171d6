package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.JudgedRoute;

/// What hosts see of the limits, however many destinations want a session at the same moment
/// (docs/transport-security.md#session-limits).
class SessionLimitsTest {

    private static final int DESTINATIONS = 8;
    private static final int MESSAGES = 5; // of each

    private final SimTime time = new SimTime();
    private final Cargo cargo = new Cargo(time);

    @Test
    void aHostHasNoMoreConnectionsThanItsLimit() throws Exception {
        assertTrue(connections(new Delivery.Reuse.Most(100, 2, 100), connector(0)) <= 2);
    }

    @Test
    void aConnectorHasNoMoreConnectionsThanItsLimit() throws Exception {
        assertTrue(connections(new Delivery.Reuse.Most(100, 100, 100), connector(3)) <= 3);
    }

    @Test
    void allTogetherHaveNoMoreConnectionsThanTheirLimit() throws Exception {
        assertTrue(connections(new Delivery.Reuse.Most(1, 100, 100), connector(0)) <= 1);
    }

    private static OutboundConnector connector(int sessions) {
        var plain = SampleConnector.of("Default", TlsValidation.Disabled, TlsSettings.None, 1);
        return plain.withPace(plain.pace().withMaxSessions(sessions));
    }

    /// All mail arrives, over as few connections as there may be: nobody ends one of them, and all share them. The
    /// clock stands still, so nobody is tired of waiting.
    private int connections(Delivery.Reuse.Most most, OutboundConnector connector) throws Exception {
        var codes = new ConcurrentLinkedQueue<String>();
        try (var host = ScriptedHost.inClear();
                var delivery = cargo.delivery((_, _, _) -> route(host.port()),
                        new Certificates(time.instant()).anchors(),
                        new Delivery.Reuse(Duration.ofSeconds(5), 1_000, most))) {
            var users = IntStream.range(0, DESTINATIONS).mapToObj(i -> Thread.ofVirtual().start(() -> {
                for (int message = 0; message < MESSAGES; message++)
                    codes.add(carried(delivery, connector, "domain" + i + ".example"));
            })).toList();
            for (Thread user : users)
                user.join();
            assertEquals(DESTINATIONS * MESSAGES, codes.size());
            assertTrue(codes.stream().allMatch("2.0.0"::equals), codes.toString());
            assertEquals(DESTINATIONS * MESSAGES, host.messages().size());
            return host.connections();
        }
    }

    private String carried(Delivery delivery, OutboundConnector connector, String domain) {
        try {
            return Cargo.carry(delivery, cargo.mail(connector, domain, false)).getFirst().outcomes().get(0).code();
        } catch (Exception broken) {
            return broken.toString();
        }
    }

    private static JudgedRoute route(int port) {
        var facts = new HostFacts(DnsStatus.Insecure, DnsStatus.Insecure, Optional.empty(), DnsStatus.Insecure,
                List.of(), "", "", Optional.empty(), List.of());
        var none = new TlsVerdict.None();
        return new JudgedRoute.Hosts("example.org", List.of(new HostJudgement(Domain.of("mx1.example.org"), 10, port,
                List.of(InetAddress.ofLiteral("127.0.0.1")), "", none, none, facts)), List.of());
    }
}
