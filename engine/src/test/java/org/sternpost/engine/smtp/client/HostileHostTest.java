package org.sternpost.engine.smtp.client;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tls.Certificates;

/// Mail hosts that never come to an end: each breaks the session, soon and at small cost.
class HostileHostTest {

    private static final Envelope ENVELOPE = new Envelope(new ReversePath.Null(),
            List.of(Recipient.of(Address.of("b@example.org"))), MailParameters.NONE);

    private static final Duration STEP = Duration.ofMinutes(1); // of the clock, with each drip
    private static final Timeouts LIMITS = new Timeouts(Patience.UNMET, Patience.UNMET, Patience.UNMET, Patience.UNMET,
            Patience.UNMET, Patience.SHORT);
    private static final Duration SOON = Patience.AMPLE;
    private static final long OCTETS_MAX = 8 << 20; // what the buffers of two sockets may take at most

    private final SimTime time = new SimTime();

    private SmtpSession connect(RawHost host) throws BrokenSessionException { return connect(host, time); }

    private static SmtpSession connect(RawHost host, Time time) throws BrokenSessionException {
        return new SmtpClient(LIMITS, time).connect(host.address(), Optional.empty());
    }

    /// Gives an octet now and then, as the session's clock has it, until the session is gone.
    private void drip(RawHost self, Socket client, String text) throws Exception {
        while (true) {
            self.dripOnce(client, text);
            time.advance(STEP);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"220-welcome\r\n", "x", "220 ", "\r\n", "220-\r", "\u0000", "220-a\r\n221-b\r\n"})
    void whoNeverEndsAReplyIsLeft(String text) throws Exception {
        try (var host = new RawHost((self, client) -> self.repeat(client, text))) {
            try (var session = connect(host)) {
                assertTimeoutPreemptively(SOON, () -> assertThrows(BrokenSessionException.class, session::banner));
            }
            assertTrue(host.written() < OCTETS_MAX, host.written() + " octets were taken");
        }
    }

    @Test
    void aLineOfAMegabyteIsNotRead() throws Exception {
        try (var host = new RawHost((_, client) -> RawHost.say(client, "220 " + "x".repeat(1 << 20)));
                var session = connect(host)) {
            var broken = assertThrows(BrokenSessionException.class, session::banner);
            assertTrue(broken.getMessage().contains("more than 2048 octets"), broken.getMessage());
        }
    }

    @Test
    void whoDripsAReplyHasTheTimeOfOneReply() throws Exception {
        try (var host = new RawHost((self, client) -> drip(self, client, "220-x\r\n")); var session = connect(host)) {
            var broken = assertTimeoutPreemptively(SOON,
                    () -> assertThrows(BrokenSessionException.class, session::banner));
            assertInstanceOf(SocketTimeoutException.class, broken.getCause());
            assertTrue(broken.getMessage().contains("within 60 s"), broken.getMessage());
        }
    }

    @Test
    void whoDripsARecordOfTlsHasTheTimeOfOneReply() throws Exception {
        try (var host = secure((self, client, _) -> {
            // RFC 8446 §5.1: a record of application data, of which the octets then come one by one.
            client.getOutputStream().write(new byte[]{23, 3, 3, 0x3f, 0x00});
            drip(self, client, "x");
        }); var session = secured(connect(host))) {
            var broken = assertTimeoutPreemptively(SOON,
                    () -> assertThrows(BrokenSessionException.class, () -> session.hello("me", false)));
            assertInstanceOf(SocketTimeoutException.class, broken.getCause());
        }
    }

    @Test
    void whoTakesNoContentWithinTlsIsLeft() throws Exception {
        byte[] large = new byte[32 << 20];
        try (var host = secure((self, _, tls) -> {
            for (String reply : List.of("250 a", "250 b", "250 c", "354 d"))
                RawHost.answer(tls, reply);
            self.rest();
        })) {
            var session = secured(connect(host, new SystemTime()));
            assertTimeoutPreemptively(SOON, () -> {
                session.hello("me", false);
                assertThrows(BrokenSessionException.class, () -> session.send(ENVELOPE, Content.of(large)));
                session.close();
            });
        }
    }

    @Test
    void whoAnswersWithinTlsWithoutBeingAskedIsLeft() throws Exception {
        // It agrees to whatever may come.
        try (var host = secure((self, _, tls) -> self.repeat(tls, "250-a\r\n250 PIPELINING\r\n"))) {
            var session = secured(connect(host));
            assertTimeoutPreemptively(SOON, () -> {
                var why = assertThrows(BrokenSessionException.class, () -> {
                    session.hello("me", false);
                    session.send(ENVELOPE, Content.of(new byte[0]));
                });
                assertTrue(why.getMessage().contains("to nothing that it was asked"), why.getMessage());
                session.close();
            });
        }
    }

    /// What a host does once TLS stands.
    @FunctionalInterface
    private interface Within {
        void meet(RawHost self, Socket below, SSLSocket tls) throws Exception;
    }

    private static RawHost secure(Within behaviour) throws IOException {
        var identity = new Certificates(new SystemTime().instant()).good("mx.example.org");
        return new RawHost((self, client) -> {
            RawHost.untilTls(client);
            var tls = (SSLSocket) identity.context().getSocketFactory().createSocket(client, null, false);
            tls.setUseClientMode(false);
            tls.startHandshake();
            behaviour.meet(self, client, tls);
        });
    }

    private static SmtpSession secured(SmtpSession session) throws Exception {
        session.banner();
        session.hello("me", false);
        session.startTls();
        Socket below = session.socket();
        session.secured(trusting(session), below);
        return session;
    }

    private static SSLSocket trusting(SmtpSession session) throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[]{new AnyCertificate()}, null);
        var tls = (SSLSocket) context.getSocketFactory().createSocket(session.socket(), "mx.example.org", 25, true);
        tls.startHandshake();
        return tls;
    }

    private static final class AnyCertificate implements X509TrustManager {
        @Override
        public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public java.security.cert.X509Certificate[] getAcceptedIssuers() {
            return new java.security.cert.X509Certificate[0];
        }
    }
}
