package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.DeliveryAgent.DefectException;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.queue.Claims;
import org.sternpost.engine.queue.QueuedMessage.MessageContent;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.Judge;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.JudgedRoute;

/// What a message that we cannot put into commands leaves behind.
class DefectTest {

    private static final Domain MX = Domain.of("mx1.example.org");

    private final SimTime time = new SimTime();
    private final Cargo cargo = new Cargo(time);

    /// A line end or another control character in a command would be a command of its own.
    @ParameterizedTest
    @ValueSource(strings = {"utf-8;a\tb", "rfc822;a\r\nRSET"})
    void whatNoCommandCanSayIsInNoEnvelope(String orcpt) {
        assertThrows(IllegalArgumentException.class,
                () -> new Recipient(Address.of("b@example.org"), Set.of(), orcpt));
    }

    @Test
    void theMessageIsNamedAndItsHostHearsNothingOfIt() throws Exception {
        try (var host = ScriptedHost.inClear()) {
            var connector = Cargo.connector(time, "c", TlsValidation.Disabled, TlsSettings.None, 1);
            var whole = cargo.mail(connector, "example.org", false);
            var odd = Claims.of(whole.message(), new Odd(), connector, whole.mode(), whole.domain(),
                    whole.recipients(), false);
            var trust = new Certificates(time.instant()).anchors();
            var defect = assertThrows(DefectException.class, () -> cargo.carry(judge(host.port()), trust, odd));
            assertEquals(odd, defect.mail());
            assertEquals(0, defect.soFar().outcomes().size());
            assertTrue(host.heard().stream().noneMatch(line -> line.startsWith("MAIL") || line.startsWith("RSET")
                    || line.startsWith("QUIT")),
                    host.heard() + "");
            assertEquals("2.0.0", cargo.carry(judge(host.port()), trust, whole).getFirst().outcomes().get(0).code());
            assertEquals(1, host.messages().size());
        }
    }

    /// Content of which this gateway makes nothing.
    private record Odd() implements MessageContent {
        @Override
        public long size() { return 5; }

        @Override
        public InputStream open() { throw new IllegalStateException("a defect"); }
    }

    private static Judge judge(int port) throws Exception {
        var facts = new HostFacts(DnsStatus.Insecure, DnsStatus.Insecure, Optional.empty(), DnsStatus.NotAsked,
                List.of(), "", "", Optional.empty(), List.of());
        var host = new HostJudgement(MX, 10, port, List.of(InetAddress.getByName("127.0.0.1")), "",
                new TlsVerdict.None(), new TlsVerdict.None(), facts);
        return (_, _, _) -> new JudgedRoute.Hosts("example.org", List.of(host), List.of());
    }
}
