package org.sternpost.engine.real;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sternpost.lab.ca.Authorities;
import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.real.RealSoftware;
import org.sternpost.lab.real.ServerProcess;

/// nginx as policy host: one server per domain behind one address, told apart by SNI.
final class RealNginx implements AutoCloseable {

    /// @param policy the file; empty: there is none, which nginx answers with 404
    record Site(String domain, Optional<String> policy) {}

    private final ServerProcess process;

    private RealNginx(ServerProcess process) { this.process = process; }

    static RealNginx start(RealSoftware software, Path directory, InetSocketAddress address, List<Site> sites,
            Authorities authorities) throws Exception {
        var servers = new StringBuilder();
        for (Site site : sites) {
            String host = "mta-sts." + site.domain();
            Path root = Files.createDirectories(directory.resolve(host));
            Path folder = Files.createDirectories(root.resolve(".well-known"));
            if (site.policy().isPresent()) Files.writeString(folder.resolve("mta-sts.txt"), site.policy().get());
            Path pem = Pem.write(authorities.issue(List.of(host), CertificateKind.TRUSTED),
                    directory.resolve(host + ".pem"));
            servers.append(server(address, host, root, pem));
        }
        Path configuration = Files.writeString(directory.resolve("nginx.conf"), """
                user root;
                worker_processes 1;
                pid %1$s/nginx.pid;
                events {}
                http {
                    access_log %1$s/access.log;
                    client_body_temp_path %1$s/body;
                    proxy_temp_path %1$s/proxy;
                    fastcgi_temp_path %1$s/fastcgi;
                    uwsgi_temp_path %1$s/uwsgi;
                    scgi_temp_path %1$s/scgi;
                    server_names_hash_bucket_size 128;
                    server { listen %2$s ssl default_server; ssl_reject_handshake on; }
                %3$s}
                """.formatted(directory, text(address), servers));
        return new RealNginx(ServerProcess.listening("nginx", directory, software.environment(),
                List.of(software.program("sbin/nginx").toString(), "-p", directory.toString(), "-c",
                        configuration.toString(), "-e", "stderr", "-g", "daemon off;"),
                List.of(address)));
    }

    @Override
    public void close() { process.close(); }

    private static String server(InetSocketAddress address, String host, Path root, Path pem) { return """
                server {
                    listen %s ssl;
                    server_name %s;
                    root %s;
                    ssl_certificate %s;
                    ssl_certificate_key %s;
                    default_type text/plain;
                }
                """.formatted(text(address), host, root, pem, pem).indent(4); }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
