package org.sternpost.lab.real;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// unbound as validating resolver on loopback, as its package sets it up, except that its trust anchor is ours.
public record RealUnbound(ServerProcess process, InetSocketAddress address) implements AutoCloseable {

    /// @param more further clauses of its settings, among them whom it asks; each stands by itself, also a second
    ///             `server:`
    public static RealUnbound start(RealSoftware software, Path directory, InetSocketAddress address, Path trustAnchor,
            String more) throws IOException, InterruptedException {
        Path settings = Files.writeString(Files.createDirectories(directory).resolve("unbound.conf"), """
                server:
                    directory: "%1$s"
                    chroot: ""
                    username: ""
                    pidfile: "%1$s/unbound.pid"
                    use-syslog: no
                    logfile: ""
                    interface: %2$s@%3$d
                    so-reuseport: no # who comes second fails, and does not answer in turn
                    do-ip6: no
                    trust-anchor-file: "%4$s"
                    do-not-query-localhost: no # whom it asks is there
                    local-zone: "test." nodefault # ours is a world of .test, which unbound answers itself by default
                remote-control:
                    control-enable: no
                %5$s""".formatted(directory, address.getAddress().getHostAddress(), address.getPort(), trustAnchor,
                more));
        return new RealUnbound(ServerProcess.listening("unbound", directory, software.environment(),
                List.of(software.program("sbin/unbound").toString(), "-d", "-p", "-c", settings.toString()),
                List.of(address)), address);
    }

    /// The clause by which it asks one server for every name.
    public static String forwardTo(InetSocketAddress server) { return """
                forward-zone:
                    name: "."
                    forward-addr: %s@%d
                """.formatted(server.getAddress().getHostAddress(), server.getPort()); }

    @Override
    public void close() { process.close(); }
}
