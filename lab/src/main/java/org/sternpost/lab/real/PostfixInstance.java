package org.sternpost.lab.real;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;

/// A Postfix of its own in a folder: settings, queue, data and log.
///
/// Postfix wants an account of its own for its queue. The base system's `news` and `mail` own nothing here and serve.
public record PostfixInstance(RealSoftware software, Path directory) {

    public static final int OWNER_ID = 9; // of `news` on every Debian system, in base-passwd

    private static final String OWNER = "news";
    private static final String GROUP = "mail";
    private static final List<String> QUEUES = List.of("active", "bounce", "corrupt", "defer", "deferred", "flush",
            "hold", "incoming", "private", "saved", "trace");

    public Path queue() { return directory.resolve("queue"); }

    /// @param settings  lines of `main.cf` that say what it is for; where it lies is said here
    /// @param services  lines of `master.cf`
    /// @param addresses of the services that listen
    public ServerProcess start(String settings, String services, List<InetSocketAddress> addresses)
            throws IOException, InterruptedException {
        Path etc = Files.createDirectories(directory.resolve("etc"));
        owned("data", "rwx------");
        Files.createDirectories(queue().resolve("pid"));
        for (String name : QUEUES)
            owned("queue/" + name, "rwx------");
        owned("queue/public", "rwx--x---");
        owned("queue/maildrop", "rwx-wx---");
        Files.writeString(etc.resolve("main.cf"), place() + settings);
        Files.writeString(etc.resolve("master.cf"), services);
        var environment = new HashMap<>(software.environment());
        environment.put("MAIL_CONFIG", etc.toString());
        return ServerProcess.listening("postfix", directory, environment,
                List.of(software.program("lib/postfix/sbin/master").toString(), "-d", "-c", etc.toString()),
                addresses);
    }

    /// A folder that belongs to Postfix's account.
    public Path owned(String name, String mode) throws IOException {
        Path path = Files.createDirectories(directory.resolve(name));
        var accounts = path.getFileSystem().getUserPrincipalLookupService();
        Files.setOwner(path, accounts.lookupPrincipalByName(OWNER));
        Files.setAttribute(path, "posix:group", accounts.lookupPrincipalByGroupName(GROUP));
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private String place() { return """
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
                maillog_file = %3$s/mail.log
                maillog_file_prefixes = %3$s
                import_environment = MAIL_CONFIG MAIL_LOGTAG TZ LANG=C LD_LIBRARY_PATH
                inet_protocols = ipv4
                inet_interfaces = loopback-only
                mydestination =
                local_recipient_maps =
                alias_maps =
                alias_database =
                """.formatted(software.program("sbin"), software.program("lib/postfix"), directory, OWNER, GROUP); }
}
