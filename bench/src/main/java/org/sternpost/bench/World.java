package org.sternpost.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.sternpost.lab.ca.Authorities;
import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.ca.Identity;
import org.sternpost.lab.real.RealSoftware;
import org.sternpost.lab.real.RealUnbound;

/// The internet of one row, all of it on 127.0.0.0/8: names, a resolver, mail hosts.
final class World implements AutoCloseable {

    private static final int NETWORK_ADDRESSES = 250;
    private static final int RESOLVER = 53;
    private static final int DNS_PORT = 53; // Postfix asks by the system's library, which knows no other
    private static final int NAMES = 54;
    private static final int GATEWAY = 25;

    private final int network;
    private final Path directory;
    private final Row row;
    private final Authorities authorities;
    private final Sink sink;
    private final Zones zones;
    private InetSocketAddress resolver;

    private World(int network, Path directory, Row row, Authorities authorities, Sink sink, Zones zones) {
        this.network = network;
        this.directory = directory;
        this.row = row;
        this.authorities = authorities;
        this.sink = sink;
        this.zones = zones;
        resolver = zones.address();
    }

    /// @param network second number of all addresses: 127.`network`.0.0/16
    static World open(int network, Path directory, Row row) throws IOException {
        return open(network, directory, row, false);
    }

    /// One whose hosts are all slow but the first, each second one slower; its names are not signed, and all hosts show
    /// one certificate.
    static World slow(int network, Path directory, Row row) throws IOException {
        return open(network, directory, row, true);
    }

    private static World open(int network, Path directory, Row row, boolean slow) throws IOException {
        Files.createDirectories(directory);
        var authorities = Authorities.open(directory, InstantSource.system());
        var hosts = new ArrayList<Zones.Host>();
        var listeners = new LinkedHashMap<InetAddress, Identity>();
        for (int i = 0; i < row.hosts(); i++) {
            var identity = slow && i > 0
                    ? hosts.getFirst().identity()
                    : authorities.issue(List.of(Zones.host(i)), CertificateKind.TRUSTED);
            var address = address(network, 1 + i / NETWORK_ADDRESSES, 1 + i % NETWORK_ADDRESSES);
            hosts.add(new Zones.Host(address, identity));
            listeners.put(address, identity);
        }
        var order = List.copyOf(listeners.keySet());
        var sink = Sink.start(listeners, address -> slow ? slowness(order.indexOf(address)) : Sink.Slowness.NONE,
                row.delayMillis());
        try {
            var names = address(network, 0, NAMES);
            var zones = slow
                    ? Zones.unsigned(row.domains(), hosts, sink.port(), names, directory)
                    : Zones.serve(row.domains(), hosts, sink.port(), names, directory);
            try {
                if (!slow) zones.signAll(row.domains(), row.hosts(), sink.port());
                return new World(network, directory, row, authorities, sink, zones);
            } catch (IOException broken) {
                zones.close();
                throw broken;
            }
        } catch (IOException broken) {
            sink.close();
            throw broken;
        }
    }

    private static Sink.Slowness slowness(int host) {
        if (host == 0) return Sink.Slowness.NONE;
        return host % 2 == 1 ? Sink.Slowness.SLOW : Sink.Slowness.SLOWER;
    }

    Sink sink() { return sink; }

    InetSocketAddress firstHost() { return new InetSocketAddress(address(network, 1, 1), sink.port()); }

    Path trustAnchor() { return zones.trustAnchor(); }

    /// The authority of the hosts' certificates.
    Path authority() { return authorities.pem(); }

    /// Whom servers ask: the resolver once there is one; before that the zones themselves, which prove nothing but
    /// give what is needed for a proof.
    InetSocketAddress resolverAddress() { return resolver; }

    /// Starts the validating resolver that both servers ask: a real unbound, which has seen nothing yet.
    RealUnbound resolver(RealSoftware software) throws IOException, InterruptedException {
        var started = RealUnbound.start(software, directory.resolve("unbound"),
                new InetSocketAddress(address(network, 0, RESOLVER), DNS_PORT), zones.trustAnchor(), """
                        server:
                            num-threads: 1
                            so-rcvbuf: 4m
                            outgoing-range: 900
                            num-queries-per-thread: 400
                        """ + RealUnbound.forwardTo(zones.address()));
        resolver = started.address();
        return started;
    }

    /// An address for the server under test, with a port that is free.
    InetSocketAddress gatewayAddress() throws IOException {
        var address = address(network, 0, GATEWAY);
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, 0));
            return new InetSocketAddress(address, socket.getLocalPort());
        }
    }

    /// Of a domain at the first host.
    static String atFirstHost(int message) { return "user" + message + "@" + Zones.domain(0); }

    /// Messages go round so many domains at the other hosts.
    String atOtherHosts(int message, int domains) {
        int others = row.hosts() - 1;
        int domain = message % domains;
        return "user" + message + "@" + Zones.domain(domain / others * row.hosts() + domain % others + 1);
    }

    /// Messages go round the domains.
    String recipient(int message) { return "user" + message + "@" + Zones.domain(message % row.domains()); }

    @Override
    public void close() throws IOException {
        sink.close();
        zones.close();
    }

    static InetAddress address(int network, int third, int fourth) {
        try {
            return InetAddress.getByAddress(new byte[]{127, (byte) network, (byte) third, (byte) fourth});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
