package org.sternpost.engine.smtp.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.sternpost.engine.smtp.Dialogue;

/// A client that speaks in lines, in clear or within TLS.
final class TlsClient implements AutoCloseable {

    private final SSLContext trusting;
    private Socket socket = new Socket();
    private Dialogue dialogue;

    /// In clear; has heard nothing yet.
    TlsClient(InetSocketAddress server, SSLContext trusting) throws IOException {
        this.trusting = trusting;
        socket.setReceiveBufferSize(8 * 1024); // who does not read stops the server soon
        socket.connect(server);
        dialogue = new Dialogue(socket);
    }

    /// Within TLS by STARTTLS, greeted.
    static TlsClient secured(InetSocketAddress server, SSLContext trusting) throws IOException {
        var client = new TlsClient(server, trusting);
        client.reply();
        client.say("EHLO c.example");
        client.say("STARTTLS");
        client.shakeHands();
        client.say("EHLO c.example");
        return client;
    }

    /// Verifies the server's certificate.
    ///
    /// @param versions of TLS; all that there are when none is given
    void shakeHands(String... versions) throws IOException {
        var tls = (SSLSocket) trusting.getSocketFactory().createSocket(socket, "relay.example", socket.getPort(), true);
        var parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (versions.length > 0) parameters.setProtocols(versions);
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        socket = tls;
        dialogue = new Dialogue(socket);
    }

    String version() { return ((SSLSocket) socket).getSession().getProtocol(); }

    String say(String line) throws IOException { return dialogue.say(line); }

    /// The same in base64.
    String answer(String text) throws IOException { return say(encoded(text)); }

    static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    void write(String text) throws IOException { write(text.getBytes(StandardCharsets.UTF_8)); }

    void write(byte[] octets) throws IOException { dialogue.write(octets); }

    /// All lines of the next reply; empty at the end.
    String reply() throws IOException { return dialogue.reply(); }

    Socket socket() { return socket; }

    @Override
    public void close() throws IOException { socket.close(); }
}
