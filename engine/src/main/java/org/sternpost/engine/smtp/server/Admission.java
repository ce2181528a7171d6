package org.sternpost.engine.smtp.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;

/// Who may have a session now, over all listeners: the one place that counts them.
///
/// A client that may not relay never has one, so however many come, none of the others is shut out. Where all sessions
/// are taken, one whose client is silent gives way to who comes: as many half-open clients as there may be, from
/// wherever, shut out nobody for longer than the shortest silence that counts.
public final class Admission {

    private static final int SESSION_OCTETS = 32 << 10; // buffers of both directions, a thread's stack, the dialogue
    private static final int IPV4_NETWORK_BITS = 24;
    private static final int UNPROVEN_SHARE = 4; // of all sessions, one in so many
    private static final Reply GIVES_WAY = Reply.of(421, "4.4.2 nothing came for long and others wait; connect again");
    private static final int IPV6_NETWORK_BITS = 64; // RFC 4291 §2.5.4: what one subnet has, and so one client

    private final ServerLimits limits;
    private final SessionMemory memory;
    private final Map<Network, Integer> sessions = new HashMap<>(); // by address and by network
    private final Set<Place> places = new HashSet<>();
    private final AtomicLong dismissed = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private int refusing;

    /// What is known of a client when it comes.
    enum Standing {
        /// Of a network that the listener allows.
        Known,
        /// May prove who it is, and has not yet.
        Unproven,
        /// Neither.
        Outside
    }

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
    public synchronized int sessions() { return places.size(); }

    /// Sessions in which it is the client's turn.
    synchronized int silent() { return (int) places.stream().filter(place -> place.silence().isPresent()).count(); }

    /// Connections refused since the start.
    public long refused() { return refused.get(); }

    /// Sessions ended since the start as their clients were silent while others came.
    public long dismissed() { return dismissed.get(); }

    /// What all sessions hold now.
    public long memoryOctets() { return memory.taken(); }

    SessionMemory memory() { return memory; }

    Answer admit(InetAddress client, Standing standing) {
        if (standing == Standing.Outside)
            return refuse(554, "5.7.1 " + client.getHostAddress() + " may not relay here");
        SessionMemory.Share share = memory.share();
        if (!share.take(SESSION_OCTETS)) return refuse(421, "4.3.2 no memory for more sessions; try again later");
        var address = Network.around(client, 8 * client.getAddress().length);
        var network = Network.of(client);
        synchronized (this) {
            boolean unproven = standing == Standing.Unproven;
            Optional<Full> full = full(client, address, network, unproven).filter(limit -> !giveWay(limit));
            if (full.isEmpty()) {
                var place = new Place(share, address, network, unproven);
                places.add(place);
                sessions.merge(address, 1, Integer::sum);
                if (!network.equals(address)) sessions.merge(network, 1, Integer::sum);
                return new Answer.Admitted(place);
            }
            share.close();
            return refuse(421, full.get().why() + "; try again later");
        }
    }

    /// A limit that is reached.
    ///
    /// @param counted sessions that it counts
    private record Full(String why, Predicate<Place> counted) {}

    private Optional<Full> full(InetAddress client, Network address, Network network, boolean unproven) {
        var most = limits.sessions();
        // From wherever they come, they leave most of the places to those who may relay.
        if (unproven && places.stream().filter(place -> place.unproven).count() >= Math.max(1,
                most.all() / UNPROVEN_SHARE))
            return Optional.of(new Full("4.3.2 too many sessions that have not authenticated",
                    place -> place.unproven));
        if (of(address) >= most.ofAddress())
            return Optional.of(new Full("4.7.0 too many sessions from " + client.getHostAddress(),
                    place -> place.address.equals(address)));
        if (of(network) >= most.ofNetwork())
            return Optional.of(new Full("4.7.0 too many sessions from " + network,
                    place -> place.network.equals(network)));
        return places.size() < most.all()
                ? Optional.empty()
                : Optional.of(new Full("4.3.2 too many sessions", _ -> true));
    }

    /// The session of the client that has been silent for longest ends, if that is long enough.
    ///
    /// @return false if none did
    private boolean giveWay(Full limit) {
        Place silent = null;
        Duration longest = limits.times().idle();
        for (Place place : places) {
            if (!limit.counted().test(place)) continue;
            Optional<Duration> silence = place.silence();
            if (silence.isEmpty() || silence.get().compareTo(longest) < 0) continue;
            silent = place;
            longest = silence.get();
        }
        if (silent == null || !silent.endIfSilent()) return false;
        leave(silent);
        dismissed.incrementAndGet();
        return true;
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

    private synchronized void leave(Place place) {
        if (!places.remove(place)) return; // it gave way before
        leave(place.address);
        if (!place.network.equals(place.address)) leave(place.network);
    }

    private void leave(Network network) {
        sessions.computeIfPresent(network, (_, count) -> count == 1 ? null : count - 1);
    }

    /// One session's, until it ends or gives way.
    final class Place implements AutoCloseable {

        private final SessionMemory.Share share;
        private final Network address;
        private final Network network;
        private volatile boolean unproven;
        private volatile @Nullable SmtpConnection holder;

        private Place(SessionMemory.Share share, Network address, Network network, boolean unproven) {
            this.unproven = unproven;
            this.share = share;
            this.address = address;
            this.network = network;
        }

        /// What the session holds besides its message.
        SessionMemory.Share share() { return share; }

        /// Its client has authenticated.
        void prove() { unproven = false; }

        /// Whose it is, so that it can give way.
        void hold(SmtpConnection connection) { holder = connection; }

        private Optional<Duration> silence() { return Optional.ofNullable(holder).flatMap(SmtpConnection::silence); }

        private boolean endIfSilent() {
            SmtpConnection connection = holder;
            if (connection == null || !connection.endIfSilent()) return false;
            Thread.ofVirtual().name("smtp-dismissal").start(() -> connection.dismiss(GIVES_WAY));
            return true;
        }

        @Override
        public void close() {
            share.close();
            leave(this);
        }
    }

    /// The memory that all sessions share: whoever wants more than there is gets none, and its client is asked to come
    /// later. What a session holds is estimated from above, so that the whole process never runs out.
    static final class SessionMemory {

        private final long octetsMax;
        private final AtomicLong taken = new AtomicLong();

        SessionMemory(long octetsMax) { this.octetsMax = octetsMax; }

        /// Taken by all.
        long taken() { return taken.get(); }

        /// For one session, or for one message of it; empty at first.
        Share share() { return new Share(); }

        /// What one holds. Belongs to one thread.
        final class Share implements AutoCloseable {

            private long held;

            /// @return false if there is not so much left; then nothing was taken
            boolean take(long octets) {
                if (taken.addAndGet(octets) > octetsMax) {
                    taken.addAndGet(-octets);
                    return false;
                }
                held += octets;
                return true;
            }

            void give(long octets) {
                held -= octets;
                taken.addAndGet(-octets);
            }

            /// Gives back whatever it holds.
            @Override
            public void close() { give(held); }
        }
    }

    /// A range of addresses, `127.0.0.0/8` or `::1` (RFC 4632 §3.1).
    public record Network(InetAddress base, int prefixBits) {

        public Network {
            int bits = 8 * base.getAddress().length;
            if (prefixBits < 0 || prefixBits > bits)
                throw new IllegalArgumentException(
                        "a prefix of " + base.getHostAddress() + " has 0 to " + bits + " bits");
        }

        /// Reads a network as people write it; an address alone stands for itself.
        ///
        /// @throws IllegalArgumentException with a sentence that names the place and the reason
        public static Network of(String text) {
            int slash = text.indexOf('/');
            String address = slash < 0 ? text : text.substring(0, slash);
            InetAddress base;
            try {
                base = InetAddress.ofLiteral(address);
            } catch (IllegalArgumentException bad) {
                throw new IllegalArgumentException("'" + text + "' is no network: '" + address + "' is no IP address",
                        bad);
            }
            if (slash < 0) return new Network(base, 8 * base.getAddress().length);
            try {
                return new Network(base, Integer.parseInt(text, slash + 1, text.length(), 10));
            } catch (NumberFormatException bad) {
                throw new IllegalArgumentException("'" + text + "' is no network: its prefix is no number", bad);
            }
        }

        /// All addresses that one client may have, as far as anybody can tell.
        static Network of(InetAddress client) {
            return around(client, client.getAddress().length == 4 ? IPV4_NETWORK_BITS : IPV6_NETWORK_BITS);
        }

        /// What one client certainly has: its address, or the IPv6 subnet of it.
        static Network ofOneClient(InetAddress client) {
            return around(client, client.getAddress().length == 4 ? 32 : IPV6_NETWORK_BITS);
        }

        /// The network of so many bits in which an address is.
        static Network around(InetAddress address, int prefixBits) {
            byte[] octets = address.getAddress();
            for (int bit = prefixBits; bit < 8 * octets.length; bit++)
                octets[bit / 8] &= (byte) ~(0x80 >> bit % 8);
            try {
                return new Network(InetAddress.getByAddress(octets), prefixBits);
            } catch (UnknownHostException impossible) {
                throw new IllegalArgumentException(impossible); // It has as many octets as the address had.
            }
        }

        public boolean contains(InetAddress address) {
            byte[] ours = base.getAddress();
            byte[] theirs = address.getAddress();
            if (ours.length != theirs.length) return false;
            for (int bit = 0; bit < prefixBits; bit++) {
                int mask = 0x80 >> bit % 8;
                if ((ours[bit / 8] & mask) != (theirs[bit / 8] & mask)) return false;
            }
            return true;
        }

        @Override
        public String toString() { return base.getHostAddress() + "/" + prefixBits; }
    }
}
