package org.sternpost.engine.real;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// unbound as validating resolver, as its package sets it up, except that its root and its trust anchor are ours.
final class RealUnbound implements AutoCloseable {

    private final Daemon daemon;

    private RealUnbound(Daemon daemon) { this.daemon = daemon; }

    /// @param extended whether it gives extended errors (RFC 8914), which it does only when told to
    /// @param zones    served by `authority`, which has another port than 53; unbound must be told for each
    static RealUnbound start(RealSoftware software, Path directory, boolean extended, InetSocketAddress address,
            Path trustAnchor, InetSocketAddress authority, List<String> zones) throws Exception {
        String stubs = zones.stream().map(zone -> """
                stub-zone:
                    name: "%s"
                    stub-addr: %s@%d
                """.formatted(zone, authority.getAddress().getHostAddress(), authority.getPort()))
                .collect(Collectors.joining());
        Path configuration = Files.writeString(directory.resolve("unbound.conf"), """
                server:
                    directory: "%1$s"
                    chroot: ""
                    username: ""
                    pidfile: "%1$s/unbound.pid"
                    use-syslog: no
                    logfile: ""
                    val-log-level: 2
                    ede: %6$s
                    interface: %2$s@%3$d
                    do-ip6: no
                    trust-anchor-file: "%4$s"
                    do-not-query-localhost: no # BIND is there
                    local-zone: "test." nodefault # ours is a world of .test, which unbound answers itself by default
                remote-control:
                    control-enable: no
                %5$s""".formatted(directory, address.getAddress().getHostAddress(), address.getPort(), trustAnchor,
                stubs, extended ? "yes" : "no"));
        return new RealUnbound(Daemon.start("unbound", directory, software.environment(),
                List.of(software.program("sbin/unbound").toString(), "-d", "-p", "-c", configuration.toString()),
                List.of(address)));
    }

    @Override
    public void close() { daemon.close(); }
}
