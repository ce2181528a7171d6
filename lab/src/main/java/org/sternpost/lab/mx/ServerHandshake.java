package org.sternpost.lab.mx;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import javax.net.ssl.SSLSocket;

/// The handshake of a host, with what is odd about it.
final class ServerHandshake {
    private static final int RECORD_HEADER_OCTETS = 5;
    private static final int LENGTH_AT = 3;
    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 1, 112}; // a warning: RFC 6066 §3, RFC 5246 §7.2

    private ServerHandshake() {}

    /// TLS on top of `plain`, once the client has finished its part.
    static SSLSocket over(Socket plain, MxHost host) throws IOException {
        var begun = host.fault() == MxFault.WARNS_OF_NAMES ? warned(plain, host.name()) : InputStream.nullInputStream();
        if (!(host.tls().getSocketFactory().createSocket(plain, begun, true) instanceof SSLSocket secure)) {
            throw new IOException("this Java has no TLS");
        }
        secure.setUseClientMode(false);
        switch (host.fault()) {
            case RSA_KEY_EXCHANGE -> {
                secure.setEnabledProtocols(new String[]{"TLSv1.2"});
                secure.setEnabledCipherSuites(new String[]{"TLS_RSA_WITH_AES_128_GCM_SHA256"});
            }
            // TLS 1.3 knows no warnings any more (RFC 8446 §6).
            case WARNS_OF_NAMES -> secure.setEnabledProtocols(new String[]{"TLSv1.2"});
            default -> {
                // as the library has it
            }
        }
        secure.startHandshake();
        return secure;
    }

    /// Reads the ClientHello, warns if it holds the host's name, and gives it back to be read again.
    private static InputStream warned(Socket plain, String name) throws IOException {
        var head = plain.getInputStream().readNBytes(RECORD_HEADER_OCTETS);
        var length = head.length < RECORD_HEADER_OCTETS ? 0 : ByteBuffer.wrap(head).getShort(LENGTH_AT) & 0xffff;
        var hello = plain.getInputStream().readNBytes(length);
        if (new String(hello, StandardCharsets.ISO_8859_1).contains(name)) {
            plain.getOutputStream().write(UNRECOGNIZED_NAME);
        }
        var all = ByteBuffer.allocate(head.length + hello.length).put(head).put(hello).array();
        return new ByteArrayInputStream(all);
    }
}
