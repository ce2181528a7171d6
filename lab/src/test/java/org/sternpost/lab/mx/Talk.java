package org.sternpost.lab.mx;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// A bare SMTP client that believes every certificate, for asking hosts what they do.
public final class Talk implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 120_000;

    private Socket socket;
    private BufferedReader in;
    private OutputStream out;

    public Talk(InetAddress address, int port) throws IOException {
        socket = new Socket();
        socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
        use(socket);
    }

    public void patience(int millis) throws IOException { socket.setSoTimeout(millis); }

    private void use(Socket now) throws IOException {
        socket = now;
        in = new BufferedReader(new InputStreamReader(now.getInputStream(), StandardCharsets.UTF_8));
        out = now.getOutputStream();
    }

    /// The next reply, all its lines; empty at the end of the connection.
    public String reply() throws IOException {
        var reply = new StringBuilder();
        String line;
        do {
            line = in.readLine();
            reply.append(line == null ? "" : line + "\n");
        } while (line != null && line.startsWith("-", 3));
        return reply.toString().strip();
    }

    public String say(String line) throws IOException {
        write(line + "\r\n");
        return reply();
    }

    public void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /// Greets, and gives the reply to EHLO.
    public String hello() throws IOException {
        reply();
        return say("EHLO client.test");
    }

    public List<X509Certificate> startTls(String name) throws IOException, GeneralSecurityException {
        var reply = say("STARTTLS");
        if (!reply.startsWith("220")) {
            throw new IOException(reply);
        }
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[]{new Credulous()}, null);
        var tls = (SSLSocket) context.getSocketFactory().createSocket(socket, name, socket.getPort(), true);
        tls.startHandshake();
        use(tls);
        return Stream.of(tls.getSession().getPeerCertificates()).map(X509Certificate.class::cast).toList();
    }

    /// Sends one message, and gives the reply to its end, or to what was refused before.
    public String send(String from, String to, String body) throws IOException {
        for (var line : List.of("MAIL FROM:<" + from + ">", "RCPT TO:<" + to + ">", "DATA")) {
            var reply = say(line);
            if (!reply.startsWith("2") && !reply.startsWith("354")) {
                return reply;
            }
        }
        write(body + "\r\n.\r\n");
        return reply();
    }

    @Override
    public void close() throws IOException { socket.close(); }

    /// A trust manager that believes everything.
    public static final class Credulous extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket on) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket on) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine on) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine on) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
    }
}
