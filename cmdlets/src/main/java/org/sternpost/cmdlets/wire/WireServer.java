package org.sternpost.cmdlets.wire;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.sternpost.cmdlets.AllCmdlets;
import org.sternpost.cmdlets.Catalogue;
import org.sternpost.engine.control.Management;

/// The engine's end of the wire: a Unix-domain socket that only its owner may open.
public final class WireServer implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(WireServer.class.getName());
    private static final int CONNECTIONS_MAX = 64; // administrators and their scripts

    private final Path socket;
    private final ServerSocketChannel server;
    private final Clerk clerk;
    private final String hostName;
    private final Catalogue catalogue = new AllCmdlets();
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();

    private WireServer(Path socket, ServerSocketChannel server, Management engine, String hostName) {
        this.socket = socket;
        this.server = server;
        this.clerk = new Clerk(engine);
        this.hostName = hostName;
    }

    /// Listens at a path, 0600 from its first moment.
    ///
    /// @param hostName what the engine is called in the prompt
    /// @throws IOException if the path is too long, taken by a running engine, or no socket
    public static WireServer start(Path socket, Management engine, String hostName) throws IOException {
        var server = new WireServer(socket, SocketFile.listen(socket), engine, hostName);
        Thread.ofVirtual().name("wire-accept").start(server::accept);
        return server;
    }

    /// Where it listens.
    public Path socket() { return socket; }

    /// Users of the shells that are connected, one entry a shell.
    public List<String> connected() {
        return sessions.stream().map(Session::user).flatMap(Optional::stream).sorted().toList();
    }

    /// Stops listening and drops all connections; changes under way are carried through.
    @Override
    public void close() throws IOException {
        server.close();
        sessions.forEach(Session::close);
        Files.deleteIfExists(socket);
    }

    private void accept() {
        try {
            while (true)
                greet(server.accept());
        } catch (ClosedChannelException stopped) {
            // As asked by close().
        } catch (IOException broken) {
            LOG.log(WARNING, "event=wire-stopped socket=" + socket + " error=" + broken);
        }
    }

    private void greet(SocketChannel channel) throws IOException {
        if (sessions.size() >= CONNECTIONS_MAX) {
            LOG.log(WARNING, "event=wire-refused connections=" + CONNECTIONS_MAX);
            channel.close();
            return;
        }
        var session = new Session(channel, clerk, catalogue, hostName);
        sessions.add(session);
        Thread.ofVirtual().name("wire-session").start(() -> {
            try {
                session.serve();
            } finally {
                sessions.remove(session);
            }
        });
    }
}
