package org.sternpost.engine.smtp.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.sternpost.engine.process.AcceptLoop;
import org.sternpost.engine.process.EssentialThread;
import org.sternpost.engine.smtp.Reply;

/// Listens on one address and gives each client a session on a thread of its own.
public final class SmtpServer implements AutoCloseable {

    private static final int BACKLOG = 512;

    private static final System.Logger LOG = System.getLogger(SmtpServer.class.getName());

    private final ServerSocket listener;
    private final ListenerConfig config;
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();

    private SmtpServer(ServerSocket listener, ListenerConfig config) {
        this.listener = listener;
        this.config = config;
    }

    /// Starts listening; port 0 takes a free one.
    ///
    /// @throws IOException names address, reason and remedy if the address cannot be had
    public static SmtpServer start(InetSocketAddress address, ListenerConfig config) throws IOException {
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
        var server = new SmtpServer(listener, config);
        AcceptLoop.start("smtp-accept", server.address().toString(), new AcceptLoop.Listener<Socket>() {
            @Override
            public Socket accept() throws IOException { return listener.accept(); }

            @Override
            public boolean isOpen() { return !listener.isClosed(); }
        }, server::admit, config.time());
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
        Instant end = config.time().instant().plus(config.limits().times().grace());
        try {
            synchronized (sessions) {
                while (!sessions.isEmpty() && config.time().instant().isBefore(end))
                    config.time().awaitUntil(sessions, end);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        sessions.forEach(Session::abort);
    }

    private void admit(Socket socket) throws IOException {
        InetAddress client = socket.getInetAddress();
        if (client == null) throw new IOException("the client has gone");
        switch (config.admission().admit(client, config.mayRelay(client))) {
            case Admission.Answer.Admitted(var place) -> begin(socket, place);
            case Admission.Answer.Refused(var why) -> refuse(socket, why);
        }
    }

    private void begin(Socket socket, Admission.Place place) throws IOException {
        Session session;
        try {
            session = new Session(socket, config, place);
        } catch (IOException gone) {
            place.close();
            throw gone;
        }
        sessions.add(session);
        // A platform thread: those who send compute on the carriers of virtual ones, which would wait behind them.
        Thread.ofPlatform().daemon().name("smtp-session").start(() -> serve(session));
    }

    private void refuse(Socket socket, Reply why) throws IOException {
        LOG.log(System.Logger.Level.DEBUG, "event=refused client={0} why=\"{1}\"", socket.getInetAddress(), why);
        if (!config.admission().beginRefusal()) {
            RefusedSession.sayAndClose(socket, why);
            return;
        }
        Thread.ofVirtual().name("smtp-refusal").start(() -> {
            try {
                new RefusedSession(socket, config, why).run();
            } catch (IOException gone) {
                LOG.log(System.Logger.Level.DEBUG, "event=refusal-unheard why={0}", gone.getMessage());
            } finally {
                config.admission().endRefusal();
            }
        });
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
}
