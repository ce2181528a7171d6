package org.sternpost.engine.real;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;

/// Postfix (OpenSSL): one smtpd per mail host, each with its own address and certificate; mail ends in a maildir.
///
/// Postfix wants an account of its own for its queue. The base system's `news` and `mail` own nothing here and serve.
final class RealPostfix implements Receiver {

    static final String NAME = "postfix";

    private static final String OWNER = "news";
    private static final String GROUP = "mail";
    private static final int OWNER_ID = 9; // of `news` on every Debian system, in base-passwd
    private static final List<String> QUEUES = List.of("active", "bounce", "corrupt", "defer", "deferred", "flush",
            "hold", "incoming", "private", "saved", "trace");

    private final Path mail;
    private final Daemon daemon;

    private RealPostfix(Path mail, Daemon daemon) {
        this.mail = mail;
        this.daemon = daemon;
    }

    static RealPostfix start(RealSoftware software, Path directory, List<Listener> hosts) throws Exception {
        Path etc = Files.createDirectories(directory.resolve("etc"));
        Path mail = directory(directory.resolve("mail"), "rwx------");
        directory(directory.resolve("data"), "rwx------");
        Path queue = Files.createDirectories(directory.resolve("queue"));
        Files.createDirectories(queue.resolve("pid"));
        for (String name : QUEUES)
            directory(queue.resolve(name), "rwx------");
        directory(queue.resolve("public"), "rwx--x---");
        directory(queue.resolve("maildrop"), "rwx-wx---");
        Files.writeString(etc.resolve("main.cf"), main(software, directory));
        Files.writeString(etc.resolve("master.cf"),
                hosts.stream().map(RealPostfix::smtpd).collect(Collectors.joining()) + services());
        var environment = new HashMap<>(software.environment());
        environment.put("MAIL_CONFIG", etc.toString());
        var daemon = Daemon.start(NAME, directory, environment,
                List.of(software.program("lib/postfix/sbin/master").toString(), "-d", "-c", etc.toString()),
                hosts.stream().map(Listener::address).toList());
        return new RealPostfix(mail, daemon);
    }

    @Override
    public String name() { return NAME; }

    @Override
    public Path mail() { return mail; }

    @Override
    public void close() { daemon.close(); }

    private static Path directory(Path path, String mode) throws Exception {
        Files.createDirectories(path);
        var accounts = path.getFileSystem().getUserPrincipalLookupService();
        Files.setOwner(path, accounts.lookupPrincipalByName(OWNER));
        Files.setAttribute(path, "posix:group", accounts.lookupPrincipalByGroupName(GROUP));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
        return path;
    }

    private static String smtpd(Listener host) {
        String tls = host.starttls() ? "-o smtpd_tls_chain_files=" + host.pem() : "-o smtpd_tls_security_level=none";
        return host.ip() + ":" + host.port() + " inet n - n - - smtpd " + tls
                + (host.old() ? " -o smtpd_tls_protocols=TLSv1.2" : "") + "\n";
    }

    private static String services() { return """
                cleanup unix n - n - 0 cleanup
                qmgr unix n - n 300 1 qmgr
                tlsmgr unix - - n 1000? 1 tlsmgr
                rewrite unix - - n - - trivial-rewrite
                bounce unix - - n - 0 bounce
                defer unix - - n - 0 bounce
                trace unix - - n - 0 bounce
                virtual unix - n n - - virtual
                anvil unix - - n - 1 anvil
                proxymap unix - - n - - proxymap
                postlog unix-dgram n - n - 1 postlogd
                """; }

    private static String main(RealSoftware software, Path directory) {
        return """
                compatibility_level = 3.6
                command_directory = %1$s
                daemon_directory = %2$s/sbin
                shlib_directory = %2$s
                meta_directory = %3$s/etc
                queue_directory = %3$s/queue
                data_directory = %3$s/data
                mail_owner = %4$s
                setgid_group = %5$s
                default_privs = nobody
                maillog_file = %3$s/log
                maillog_file_prefixes = %3$s
                import_environment = MAIL_CONFIG MAIL_LOGTAG TZ LANG=C LD_LIBRARY_PATH
                myhostname = postfix.test
                mydestination =
                inet_protocols = ipv4
                inet_interfaces = loopback-only
                alias_maps =
                alias_database =
                local_recipient_maps =
                virtual_mailbox_domains = static:all
                virtual_mailbox_maps = static:all/
                virtual_mailbox_base = %3$s/mail
                virtual_uid_maps = static:%6$d
                virtual_gid_maps = static:%6$d
                virtual_minimum_uid = 1
                smtp_dns_support_level = disabled
                smtpd_peername_lookup = no
                smtpd_relay_restrictions = reject_unauth_destination
                smtpd_tls_security_level = may
                smtpd_tls_received_header = yes
                smtpd_tls_loglevel = 1
                """.formatted(software.program("sbin"), software.program("lib/postfix"), directory, OWNER, GROUP,
                OWNER_ID);
    }
}
