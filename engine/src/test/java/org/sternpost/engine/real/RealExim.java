package org.sternpost.engine.real;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.sternpost.lab.real.RealSoftware;
import org.sternpost.lab.real.ServerProcess;

/// Exim (GnuTLS): one daemon that picks the certificate by the address it was called at; mail ends in a maildir.
///
/// Debian's Exim insists on the account `Debian-exim`. The machine need not have it: a table of accounts beside the
/// machine's names it, with the number of `news`.
final class RealExim implements Receiver {

    static final String NAME = "exim";

    private static final String ACCOUNT = "news";
    private static final int ACCOUNT_ID = 9; // of `news` on every Debian system, in base-passwd

    private final Path mail;
    private final ServerProcess process;

    private RealExim(Path mail, ServerProcess process) {
        this.mail = mail;
        this.process = process;
    }

    static RealExim start(RealSoftware software, Path directory, List<Listener> hosts) throws Exception {
        return start(software, directory, hosts, "");
    }

    /// @param more lines of the main part of its configuration
    static RealExim start(RealSoftware software, Path directory, List<Listener> hosts, String more)
            throws Exception {
        Path passwd = directory.resolve("passwd");
        Path group = directory.resolve("group");
        Files.writeString(passwd, Files.readString(Path.of("/etc/passwd")) + "Debian-exim:x:" + ACCOUNT_ID + ":"
                + ACCOUNT_ID + "::/:/usr/sbin/nologin\n");
        Files.writeString(group, Files.readString(Path.of("/etc/group")) + "Debian-exim:x:" + ACCOUNT_ID + ":\n");
        for (String name : List.of("spool", "log", "mail", "pem"))
            own(Files.createDirectories(directory.resolve(name)));
        for (Listener host : hosts) {
            if (host.starttls()) own(Files.copy(host.pem(), directory.resolve("pem").resolve(host.ip())));
            if (!host.chunking()) own(Files.createFile(directory.resolve("pem").resolve(host.ip() + ".data")));
            if (host.old()) own(Files.createFile(directory.resolve("pem").resolve(host.ip() + ".old")));
        }
        Path configuration = directory.resolve("exim.conf");
        Files.writeString(configuration, configuration(software, directory, hosts, more));
        var process = ServerProcess.listening(NAME, directory, software.environment(passwd, group),
                List.of(software.program("sbin/exim4").toString(), "-C", configuration.toString(), "-bdf"),
                hosts.stream().map(Listener::address).toList());
        return new RealExim(directory.resolve("mail"), process);
    }

    @Override
    public String name() { return NAME; }

    @Override
    public Path mail() { return mail; }

    @Override
    public void close() { process.close(); }

    private static void own(Path path) throws Exception {
        Files.setOwner(path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(ACCOUNT));
    }

    private static String configuration(RealSoftware software, Path directory, List<Listener> hosts, String more) {
        String addresses = hosts.stream().map(Listener::ip).collect(Collectors.joining(" ; "));
        return """
                exim_path = %1$s
                spool_directory = %2$s/spool
                log_file_path = %2$s/log/%%slog
                pid_file_path = %2$s/exim.pid
                primary_hostname = exim.test
                local_interfaces = <; %3$s
                daemon_smtp_ports = %4$d
                tls_advertise_hosts = ${if exists{%2$s/pem/$received_ip_address}{*}{}}
                tls_certificate = %2$s/pem/$received_ip_address
                tls_privatekey = %2$s/pem/$received_ip_address
                tls_require_ciphers = NORMAL${if exists{%2$s/pem/$received_ip_address.old}{:-VERS-TLS1.3}}
                chunking_advertise_hosts = ${if exists{%2$s/pem/$received_ip_address.data}{}{*}}
                keep_environment = LD_PRELOAD : LD_LIBRARY_PATH : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
                # A configuration named by -C costs Exim its root: so it delivers without.
                deliver_drop_privilege = true
                disable_ipv6 = true
                host_lookup =
                smtp_accept_max = 200
                acl_smtp_rcpt = everything
                acl_smtp_data = everything
                %5$s
                begin acl
                everything:
                  accept
                begin routers
                all:
                  driver = accept
                  transport = maildir
                begin transports
                maildir:
                  driver = appendfile
                  directory = %2$s/mail
                  maildir_format
                """.formatted(software.program("sbin/exim4"), directory, addresses, hosts.getFirst().port(), more);
    }
}
