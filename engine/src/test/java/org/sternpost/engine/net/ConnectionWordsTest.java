package org.sternpost.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionWordsTest {

    @Test
    void eachEndOfAConnectionHasWordsOfOurOwn() {
        assertEquals("the host did not answer in time",
                ConnectionWords.of(new SocketTimeoutException("Read timed out")));
        assertEquals("the host refuses connections to this port",
                ConnectionWords.of(new ConnectException("Connection refused")));
        assertEquals("the host closed the connection", ConnectionWords.of(new EOFException()));
        assertEquals("the host reset the connection", ConnectionWords.of(new SocketException("Connection reset")));
        assertEquals("the connection ended", ConnectionWords.of(new IOException()));
        assertEquals("a\\nb", ConnectionWords.of(new IOException("a\nb")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Received fatal alert: handshake_failure | the host broke off with the TLS alert 'handshake_failure'
            (x) Received fatal alert: protocol_version | the host broke off with the TLS alert 'protocol_version'
            Remote host terminated the handshake | the host closed the connection in the midst of the TLS handshake
            Unsupported or unrecognized SSL message | the host sent something that is not TLS
            """)
    void ofTheHandshakeToo(String said, String words) {
        assertEquals(words, ConnectionWords.of(new SSLException(said)));
    }

    /// Our own trust manager has said what is wrong.
    @Test
    void whatACertificateIsRefusedForPassesAsItIs() {
        var refused = new SSLHandshakeException("(certificate_unknown) PKIX path building failed");
        refused.initCause(new CertificateException("the certificate is self-signed"));
        assertEquals("the certificate is self-signed", ConnectionWords.of(refused));
        var odd = new SSLHandshakeException("x");
        odd.initCause(new CertificateException("it names a\u202eb"));
        assertEquals("it names a\\u202eb", ConnectionWords.of(odd));
    }

    /// What this Java really says when a host speaks no TLS, or hangs up.
    @ParameterizedTest
    @CsvSource(textBlock = """
            220 hello,  the host sent something that is not TLS
            '',         the host closed the connection in the midst of the TLS handshake
            """)
    void asThisJavaSaysIt(String octets, String words) throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Thread.ofVirtual().start(() -> {
                try (var peer = listener.accept()) {
                    peer.getInputStream().read(new byte[1 << 14]);
                    peer.getOutputStream().write((octets.isEmpty() ? "" : octets + "\r\n").getBytes());
                } catch (IOException over) {
                    // The client has what it needs.
                }
            });
            var plain = new Socket(listener.getInetAddress(), listener.getLocalPort());
            var tls = (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(plain, "a.example", 1,
                    true);
            try (tls) {
                tls.startHandshake();
                throw new AssertionError("it shook hands");
            } catch (IOException broken) {
                assertEquals(words, ConnectionWords.of(broken));
            }
        }
    }

    @Test
    void spansAreSaidInSeconds() {
        assertEquals("60 s", ConnectionWords.span(Duration.ofMinutes(1)));
        assertEquals("0.4 s", ConnectionWords.span(Duration.ofMillis(400)));
    }
}
