package org.sternpost.engine.smtp.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.sternpost.engine.time.Patience;

/// A client that speaks in lines, in clear or within TLS.
final class TlsClient implements AutoCloseable {

    private final SSLContext trusting;
    private Socket socket = new Socket();
    private BufferedReader in;

    /// In clear; has heard nothing yet.
    TlsClient(InetSocketAddress server, SSLContext trusting) throws IOException {
        this.trusting = trusting;
        socket.connect(server);
        socket.setSoTimeout((int) Patience.AMPLE.toMillis());
        in = reader();
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

    void shakeHands() throws IOException {
        var tls = (SSLSocket) trusting.getSocketFactory().createSocket(socket, "relay.example", socket.getPort(), true);
        tls.startHandshake();
        socket = tls;
        in = reader();
    }

    private BufferedReader reader() throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    String say(String line) throws IOException {
        write(line + "\r\n");
        return reply();
    }

    /// The same in base64.
    String answer(String text) throws IOException { return say(encoded(text)); }

    static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    void write(String text) throws IOException { write(text.getBytes(StandardCharsets.UTF_8)); }

    void write(byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
        socket.getOutputStream().flush();
    }

    /// All lines of the next reply; empty at the end.
    String reply() throws IOException {
        var text = new StringBuilder();
        String line;
        do {
            line = in.readLine();
            if (line != null) text.append(line).append('\n');
        } while (line != null && line.startsWith("-", 3));
        return text.toString();
    }

    Socket socket() { return socket; }

    @Override
    public void close() throws IOException { socket.close(); }
}
