package org.sternpost.engine.smtp.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.sternpost.engine.time.SystemTime;

/// A peer on loopback that writes whatever a test wants, for as long as the client lets it.
public final class RawHost implements AutoCloseable {

    /// What it does with each client.
    @FunctionalInterface
    public interface Behaviour {
        void meet(RawHost host, Socket client) throws Exception;
    }

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final ServerSocket listener;
    private final Behaviour behaviour;
    private final AtomicLong written = new AtomicLong();

    public RawHost(Behaviour behaviour) throws IOException { this(behaviour, "127.0.0.1", 0); }

    public RawHost(Behaviour behaviour, String address, int port) throws IOException {
        this.behaviour = behaviour;
        this.listener = new ServerSocket(port, 50, InetAddress.ofLiteral(address));
        Thread.ofVirtual().start(this::serve);
    }

    public InetSocketAddress address() { return (InetSocketAddress) listener.getLocalSocketAddress(); }

    /// Octets that clients took, or that their sockets' buffers did.
    public long written() { return written.get(); }

    /// Says something over and over until the client is gone.
    public void repeat(Socket client, String text) throws IOException {
        byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
        while (true) {
            client.getOutputStream().write(octets);
            written.addAndGet(octets.length);
        }
    }

    /// Gives an octet now and then until the client is gone.
    public void drip(Socket client, String text) throws Exception {
        while (true)
            dripOnce(client, text);
    }

    /// Gives a text octet by octet.
    public void dripOnce(Socket client, String text) throws Exception {
        var time = new SystemTime();
        for (byte octet : text.getBytes(StandardCharsets.ISO_8859_1)) {
            client.getOutputStream().write(octet);
            written.incrementAndGet();
            time.sleep(PAUSE);
        }
    }

    /// Neither reads nor writes until it is closed.
    public void rest() throws InterruptedException {
        while (!listener.isClosed())
            new SystemTime().sleep(PAUSE);
    }

    /// Answers like a mail host until it has agreed to STARTTLS.
    public static void untilTls(Socket client) throws IOException {
        say(client, "220 test");
        line(client);
        say(client, "250-test\r\n250 STARTTLS");
        line(client);
        say(client, "220 go");
    }

    public static void say(Socket client, String line) throws IOException {
        client.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Says something once it was asked.
    public static void answer(Socket client, String reply) throws IOException {
        line(client);
        say(client, reply);
    }

    private static void line(Socket client) throws IOException {
        for (int octet = client.getInputStream().read(); octet != '\n'; octet = client.getInputStream().read())
            if (octet < 0) throw new IOException("the client left");
    }

    private void serve() {
        while (!listener.isClosed())
            try {
                var client = listener.accept();
                Thread.ofVirtual().start(() -> meet(client));
            } catch (IOException closed) {
                return;
            }
    }

    private void meet(Socket client) {
        try (client) {
            behaviour.meet(this, client);
        } catch (Exception over) {
            return; // the client has had enough
        }
    }

    @Override
    public void close() throws IOException { listener.close(); }
}
