package org.sternpost.lab.mx;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/// Listens for all hosts: each on an address of its own, all on one port.
public final class MxServer implements AutoCloseable {
    private static final int BACKLOG = 512;
    private static final int BIND_ATTEMPTS = 20;
    private static final int CROWD = 2; // sessions at once that a crowded host takes
    private static final int VISITS_MAX = 5_000; // the latest are remembered

    private final Mailbox mailbox;
    private final List<ServerSocket> listeners;
    private final Greylist greylist = new Greylist();
    private final Set<Socket> sessions = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> sessionsOf = new ConcurrentHashMap<>();
    private final Deque<Visit> visits = new ArrayDeque<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Map<InetAddress, MxHost> hosts = Map.of();

    private MxServer(Mailbox mailbox, List<ServerSocket> listeners) {
        this.mailbox = mailbox;
        this.listeners = listeners;
    }

    /// Binds every address; port 0 takes one that is free on all of them. Nobody answers before [#play].
    public static MxServer start(Collection<InetAddress> addresses, int port, Mailbox mailbox) throws IOException {
        for (int attempt = 1;; attempt++) {
            var bound = new ArrayList<ServerSocket>();
            try {
                for (var address : addresses) {
                    var listener = new ServerSocket();
                    bound.add(listener);
                    listener.setReuseAddress(true);
                    var shared = bound.getFirst().isBound() ? bound.getFirst().getLocalPort() : port;
                    listener.bind(new InetSocketAddress(address, shared), BACKLOG);
                }
                var server = new MxServer(mailbox, bound);
                bound.forEach(listener -> server.threads.execute(() -> server.listen(listener)));
                return server;
            } catch (BindException taken) {
                for (var listener : bound) {
                    listener.close();
                }
                if (port != 0 || attempt == BIND_ATTEMPTS) {
                    throw taken;
                }
            }
        }
    }

    /// Which host answers at which address from now on; sessions under way go on as they began.
    public void play(Map<InetAddress, MxHost> cast) { hosts = Map.copyOf(cast); }

    public int port() { return listeners.getFirst().getLocalPort(); }

    /// Forgets who has tried before.
    public void reset() {
        greylist.clear();
        synchronized (visits) {
            visits.clear();
        }
    }

    /// The connections that a host answered, oldest first.
    public List<Visit> visits(String host) {
        synchronized (visits) {
            return visits.stream().filter(visit -> visit.host().equals(host)).toList();
        }
    }

    @Override
    public void close() throws IOException {
        for (var listener : listeners) {
            listener.close();
        }
        for (var session : sessions) {
            session.close();
        }
        threads.shutdownNow();
    }

    private void listen(ServerSocket listener) {
        while (!listener.isClosed()) {
            try {
                var socket = listener.accept();
                threads.execute(() -> serve(socket));
            } catch (IOException closed) {
                continue;
            } catch (RejectedExecutionException closing) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        sessions.add(socket);
        try (socket) {
            socket.setTcpNoDelay(true);
            var host = Optional.ofNullable(hosts.get(socket.getLocalAddress()));
            if (host.isPresent()) {
                serve(socket, host.get());
            }
        } catch (IOException broken) {
            // The peer left or refused our certificate: its side tells the story.
            return;
        } finally {
            sessions.remove(socket);
        }
    }

    private void serve(Socket socket, MxHost host) throws IOException {
        int open = sessionsOf.merge(host.name(), 1, Integer::sum);
        try {
            boolean welcome = host.fault() != MxFault.CROWDED || open <= CROWD;
            new MxSession(host, mailbox, greylist, socket, begun(host), welcome).run();
        } finally {
            sessionsOf.merge(host.name(), -1, Integer::sum);
        }
    }

    private Visit begun(MxHost host) {
        var visit = new Visit(host.name());
        synchronized (visits) {
            if (visits.size() == VISITS_MAX) {
                visits.removeFirst();
            }
            visits.add(visit);
        }
        return visit;
    }
}
