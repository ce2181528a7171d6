package org.sternpost.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The validating resolver that both servers ask: a real unbound, with an empty cache for each run.
final class Unbound implements AutoCloseable {

    /// Postfix asks by the system's library, which knows no other port.
    private static final int PORT = 53;

    private final ServerProcess process;
    private final InetSocketAddress address;

    private Unbound(ServerProcess process, InetSocketAddress address) {
        this.process = process;
        this.address = address;
    }

    static Unbound start(Software software, Path directory, InetAddress at, Zones zones)
            throws IOException, InterruptedException {
        var address = new InetSocketAddress(at, PORT);
        Path configuration = Files.writeString(Files.createDirectories(directory).resolve("unbound.conf"), """
                server:
                    directory: "%1$s"
                    chroot: ""
                    username: ""
                    pidfile: "%1$s/unbound.pid"
                    use-syslog: no
                    logfile: ""
                    interface: %2$s@%3$d
                    do-ip6: no
                    num-threads: 1
                    so-rcvbuf: 4m
                    outgoing-range: 900
                    num-queries-per-thread: 400
                    trust-anchor-file: "%4$s"
                    do-not-query-localhost: no # the names of this world are served there
                    local-zone: "test." nodefault # a world of .test, which unbound would answer by itself
                remote-control:
                    control-enable: no
                forward-zone:
                    name: "."
                    forward-addr: %5$s@%6$d
                """.formatted(directory, at.getHostAddress(), PORT, zones.trustAnchor(),
                zones.address().getAddress().getHostAddress(), zones.address().getPort()));
        return new Unbound(ServerProcess.listening("unbound", directory, software.environment(),
                List.of(software.program("sbin/unbound").toString(), "-d", "-p", "-c", configuration.toString()),
                address), address);
    }

    InetSocketAddress address() { return address; }

    ProcessTree processes() { return new ProcessTree(process.pid()); }

    @Override
    public void close() { process.close(); }
}
