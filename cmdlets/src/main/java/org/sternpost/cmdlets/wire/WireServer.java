package org.sternpost.cmdlets.wire;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.sternpost.cmdlets.Catalogue;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.process.AcceptLoop;
import org.sternpost.engine.net.ConnectionDeadline;
import org.sternpost.engine.time.Time;

/// The engine's end of the wire: a Unix-domain socket that only its owner may open.
public final class WireServer implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(WireServer.class.getName());
    private static final int CONNECTIONS_MAX = 64; // administrators and their scripts
    private static final Duration HELLO_MAX = Duration.ofSeconds(10); // for a shell to say who it is, or hear why not

    private final Path socket;
    private final ServerSocketChannel server;
    private final CommandExecutor executor;
    private final String hostName;
    private final Catalogue catalogue;
    private final Set<ShellConnection> sessions = ConcurrentHashMap.newKeySet();
    private final Semaphore refusals = new Semaphore(CONNECTIONS_MAX);
    private final Time time;

    private WireServer(Path socket, ServerSocketChannel server, Management engine, Catalogue catalogue,
            String hostName, Time time) {
        this.socket = socket;
        this.server = server;
        this.executor = new CommandExecutor(engine);
        this.catalogue = catalogue;
        this.hostName = hostName;
        this.time = time;
    }

    /// Listens at a path, 0600 from its first moment.
    ///
    /// @param catalogue what it can be asked
    /// @param hostName what the engine is called in the prompt
    /// @throws IOException if the path is too long, taken by a running engine, or no socket
    public static WireServer start(Path socket, Management engine, Catalogue catalogue, String hostName, Time time)
            throws IOException {
        ServerSocketChannel listener = SocketFile.listen(socket);
        var server = new WireServer(socket, listener, engine, catalogue, hostName, time);
        AcceptLoop.start("wire-accept", socket.toString(), new AcceptLoop.Listener<SocketChannel>() {
            @Override
            public SocketChannel accept() throws IOException { return listener.accept(); }

            @Override
            public boolean isOpen() { return listener.isOpen(); }
        }, server::admit, time);
        return server;
    }

    /// Where it listens.
    public Path socket() { return socket; }

    /// Users of the shells that are connected, one entry a shell.
    public List<String> connected() {
        return sessions.stream().map(ShellConnection::user).flatMap(Optional::stream).sorted().toList();
    }

    /// Stops listening and drops all connections; changes under way are carried through.
    @Override
    public void close() throws IOException {
        server.close();
        sessions.forEach(ShellConnection::close);
        Files.deleteIfExists(socket);
    }

    private void admit(SocketChannel channel) throws IOException {
        if (sessions.size() >= CONNECTIONS_MAX) {
            LOG.log(WARNING, "event=wire-refused connections=" + CONNECTIONS_MAX);
            refuse(channel);
            return;
        }
        var session = new ShellConnection(channel, executor, catalogue, hostName);
        sessions.add(session);
        Thread.ofVirtual().name("wire-session").start(() -> {
            try {
                session.serve(time.instant().plus(HELLO_MAX), time);
            } finally {
                sessions.remove(session);
            }
        });
    }

    /// Tells a shell why it cannot be served; so many at once that nobody who keeps silent holds up the others.
    private void refuse(SocketChannel channel) throws IOException {
        if (!refusals.tryAcquire()) {
            channel.close();
            return;
        }
        Thread.ofVirtual().name("wire-refusal").start(() -> {
            try (var _ = ConnectionDeadline.over(channel, time, time.instant().plus(HELLO_MAX));
                    var connection = new JsonConnection(channel, Thread.ofVirtual())) {
                connection.read();
                connection.finish(Map.of("error", ResponseFrames.error("Busy",
                        CONNECTIONS_MAX + " shells are connected already, as many as it serves",
                        "close one of them, or wait until one ends")));
            } catch (IOException | InterruptedException gone) {
                LOG.log(DEBUG, "event=wire-refusal-unheard why=" + gone.getMessage());
            } finally {
                refusals.release();
            }
        });
    }
}
