package org.sternpost.engine.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// The name a host is asked for in the handshake, as the host sees it.
class ServerNameTest {

    private static final Domain HOST = Domain.of("mx.example.org");
    private static final Domain BASE = Domain.of("real.host.example");

    private final SystemTime time = new SystemTime();
    private final Certificates ca = new Certificates(time.instant());
    private final Certificates.Identity shown = ca.good("mx.example.org", "real.host.example");
    private final Handshake handshake = new Handshake(new Prover(ca.anchors(), time));

    private String seen(Domain host, TlsVerdict verdict) throws Exception {
        var context = shown.context();
        try (var listener = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            var seen = new FutureTask<>(() -> {
                try (var peer = listener.accept();
                        var tls = (SSLSocket) context.getSocketFactory().createSocket(peer, null, true)) {
                    tls.setUseClientMode(false);
                    tls.startHandshake();
                    return String.join(" ", ((ExtendedSSLSession) tls.getSession()).getRequestedServerNames().stream()
                            .map(name -> new String(name.getEncoded(), StandardCharsets.US_ASCII)).toList());
                }
            });
            Thread.ofVirtual().start(seen);
            try (var socket = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
                var asked = new Requirement(host, verdict, TlsSettings.None, "");
                var secured = assertInstanceOf(Handshake.Result.Secured.class,
                        handshake.over(socket, asked, Patience.UNMET));
                String name = seen.get(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
                if (!name.isEmpty()) assertEquals(name, secured.proofs().facts().sni(), "evidence tells the same");
                return name;
            }
        }
    }

    @Test
    void underDaneItIsTheTlsaBaseName() throws Exception {
        assertEquals("real.host.example", seen(HOST, new TlsVerdict.Dane(List.of(shown.tlsa()), BASE, List.of(BASE))));
    }

    @Test
    void otherwiseItIsTheHost() throws Exception {
        assertEquals("mx.example.org", seen(HOST, new TlsVerdict.Sts(HOST, "1")));
        assertEquals("mx.example.org", seen(HOST, new TlsVerdict.Encrypted()));
        assertEquals("mx.example.org", seen(HOST, new TlsVerdict.None()));
    }

    @Test
    void addressIsNoServerName() throws Exception {
        assertEquals("", seen(Domain.of("192.0.2.1"), new TlsVerdict.None()));
    }
}
