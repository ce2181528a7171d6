package org.sternpost.engine.smtp.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.sternpost.engine.process.AcceptLoop;
import org.sternpost.engine.process.EssentialThread;

/// Listens on one address and gives each client a session on a virtual thread of its own.
public final class SmtpServer implements AutoCloseable {

    private static final int BACKLOG = 512;

    private static final System.Logger LOG = System.getLogger(SmtpServer.class.getName());

    private final ServerSocket listener;
    private final Reception reception;
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();

    private SmtpServer(ServerSocket listener, Reception reception) {
        this.listener = listener;
        this.reception = reception;
    }

    /// Starts listening; port 0 takes a free one.
    ///
    /// @throws IOException names address, reason and remedy if the address cannot be had
    public static SmtpServer start(InetSocketAddress address, Reception reception) throws IOException {
        var listener = new ServerSocket();
        try {
            listener.setReuseAddress(true);
            listener.bind(address, BACKLOG);
        } catch (IOException taken) {
            listener.close();
            throw new IOException("cannot listen on "
                    + (address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress()) + ":"
                    + address.getPort() + ": "
                    + taken.getMessage() + "; stop what listens there or change 'submission' in the settings file",
                    taken);
        }
        var server = new SmtpServer(listener, reception);
        AcceptLoop.start("smtp-accept", server.address().toString(), new AcceptLoop.Listener<Socket>() {
            @Override
            public Socket accept() throws IOException { return listener.accept(); }

            @Override
            public boolean isOpen() { return !listener.isClosed(); }
        }, server::admit, reception.time());
        return server;
    }

    public InetSocketAddress address() { return (InetSocketAddress) listener.getLocalSocketAddress(); }

    /// Sessions open now.
    public int sessions() { return sessions.size(); }

    /// Takes no more clients, lets those in the midst of a message finish it for a while, then leaves the rest.
    @Override
    public void close() throws IOException {
        listener.close();
        sessions.forEach(Session::drain);
        Instant end = reception.time().instant().plus(reception.limits().grace());
        try {
            synchronized (sessions) {
                while (!sessions.isEmpty() && reception.time().instant().isBefore(end))
                    reception.time().awaitUntil(sessions, end);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        sessions.forEach(Session::abort);
    }

    private void admit(Socket socket) throws IOException {
        if (sessions.size() >= reception.limits().sessionsMax()) {
            refuse(socket);
            return;
        }
        var session = new Session(socket, reception);
        sessions.add(session);
        Thread.ofVirtual().name("smtp-session").start(() -> serve(session));
    }

    private void serve(Session session) {
        try {
            session.run();
        } catch (RuntimeException | Error ours) {
            EssentialThread.rethrowFatal(ours);
            LOG.log(System.Logger.Level.ERROR, "event=session-died", ours);
        } finally {
            sessions.remove(session);
            synchronized (sessions) {
                sessions.notifyAll();
            }
        }
    }

    private static void refuse(Socket socket) throws IOException {
        try (socket) {
            socket.getOutputStream()
                    .write("421 4.3.2 too many sessions; try again later\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }
}
