package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.Ret;
import org.sternpost.engine.real.RealInternet;
import org.sternpost.engine.real.Receiver;
import org.sternpost.engine.real.SmallReceiver;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// Postfix and Exim end sessions by limits of their own: no message is lost, none comes twice, and nobody is blamed.
class RealPoolTest {

    private static final Domain MX = Domain.of("mx1.example.org");
    private static final int MESSAGES = 40;

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();
    private final Cargo cargo = new Cargo(time);
    private int sent;

    @BeforeEach
    void hasTheServers() {
        Optional<String> hindrance = RealInternet.hindrance();
        if (hindrance.isEmpty()) return;
        if ("required".equals(System.getenv("STERNPOST_REAL_SERVERS")))
            fail("real servers are required: " + hindrance.get());
        abort(hindrance.get());
    }

    /// What a receiver ends sessions by.
    private record Limit(String name, boolean postfix, String settings) {}

    @Test
    void manyMessagesGoOverOneSessionOfEach() throws Exception {
        for (Limit plain : List.of(new Limit("postfix", true, ""), new Limit("exim", false, "")))
            try (var receiver = start(plain); var delivery = delivery(receiver)) {
                for (int i = 0; i < MESSAGES; i++)
                    assertInstanceOf(Outcome.Delivered.class, carried(delivery, "d" + i % 7 + ".example"),
                            plain.name());
                assertEquals(1, receiver.sessions(), plain.name());
                assertAllOnce(receiver);
            }
    }

    /// Exim takes so many messages of a session and says 421 to the next MAIL.
    @Test
    void aReceiverThatTakesFewMessagesOfASessionGetsAnotherOne() throws Exception {
        try (var receiver = start(new Limit("exim", false, "smtp_accept_max_per_connection = 5"));
                var delivery = delivery(receiver)) {
            for (int i = 0; i < MESSAGES; i++)
                assertInstanceOf(Outcome.Delivered.class, carried(delivery, "d" + i % 7 + ".example"));
            assertEquals(MESSAGES / 5, receiver.sessions());
            assertAllOnce(receiver);
        }
    }

    /// Postfix counts what it refuses, and ends a session that had too much of it.
    @Test
    void aReceiverThatHadTooManyErrorsOfASessionGetsAnotherOne() throws Exception {
        String settings = "smtpd_recipient_restrictions = check_recipient_access inline:{{no.example=REJECT}}\n"
                + "smtpd_soft_error_limit = 3\nsmtpd_hard_error_limit = 3\nsmtpd_error_sleep_time = 0\n";
        try (var receiver = start(new Limit("postfix", true, settings)); var delivery = delivery(receiver)) {
            for (int i = 0; i < MESSAGES; i++) {
                // What it takes in between makes up for what it refused.
                if (i % 8 == 0) assertInstanceOf(Outcome.Delivered.class, carried(delivery, "yes.example"));
                var refused = assertInstanceOf(Outcome.Failed.class, carried(delivery, "no.example"));
                assertEquals("5.7.1", refused.code(), refused.sentence());
                sent--;
            }
            assertEquals(MESSAGES / 8, receiver.sessions(), "each that it took came by another one");
            assertAllOnce(receiver);
        }
    }

    /// A receiver waits for no command longer than it likes: the session that waits for mail is gone by then.
    @Test
    void aReceiverThatIsTiredOfWaitingCostsNoMessageAnything() throws Exception {
        for (Limit tired : List.of(new Limit("postfix", true, "smtpd_timeout = 1s\nsmtpd_starttls_timeout = 1s\n"),
                new Limit("exim", false, "smtp_receive_timeout = 1s")))
            try (var receiver = start(tired); var delivery = delivery(receiver)) {
                for (int i = 1; i <= 3; i++) {
                    assertInstanceOf(Outcome.Delivered.class, carried(delivery, "d.example"), tired.name());
                    int before = i;
                    Patience.until(tired.name() + " ends session " + i, () -> receiver.timeouts() >= before);
                }
                assertEquals(3, receiver.sessions(), tired.name());
                assertAllOnce(receiver);
            }
    }

    private SmallReceiver start(Limit limit) throws Exception {
        sent = 0;
        Path home = Files.createDirectory(directory.resolve(limit.name()));
        return limit.postfix()
                ? SmallReceiver.postfix(home, limit.settings())
                : SmallReceiver.exim(home, limit.settings());
    }

    private Delivery delivery(SmallReceiver receiver) {
        var facts = new HostFacts(DnsStatus.Insecure, DnsStatus.Insecure, Optional.empty(), DnsStatus.Insecure,
                List.of(), "", "", Optional.empty(), List.of());
        InetAddress address = receiver.address().getAddress();
        var none = new TlsVerdict.None();
        return cargo.delivery((_, _, domain) -> new JudgedRoute.Hosts(domain.ascii(), List.of(new HostJudgement(MX, 10,
                receiver.address().getPort(), List.of(address), "", none, none, facts)), List.of()),
                new Certificates(time.instant()).anchors());
    }

    private Outcome carried(Delivery delivery, String domain) throws Exception {
        String content = Receiver.FIELD + ": number-" + sent++ + "\r\nMessage-ID: <" + sent
                + "@example.com>\r\nDate: Sat, 28 Nov 2026 10:00:00 +0000\r\nFrom: <a@example.com>\r\n\r\nhello\r\n";
        var mail = cargo.mail(Cargo.connector(time, "Default", TlsValidation.Disabled, TlsSettings.None, 1), domain,
                false, Ret.None, content.getBytes(StandardCharsets.US_ASCII));
        return Cargo.carry(delivery, mail).getFirst().outcomes().get(0);
    }

    private void assertAllOnce(SmallReceiver receiver) throws Exception {
        Patience.until("all is kept", () -> receiver.kept() >= sent);
        assertEquals(sent, receiver.kept(), "some came twice");
    }
}
