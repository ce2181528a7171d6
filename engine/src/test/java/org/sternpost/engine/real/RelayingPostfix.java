package org.sternpost.engine.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sternpost.lab.real.PostfixInstance;
import org.sternpost.lab.real.RealSoftware;
import org.sternpost.lab.real.ServerProcess;

/// Postfix as a client: what it is given it hands to a relay, each sender's mail by a way of its own.
public final class RelayingPostfix implements AutoCloseable {

    private static final Duration LOG_MAX = Duration.ofMinutes(5);

    private final InetSocketAddress address;
    private final Path log;
    private final ServerProcess process;

    private RelayingPostfix(InetSocketAddress address, Path log, ServerProcess process) {
        this.address = address;
        this.log = log;
        this.process = process;
    }

    /// One way to the relay.
    ///
    /// @param port     of the relay on `localhost`
    /// @param password empty: it does not say who it is
    /// @param settings of its client, as `name=value`
    public record Way(int port, String user, String password, List<String> settings) {}

    /// @param ways by the address of the sender
    /// @param ca   of the relay's certificate
    public static RelayingPostfix start(Path directory, Path ca, Map<String, Way> ways) throws Exception {
        for (Path above = Files.createDirectories(directory); above != null; above = above.getParent())
            if (!Files.getPosixFilePermissions(above).contains(PosixFilePermission.OTHERS_EXECUTE))
                Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwx--x--x"));
        var net = RealNet.free();
        InetSocketAddress address = net.at(net.mailHost(202, 1), net.smtpPort());
        var transports = new StringBuilder();
        var services = new StringBuilder(address.getAddress().getHostAddress() + ":" + address.getPort()
                + " inet n - n - - smtpd\n" + SERVICES);
        for (var one : ways.entrySet()) {
            String name = "way" + services.toString().lines().filter(line -> line.startsWith("way")).count();
            Way way = one.getValue();
            transports.append(one.getKey()).append(' ').append(name).append(":[localhost]:").append(way.port)
                    .append('\n');
            Path passwords = Files.writeString(directory.resolve(name), "[localhost]:" + way.port + " " + way.user + ":"
                    + way.password + "\n");
            services.append(name).append(" unix - - n - - smtp");
            if (!way.password.isEmpty())
                services.append(" -o smtp_sasl_auth_enable=yes -o smtp_sasl_password_maps=texthash:").append(passwords);
            services.append(way.settings.stream().map(setting -> " -o " + setting).collect(Collectors.joining()))
                    .append('\n');
        }
        Path map = Files.writeString(directory.resolve("transports"), transports);
        var process = new PostfixInstance(RealSoftware.inCache(), directory).start(SETTINGS.formatted(map, ca,
                MailClients.saslMechanisms()), services.toString(), List.of(address));
        return new RelayingPostfix(address, directory.resolve("mail.log"), process);
    }

    /// Where it takes mail, `host:port`.
    public String address() { return address.getAddress().getHostAddress() + ":" + address.getPort(); }

    /// What its client logged of the mail of a sender, once it is done with it.
    public String fate(String sender) throws InterruptedException {
        ServerProcess.until(LOG_MAX, () -> found(sender).isPresent());
        return found(sender).orElseGet(() -> "nothing within " + LOG_MAX + " in\n" + String.join("\n", lines()));
    }

    private Optional<String> found(String sender) {
        List<String> lines = lines();
        return lines.stream().filter(line -> line.contains(": from=<" + sender + ">")).findFirst()
                .map(line -> line.replaceAll(".*: ([0-9A-Za-z]+): from=.*", ": $1: to="))
                .flatMap(id -> lines.stream().filter(line -> line.contains(id)).findFirst());
    }

    private List<String> lines() {
        try {
            return Files.exists(log) ? Files.readAllLines(log) : List.of();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public void close() { process.close(); }

    private static final String SERVICES = """
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            tlsmgr unix - - n 1000? 1 tlsmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            discard unix - - n - - discard
            anvil unix - - n - 1 anvil
            proxymap unix - - n - - proxymap
            postlog unix-dgram n - n - 1 postlogd
            """;

    private static final String SETTINGS = """
            myhostname = postfix.client.test
            mynetworks = 127.0.0.0/8
            smtpd_relay_restrictions = permit_mynetworks, reject
            smtpd_peername_lookup = no
            default_transport = discard
            sender_dependent_default_transport_maps = texthash:%s
            smtp_dns_support_level = disabled
            smtp_host_lookup = native
            smtp_tls_security_level = verify
            smtp_tls_CAfile = %s
            smtp_sasl_security_options = noanonymous
            smtp_sasl_tls_security_options = noanonymous
            import_environment = MAIL_CONFIG MAIL_LOGTAG TZ LANG=C LD_LIBRARY_PATH SASL_PATH=%s
            """;
}
