package org.sternpost.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Debian's Postfix, bound to loopback, with a queue of its own; tuned for this work, or as Debian sets it up.
///
/// Postfix wants an account of its own for its queue. The base system's `news` and `mail` own nothing here and serve.
///
/// @param changes settings given by hand, which win
record Postfix(Software software, Security security, Map<String, String> changes) implements Gateway {

    static final String NAME = "Postfix";

    private static final String OWNER = "news";
    private static final String GROUP = "mail";
    private static final List<String> QUEUES = List.of("active", "bounce", "corrupt", "defer", "deferred", "flush",
            "hold", "incoming", "private", "saved", "trace");

    private static final List<String> HOLDING = List.of("maildrop", "incoming", "active", "deferred", "hold",
            "corrupt");

    /// @param reason why somebody who knows Postfix sets it so for a relay to many hosts
    record Setting(String key, String value, String reason) {}

    /// All that differs from Postfix's defaults for speed. Nothing of it gives up durability: Postfix syncs each
    /// message before it says 250, and no setting turns that off.
    static final List<Setting> TUNING = List.of(
            new Setting("smtp_tls_connection_reuse", "yes", "keep TLS sessions for further messages (by tlsproxy)"),
            new Setting("smtp_connection_cache_destinations", "static:all",
                    "keep a session though nothing waits for its destination at the moment"),
            new Setting("smtp_connection_cache_time_limit", "10s", "and longer than 2 s, as each of 500 domains gets "
                    + "a message every 2 s"),
            new Setting("connection_cache_ttl_limit", "10s", "the cache's own limit, which would cut that to 2 s"),
            new Setting("smtp_tls_session_cache_database", "btree:${data_directory}/smtp_scache",
                    "resume TLS sessions (Debian's own setting)"),
            new Setting("default_process_limit", "200", "enough processes for all sessions"),
            new Setting("default_destination_concurrency_limit", "100", "a far host needs more at one time"),
            new Setting("initial_destination_concurrency", "20", "and need not be approached slowly"),
            new Setting("max_use", "1000", "start processes anew after 1,000 messages instead of 100"),
            new Setting("in_flow_delay", "0", "do not slow who submits while mail goes out more slowly"),
            new Setting("qmgr_message_active_limit", "50000", "all that waits is in the active queue"),
            new Setting("qmgr_message_recipient_limit", "50000", "the same, counted by recipients"),
            new Setting("smtpd_peername_lookup", "no", "no DNS for who submits"),
            new Setting("smtpd_client_connection_count_limit", "0", "no counting of clients by anvil"),
            new Setting("receive_override_options", "no_address_mappings,no_header_body_checks",
                    "nothing is rewritten or looked for"));

    @Override
    public String name() { return NAME; }

    @Override
    public String version() throws IOException { return software.version("postfix").replace("postfix", NAME); }

    @Override
    public Running start(World world, Row row, Path directory) throws IOException, InterruptedException {
        var address = world.gatewayAddress();
        Path etc = Files.createDirectories(directory.resolve("etc"));
        directory(directory.resolve("data"), "rwx------");
        Path queue = Files.createDirectories(directory.resolve("queue"));
        Files.createDirectories(queue.resolve("pid"));
        for (String name : QUEUES)
            directory(queue.resolve(name), "rwx------");
        directory(queue.resolve("public"), "rwx--x---");
        directory(queue.resolve("maildrop"), "rwx-wx---");
        // Processes in the jail of the queue read their own: so nothing outside asks this resolver, and they no other.
        Files.writeString(Files.createDirectories(queue.resolve("etc")).resolve("resolv.conf"),
                "nameserver " + world.resolverAddress().getAddress().getHostAddress() + "\noptions trust-ad edns0\n");
        Files.writeString(etc.resolve("main.cf"), main(world, row, directory));
        Files.writeString(etc.resolve("master.cf"), services(address));
        var environment = new HashMap<>(software.environment());
        environment.put("MAIL_CONFIG", etc.toString());
        var process = ServerProcess.listening("postfix", directory, environment,
                List.of(software.program("lib/postfix/sbin/master").toString(), "-d", "-c", etc.toString()), address);
        return new Running() {
            @Override
            public InetSocketAddress submission() { return address; }

            @Override
            public ProcessTree processes() { return new ProcessTree(process.pid()); }

            @Override
            public int waiting() throws IOException {
                int files = 0;
                for (String name : HOLDING)
                    try (Stream<Path> all = Files.walk(queue.resolve(name))) {
                        files += (int) all.filter(Files::isRegularFile).count();
                    }
                return files;
            }

            @Override
            public Duration stop() { return process.stop(); }
        };
    }

    private static void directory(Path path, String mode) throws IOException {
        Files.createDirectories(path);
        var accounts = path.getFileSystem().getUserPrincipalLookupService();
        Files.setOwner(path, accounts.lookupPrincipalByName(OWNER));
        Files.setAttribute(path, "posix:group", accounts.lookupPrincipalByGroupName(GROUP));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static String services(InetSocketAddress address) { return """
                %s:%d inet n - n - - smtpd
                cleanup unix n - n - 0 cleanup
                qmgr unix n - n 300 1 qmgr
                tlsmgr unix - - n 1000? 1 tlsmgr
                rewrite unix - - n - - trivial-rewrite
                bounce unix - - n - 0 bounce
                defer unix - - n - 0 bounce
                trace unix - - n - 0 bounce
                flush unix n - n 1000? 0 flush
                proxymap unix - - n - - proxymap
                smtp unix - - y - - smtp
                tlsproxy unix - - n - 0 tlsproxy
                error unix - - n - - error
                retry unix - - n - - error
                anvil unix - - n - 1 anvil
                scache unix - - n - 1 scache
                postlog unix-dgram n - n - 1 postlogd
                """.formatted(address.getAddress().getHostAddress(), address.getPort()); }

    private String main(World world, Row row, Path directory) {
        var settings = new LinkedHashMap<String, String>();
        place(settings, directory);
        work(settings, world);
        if (row.tuned()) TUNING.forEach(one -> settings.put(one.key(), one.value()));
        else
            settings.put("smtp_tls_session_cache_database", "btree:${data_directory}/smtp_scache"); // as Debian does
        settings.putAll(changes);
        return settings.entrySet().stream().map(one -> one.getKey() + " = " + one.getValue() + "\n")
                .collect(Collectors.joining());
    }

    /// Where it lies, and that it is alone.
    private void place(Map<String, String> settings, Path directory) {
        settings.put("compatibility_level", "3.6");
        settings.put("command_directory", software.program("sbin").toString());
        settings.put("daemon_directory", software.program("lib/postfix") + "/sbin");
        settings.put("shlib_directory", software.program("lib/postfix").toString());
        settings.put("meta_directory", directory + "/etc");
        settings.put("queue_directory", directory + "/queue");
        settings.put("data_directory", directory + "/data");
        settings.put("mail_owner", OWNER);
        settings.put("setgid_group", GROUP);
        settings.put("default_privs", "nobody");
        settings.put("maillog_file", directory + "/mail.log");
        settings.put("maillog_file_prefixes", directory.toString());
        settings.put("import_environment", "MAIL_CONFIG MAIL_LOGTAG TZ LANG=C LD_LIBRARY_PATH");
        settings.put("inet_protocols", "ipv4");
        settings.put("inet_interfaces", "loopback-only");
    }

    /// What it is for: a relay for loopback, to mail hosts that DNS names, as secure as the other server is told to
    /// be.
    private void work(Map<String, String> settings, World world) {
        settings.put("myhostname", "relay.postfix.test");
        settings.put("mydestination", "");
        settings.put("local_recipient_maps", "");
        settings.put("alias_maps", "");
        settings.put("alias_database", "");
        settings.put("mynetworks", "127.0.0.0/8");
        settings.put("smtpd_relay_restrictions", "permit_mynetworks, reject");
        settings.put("smtp_tcp_port", String.valueOf(world.sink().port()));
        settings.put("smtp_tls_security_level", switch (security) {
            case dane -> "dane";
            case opportunistic -> "may";
        });
        if (security == Security.dane) settings.put("smtp_dns_support_level", "dnssec");
    }
}
