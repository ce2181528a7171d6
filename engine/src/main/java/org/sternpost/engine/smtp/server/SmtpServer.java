package org.sternpost.engine.smtp.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.net.ConnectionDeadline;
import org.sternpost.engine.process.AcceptLoop;
import org.sternpost.engine.process.EssentialThread;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.server.Admission.Network;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tls.ServerIdentity;

/// Listens on one address and gives each client a session on a thread of its own.
public final class SmtpServer implements AutoCloseable {

    private static final int BACKLOG = 512;
    private static final Duration PROXY_PATIENCE = Duration.ofSeconds(5);
    private static final Reply PROXIES_BUSY = Reply.of(421, "4.3.2 too many sessions; try again later");

    private static final System.Logger LOG = System.getLogger(SmtpServer.class.getName());

    private final ServerSocket listener;
    private final ListenerConfig config;
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
    private Instant end = Instant.MAX; // of the while in which messages may be finished, by the steady clock

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

    /// What an operator should mend of what it shows to clients; empty if nothing.
    public Optional<String> trouble(Instant now) { return config.identity().flatMap(shown -> shown.trouble(now)); }

    /// When the certificate that clients are shown ends; empty where there is none.
    public Optional<Instant> certificateEnd() { return config.identity().map(ServerIdentity::end); }

    /// Takes no more clients, and lets those in the midst of a message finish it for a while. Returns at once.
    public void drain() throws IOException {
        listener.close();
        synchronized (sessions) {
            if (end.isBefore(Instant.MAX)) return;
            end = config.time().steady().plus(config.limits().times().grace());
        }
        sessions.forEach(Session::drain);
    }

    /// Returns once all have finished, or their while is over; then it leaves the rest.
    @Override
    public void close() throws IOException {
        drain();
        Time time = config.time();
        try {
            synchronized (sessions) {
                while (!sessions.isEmpty() && time.steady().isBefore(end))
                    time.awaitUntil(sessions, time.shown(end));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        sessions.forEach(Session::abort);
    }

    private void admit(Socket socket) throws IOException {
        InetAddress client = socket.getInetAddress();
        if (client == null) throw new IOException("the client has gone");
        if (!config.isProxy(client)) admit(socket, client);
        else if (config.admission().beginRefusal())
            Thread.ofVirtual().name("smtp-proxy").start(() -> hearProxy(socket));
        else
            RefusedSession.sayAndClose(socket, PROXIES_BUSY);
    }

    /// A proxy says first for whom it calls. It has a moment for it, and as many at once as may be refused at once:
    /// until then nobody knows who comes.
    private void hearProxy(Socket socket) {
        try {
            ProxyHeader header;
            try (var _ = ConnectionDeadline.over(socket, config.time(), config.time().steady().plus(PROXY_PATIENCE))) {
                header = ProxyHeader.read(socket.getInputStream());
            } finally {
                config.admission().endRefusal();
            }
            if (listener.isClosed()) throw new IOException("the listener was closed meanwhile");
            switch (header) {
                case ProxyHeader.OfClient(var client) -> admit(socket, client);
                case ProxyHeader.OfProxy() -> admit(socket, socket.getInetAddress());
                case ProxyHeader.Malformed(var why) -> {
                    LOG.log(System.Logger.Level.WARNING, "event=proxy-refused proxy={0} why=\"{1}\" remedy=\"let it "
                            + "send version 2 of the PROXY protocol, or take it out of submission.proxies\"",
                            socket.getInetAddress().getHostAddress(), why);
                    socket.close();
                }
            }
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "event=proxy-lost why={0}", gone.getMessage());
            try {
                socket.close();
            } catch (IOException closed) {
                LOG.log(System.Logger.Level.DEBUG, "event=proxy-lost why={0}", closed.getMessage());
            }
        }
    }

    private void admit(Socket socket, InetAddress client) throws IOException {
        switch (config.admission().admit(client, config.standing(client))) {
            case Admission.Answer.Admitted(var place) -> begin(socket, client, place);
            case Admission.Answer.Refused(var why) -> refuse(socket, why);
        }
    }

    private void begin(Socket socket, InetAddress client, Admission.Place place) throws IOException {
        Session session;
        try {
            session = new Session(socket, client, config, place);
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
        if (config.terms().tlsFirst()) { // A word in clear would be garbage to who waits for a handshake.
            socket.close();
            return;
        }
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

    /// What all sessions of one listener share.
    ///
    /// @param hostName  our name in greeting and `Received`
    /// @param allowed   networks whose clients may relay
    /// @param admission of all listeners
    /// @param spool     directory for messages that do not fit in memory while they arrive
    /// @param identity  what TLS shows; empty: it is not offered
    public record ListenerConfig(Domain hostName, List<Network> allowed, Admission admission, MessageSink sink,
            Path spool, Optional<ServerIdentity> identity, ListenerTerms terms, Time time) {

        public ListenerConfig {
            allowed = List.copyOf(allowed);
            // RFC 4954 §4: a mechanism that sends a password needs TLS beneath it.
            if (identity.isEmpty() && (terms.tlsFirst() || terms.auth() instanceof ListenerTerms.Auth.Offered))
                throw new IllegalArgumentException("a listener without a certificate has no TLS and no AUTH");
        }

        /// By networks alone.
        public ListenerConfig(Domain hostName, List<Network> allowed, Admission admission, MessageSink sink,
                Path spool, Optional<ServerIdentity> identity, Time time) {
            this(hostName, allowed, admission, sink, spool, identity, ListenerTerms.BY_NETWORK, time);
        }

        Admission.Standing standing(InetAddress client) {
            if (mayRelay(client)) return Admission.Standing.Known;
            return terms.auth() instanceof ListenerTerms.Auth.Offered
                    ? Admission.Standing.Unproven
                    : Admission.Standing.Outside;
        }

        ServerLimits limits() { return admission.limits(); }

        boolean isProxy(InetAddress client) {
            return terms.proxies().stream().anyMatch(network -> network.contains(client));
        }

        boolean mayRelay(InetAddress client) { return allowed.stream().anyMatch(network -> network.contains(client)); }
    }

    /// Whoever keeps what sessions accept.
    @FunctionalInterface
    public interface MessageSink {

        /// What became of a message.
        sealed interface Answer {
            /// On the disk; the client may forget it.
            record Accepted(QueueId id) implements Answer {}

            /// Not kept; the client hears this reply.
            record Refused(Reply reply) implements Answer {}
        }

        /// Takes responsibility for a message, or does not. Trouble of any kind is a refusal.
        ///
        /// @param id     the name it has in its `Received` field
        /// @param client address the client connected from, with ` as ` and the user if it has authenticated
        Answer take(QueueId id, String client, Envelope envelope, Header header, Content content);
    }

    /// How much all listeners together take.
    ///
    /// @param messageOctetsMax announced as `SIZE`
    /// @param recipientsMax    of one message
    /// @param errorsMax        replies of class 5 to one session before it is closed
    /// @param memoryOctetsMax  of all sessions together
    public record ServerLimits(long messageOctetsMax, int recipientsMax, int errorsMax, Sessions sessions, Times times,
            long memoryOctetsMax) {

        /// Sessions at one time. Clients that may not relay have none of these: they are told so, and are counted
        /// apart.
        ///
        /// @param ofAddress of one client, so that it leaves some to the others
        /// @param ofNetwork of the addresses that one client may have: 24 bits of IPv4, 64 of IPv6
        /// @param refused   clients that are being told why they are not served
        public record Sessions(int all, int ofAddress, int ofNetwork, int refused) {

            /// Of which one client may have half.
            public static Sessions of(int all) {
                return new Sessions(all, Math.max(1, all / 2), Math.max(1, all / 4 * 3), 100);
            }

            /// No more than so many.
            public Sessions atMost(int most) {
                var fewer = of(most);
                return new Sessions(Math.min(all, most), Math.min(ofAddress, fewer.ofAddress()),
                        Math.min(ofNetwork, fewer.ofNetwork()), Math.min(refused, most));
            }
        }

        /// How long things may take, however busy a client looks.
        ///
        /// @param command             from one reply to the end of the next command; also for a client to take replies
        /// @param session             the whole
        /// @param idle                a client may be silent though others find no session
        /// @param dataOctetsPerSecond of a message on its way in, on the average
        /// @param grace               for sessions to finish a message when the engine stops
        public record Times(Duration command, Duration session, Duration idle, int dataOctetsPerSecond,
                Duration grace) {

            public static final Times DEFAULT = new Times(Duration.ofMinutes(5), // RFC 5321 §4.5.3.2.7
                    Duration.ofHours(2), Duration.ofSeconds(10), 1_000, Duration.ofSeconds(5));
        }

        public static final ServerLimits DEFAULT = new ServerLimits(50L << 20, 1_000, 50, Sessions.of(1_000),
                Times.DEFAULT,
                Runtime.getRuntime().maxMemory() / 4);

        /// By the names that they have in the settings.
        public Map<String, String> shown() {
            var shown = new LinkedHashMap<String, String>();
            shown.put("maxSessions", String.valueOf(sessions.all()));
            shown.put("maxSessionsPerAddress", String.valueOf(sessions.ofAddress()));
            shown.put("maxSessionsPerNetwork", String.valueOf(sessions.ofNetwork()));
            shown.put("maxRefusedSessions", String.valueOf(sessions.refused()));
            shown.put("maxCommandTime", times.command().toSeconds() + "s");
            shown.put("maxSessionTime", times.session().toSeconds() + "s");
            shown.put("maxIdleTime", times.idle().toSeconds() + "s");
            shown.put("minDataRate", String.valueOf(times.dataOctetsPerSecond()));
            shown.put("maxMemory", String.valueOf(memoryOctetsMax));
            shown.put("maxRecipients", String.valueOf(recipientsMax));
            shown.put("maxErrors", String.valueOf(errorsMax));
            return shown;
        }

        public ServerLimits withMessageOctetsMax(long octets) {
            return new ServerLimits(octets, recipientsMax, errorsMax, sessions, times, memoryOctetsMax);
        }

        public ServerLimits withSessions(Sessions other) {
            return new ServerLimits(messageOctetsMax, recipientsMax, errorsMax, other, times, memoryOctetsMax);
        }

        public ServerLimits withTimes(Times other) {
            return new ServerLimits(messageOctetsMax, recipientsMax, errorsMax, sessions, other, memoryOctetsMax);
        }

        public ServerLimits withMemoryOctetsMax(long octets) {
            return new ServerLimits(messageOctetsMax, recipientsMax, errorsMax, sessions, times, octets);
        }
    }
}
