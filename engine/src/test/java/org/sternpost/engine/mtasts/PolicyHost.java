package org.sternpost.engine.mtasts;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.sternpost.engine.time.Patience;

/// An HTTPS server on loopback that says what a test tells it, octet by octet.
public final class PolicyHost implements AutoCloseable {

    /// What the host does once it has read the head of a request.
    @FunctionalInterface
    public interface Behaviour {
        void answer(Asked asked, OutputStream out) throws Exception;
    }

    /// One request as it came: the server name of the handshake, the request line, the header lines.
    public record Asked(String sni, String line, List<String> header) {

        public String path() { return line.split(" ")[1]; }

        public String field(String name) {
            return header.stream().filter(one -> one.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(one -> one.substring(name.length() + 1).strip()).findFirst().orElse("");
        }
    }

    private static final Duration PATIENCE = Patience.AMPLE;

    private final SSLServerSocket listener;
    private final Behaviour behaviour;
    private final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> conversations = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean cutShort;

    private PolicyHost(SSLServerSocket listener, Behaviour behaviour) {
        this.listener = listener;
        this.behaviour = behaviour;
    }

    public static PolicyHost start(SSLContext identity, String address, Behaviour behaviour, String... protocols)
            throws IOException {
        var listener = (SSLServerSocket) identity.getServerSocketFactory().createServerSocket(0, 5,
                InetAddress.ofLiteral(address));
        if (protocols.length > 0) listener.setEnabledProtocols(protocols);
        var host = new PolicyHost(listener, behaviour);
        Thread.ofVirtual().start(host::serve);
        return host;
    }

    public int port() { return listener.getLocalPort(); }

    public List<Asked> asked() { return List.copyOf(asked); }

    /// True if a client hung up before the answer was complete; waits until the host has noticed.
    boolean wasCutShort() throws InterruptedException {
        for (Thread conversation : List.copyOf(conversations))
            conversation.join(PATIENCE);
        return cutShort;
    }

    private void serve() {
        while (!listener.isClosed())
            try {
                var connection = (SSLSocket) listener.accept();
                // Known before it runs: a client may be through with it before this thread goes on.
                Thread conversation = Thread.ofVirtual().unstarted(() -> converse(connection));
                conversations.add(conversation);
                conversation.start();
            } catch (IOException closed) {
                return;
            }
    }

    private void converse(SSLSocket connection) {
        try (connection) {
            connection.startHandshake();
            var in = new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
            String line = in.readLine();
            var header = new ArrayList<String>();
            for (String next = in.readLine(); next != null && !next.isEmpty(); next = in.readLine())
                header.add(next);
            String sni = ((ExtendedSSLSession) connection.getSession()).getRequestedServerNames().stream()
                    .map(name -> new String(name.getEncoded(), StandardCharsets.US_ASCII)).findFirst().orElse("");
            if (line == null) return;
            var one = new Asked(sni, line, List.copyOf(header));
            asked.add(one);
            behaviour.answer(one, connection.getOutputStream());
        } catch (Exception gone) {
            cutShort = true; // a client that does not like us; the test knows whether it should
        }
    }

    @Override
    public void close() throws IOException { listener.close(); }
}
