package org.sternpost.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sternpost.lab.real.PostfixInstance;
import org.sternpost.lab.real.RealSoftware;

/// Debian's Postfix, bound to loopback, with a queue of its own; tuned for this work, or as Debian sets it up.
///
/// @param changes settings given by hand, which win
record Postfix(RealSoftware software, Security security, Map<String, String> changes) implements Gateway {

    static final String NAME = "Postfix";

    private static final List<String> HOLDING = List.of("maildrop", "incoming", "active", "deferred", "hold",
            "corrupt");

    private static final Pattern LOGGED = Pattern.compile(
            "postfix/\\w+\\[\\d+]: (?<queue>[0-9A-Za-z]+): (?:message-id=(?<message>\\S+)|to=.*, (?<status>dsn=.*))");

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
        var instance = new PostfixInstance(software, directory);
        // Processes in the jail of the queue read their own: so nothing outside asks this resolver, and they no other.
        Files.writeString(Files.createDirectories(instance.queue().resolve("etc")).resolve("resolv.conf"),
                "nameserver " + world.resolverAddress().getAddress().getHostAddress() + "\noptions trust-ad edns0\n");
        var process = instance.start(settings(world, row), services(address), List.of(address));
        return new Running() {
            @Override
            public InetSocketAddress submission() { return address; }

            @Override
            public ProcessTree processes() { return new ProcessTree(process.pid()); }

            @Override
            public Map<String, Fate> fates(Set<String> messageIds) throws IOException {
                var queued = new HashSet<String>();
                for (String name : HOLDING)
                    try (Stream<Path> all = Files.walk(instance.queue().resolve(name))) {
                        all.filter(Files::isRegularFile).forEach(file -> queued.add(file.getFileName().toString()));
                    }
                try (Stream<String> log = Files.lines(directory.resolve("mail.log"))) {
                    return read(log, queued, messageIds);
                }
            }

            @Override
            public Duration stop() { return process.stop(); }
        };
    }

    /// From Postfix's log, in which a queue id may stand for one message after another.
    ///
    /// @param queued the queue ids of what is in the queue now
    static Map<String, Fate> read(Stream<String> log, Set<String> queued, Set<String> messageIds) {
        var current = new HashMap<String, String>();
        var fates = new HashMap<String, Fate>();
        log.forEach(line -> {
            var logged = LOGGED.matcher(line);
            if (!logged.find()) return;
            String queueId = logged.group("queue");
            if (logged.group("message") != null) current.put(queueId, logged.group("message"));
            String messageId = current.getOrDefault(queueId, "");
            if (messageIds.contains(messageId))
                fates.put(messageId, new Fate(false,
                        logged.group("status") == null ? "not tried" : logged.group("status")));
        });
        queued.forEach(queueId -> fates.computeIfPresent(current.getOrDefault(queueId, ""),
                (_, fate) -> new Fate(true, fate.why())));
        return fates;
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

    private String settings(World world, Row row) {
        var settings = new LinkedHashMap<String, String>();
        work(settings, world);
        if (row.tuned()) TUNING.forEach(one -> settings.put(one.key(), one.value()));
        else
            settings.put("smtp_tls_session_cache_database", "btree:${data_directory}/smtp_scache"); // as Debian does
        settings.putAll(changes);
        return settings.entrySet().stream().map(one -> one.getKey() + " = " + one.getValue() + "\n")
                .collect(Collectors.joining());
    }

    /// What it is for: a relay for loopback, to mail hosts that DNS names, as secure as the other server is told to
    /// be.
    private void work(Map<String, String> settings, World world) {
        settings.put("myhostname", "relay.postfix.test");
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
