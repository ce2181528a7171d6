package org.sternpost.engine.smtp.server;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.sternpost.engine.smtp.Reply;

/// Who may have a session now, over all listeners: the one place that counts them.
///
/// A client that may not relay never has one, so however many come, none of the others is shut out.
public final class Admission {

    private static final int SESSION_OCTETS = 32 << 10; // buffers of both directions, a thread's stack, the dialogue
    private static final int IPV4_NETWORK_BITS = 24;
    private static final int IPV6_NETWORK_BITS = 64; // RFC 4291 §2.5.4: what one subnet has, and so one client

    private final ServerLimits limits;
    private final SessionMemory memory;
    private final Map<Network, Integer> sessions = new HashMap<>(); // by address and by network
    private final AtomicLong refused = new AtomicLong();
    private int all;
    private int refusing;

    /// What becomes of a connection.
    sealed interface Answer {
        /// Gets a session.
        record Admitted(Place place) implements Answer {}

        /// Is told why not.
        record Refused(Reply why) implements Answer {}
    }

    public Admission(ServerLimits limits) {
        this.limits = limits;
        this.memory = new SessionMemory(limits.memoryOctetsMax());
    }

    public ServerLimits limits() { return limits; }

    /// Open now.
    public synchronized int sessions() { return all; }

    /// Connections refused since the start.
    public long refused() { return refused.get(); }

    /// What all sessions hold now.
    public long memoryOctets() { return memory.taken(); }

    SessionMemory memory() { return memory; }

    /// @param mayRelay it is of a network that the listener allows
    Answer admit(InetAddress client, boolean mayRelay) {
        if (!mayRelay) return refuse(554, "5.7.1 " + client.getHostAddress() + " may not relay here");
        SessionMemory.Share share = memory.share();
        if (!share.take(SESSION_OCTETS)) return refuse(421, "4.3.2 no memory for more sessions; try again later");
        var address = Network.around(client, 8 * client.getAddress().length);
        var network = Network.around(client, client.getAddress().length == 4 ? IPV4_NETWORK_BITS : IPV6_NETWORK_BITS);
        synchronized (this) {
            var most = limits.sessions();
            String full = all >= most.all()
                    ? "4.3.2 too many sessions"
                    : of(address) >= most.ofAddress()
                            ? "4.7.0 too many sessions from " + client.getHostAddress()
                            : of(network) >= most.ofNetwork() ? "4.7.0 too many sessions from " + network : "";
            if (full.isEmpty()) {
                all++;
                sessions.merge(address, 1, Integer::sum);
                if (!network.equals(address)) sessions.merge(network, 1, Integer::sum);
                return new Answer.Admitted(new Place(share, address, network));
            }
            share.close();
            return refuse(421, full + "; try again later");
        }
    }

    /// @return false if so many are being told already that this one must do with a word
    synchronized boolean beginRefusal() {
        if (refusing >= limits.sessions().refused()) return false;
        refusing++;
        return true;
    }

    synchronized void endRefusal() { refusing--; }

    private Answer.Refused refuse(int code, String why) {
        refused.incrementAndGet();
        return new Answer.Refused(Reply.of(code, why));
    }

    private int of(Network network) { return sessions.getOrDefault(network, 0); }

    private synchronized void leave(Network address, Network network) {
        all--;
        sessions.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
        if (!network.equals(address)) sessions.computeIfPresent(network, (_, count) -> count == 1 ? null : count - 1);
    }

    /// One session's, until it ends.
    final class Place implements AutoCloseable {

        private final SessionMemory.Share share;
        private final Network address;
        private final Network network;

        private Place(SessionMemory.Share share, Network address, Network network) {
            this.share = share;
            this.address = address;
            this.network = network;
        }

        /// What the session holds besides its message.
        SessionMemory.Share share() { return share; }

        @Override
        public void close() {
            share.close();
            leave(address, network);
        }
    }
}
