package org.sternpost.engine.config;

import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.dns.Servers;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.OwnName;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.pickup.PickupTerms;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/// Reads `sternpost.yaml`.
final class SettingsFile {

    private static final long FILE_OCTETS_MAX = 1 << 20;
    private static final List<String> KEYS = List.of("hostName", "dataDirectory", "store", "submission",
            "submissionLimits",
            "pickup", "pickupDirectory", "dns", "delivery", "tls", "mtaSts", "tlsRpt", "admin", "metrics", "retention",
            "readiness", "flows", "alerts");
    private static final Duration DNS_TIMEOUT_MIN = Duration.ofSeconds(1);
    private static final Duration DNS_TIMEOUT_MAX = Duration.ofMinutes(1);
    private static final Duration SESSION_IDLE = Duration.ofSeconds(5); // hosts give 10 s even under stress
    private static final Duration SESSION_IDLE_MIN = Duration.ofSeconds(1);
    private static final Duration SESSION_IDLE_MAX = Duration.ofMinutes(1);
    private static final InetSocketAddress SUBMISSION = new InetSocketAddress("127.0.0.1", 2525);
    private static final List<String> LOOPBACK = List.of("127.0.0.0/8", "::1/128");

    private final Path file;
    private final Path home;

    private SettingsFile(Path file, Path home) {
        this.file = file;
        this.home = home;
    }

    static Settings defaults(Path home) throws SettingsException {
        return new SettingsFile(home.resolve("sternpost.yaml"), home).read(Optional.empty());
    }

    static Settings load(Path file) throws SettingsException {
        Path absolute = file.toAbsolutePath().normalize();
        Path home = Optional.ofNullable(absolute.getParent()).orElse(absolute);
        return new SettingsFile(file, home).read(compose(file));
    }

    private static Optional<Node> compose(Path file) throws SettingsException {
        var limits = new LoaderOptions();
        limits.setMaxAliasesForCollections(20);
        limits.setNestingDepthLimit(20);
        limits.setCodePointLimit((int) FILE_OCTETS_MAX);
        limits.setAllowDuplicateKeys(false);
        try {
            if (Files.size(file) > FILE_OCTETS_MAX)
                throw new SettingsException(file + ": the file has more than 1 MiB", "is it the right file?");
            return Optional.ofNullable(new Yaml(limits).compose(new StringReader(unmarked(Files.readString(file)))));
        } catch (NoSuchFileException missing) {
            throw new SettingsException(file + ": there is no such settings file",
                    "`sternpost lab` writes one, or leave -Settings out");
        } catch (CharacterCodingException notUtf8) {
            throw new SettingsException(file + ": the file is not UTF-8", "save it as UTF-8");
        } catch (IOException unreadable) {
            throw new SettingsException(file + ": cannot be read: " + unreadable.getMessage(), "check its permissions");
        } catch (MarkedYAMLException broken) {
            int line = broken.getProblemMark() == null ? 1 : broken.getProblemMark().getLine() + 1;
            throw new SettingsException(file + ": line " + line + ": " + broken.getProblem(), "this is no YAML");
        } catch (YAMLException broken) {
            throw new SettingsException(file + ": " + broken.getMessage(), "this is no YAML");
        }
    }

    /// Editors of Windows put a mark before UTF-8.
    private static String unmarked(String text) { return text.startsWith("\uFEFF") ? text.substring(1) : text; }

    private Settings read(Optional<Node> root) throws SettingsException {
        var all = new Section(file, "", root, KEYS);
        refuseUnbuilt(all);
        Path data = home.resolve(all.text("dataDirectory").orElse("data")).normalize();
        var tls = new Section(file, "tls", all.node("tls"), List.of("trustedCertificates"));
        List<String> trusted = tls.texts("trustedCertificates");
        var mtaSts = new Section(file, "mtaSts", all.node("mtaSts"),
                List.of("httpsPort", "allowPrivateAddresses"));
        var admin = new Section(file, "admin", all.node("admin"), List.of("socket", "listen"));
        if (admin.node("listen").isPresent())
            throw admin.bad("listen", "is not supported by this version", "remove it; the local socket always works");
        String hostName = hostName(all);
        var delivery = delivery(all);
        return new Settings(home, hostName, data, data.resolve(admin.text("socket").orElse("admin.sock")),
                new Settings.Submission(submission(all), submissionLimits(all)),
                pickup(all, data, hostName, delivery.maxMessageBytes()), dns(all),
                new Settings.Tls(trusted.stream().filter(name -> !name.equals("system"))
                        .map(name -> home.resolve(name).normalize()).toList(),
                        trusted.isEmpty() || trusted.contains("system")),
                new Settings.MtaSts(mtaSts.number("httpsPort", 443, 1, 65_535), mtaSts.flag("allowPrivateAddresses")),
                delivery, retention(all), tlsRpt(all, hostName), readiness(all), flows(all),
                AlertsSection.of(file, all, hostName));
    }

    private static void refuseUnbuilt(Section all) throws SettingsException {
        if (!all.text("store").orElse("embedded").equals("embedded"))
            throw all.bad("store", "is not supported by this version", "use `store: embedded`");
        if (all.node("pickupDirectory").isPresent())
            throw all.bad("pickupDirectory", "has a section of its own", "write pickup: { directory: path }");
        if (all.node("metrics").isPresent())
            throw all.bad("metrics", "is not supported by this version", "remove it or set it to null");
    }

    private static String hostName(Section all) throws SettingsException {
        var given = all.text("hostName");
        try {
            if (given.isPresent()) {
                var fault = OwnName.fault(given.get());
                if (fault.isPresent())
                    throw all.bad("hostName", fault.get() + ", so mail hosts refuse who greets them with it",
                            "write the full name that DNS has for this machine, such as relay.example.org");
                return Domain.of(given.get()).ascii();
            }
        } catch (IllegalArgumentException bad) {
            throw all.bad("hostName", "is no host name: " + bad.getMessage(), "write relay.example.org");
        }
        return nameOfTheMachine();
    }

    private static String nameOfTheMachine() {
        try {
            return Domain.of(InetAddress.getLocalHost().getCanonicalHostName()).ascii();
        } catch (UnknownHostException | IllegalArgumentException nameless) {
            return "localhost.localdomain";
        }
    }

    private List<Settings.Listener> submission(Section all) throws SettingsException {
        if (all.node("submission").isEmpty())
            return List.of(new Settings.Listener(SUBMISSION, LOOPBACK, Optional.empty(), Settings.Auth.none,
                    List.of(), false));
        var listeners = new ArrayList<Settings.Listener>();
        for (Node element : all.elements("submission"))
            listeners.add(listener(new Section(file, "submission", Optional.of(element),
                    List.of("address", "allow", "tls", "auth", "proxies", "lenient"))));
        return listeners;
    }

    private Settings.Listener listener(Section one) throws SettingsException {
        String address = one.text("address").orElse("127.0.0.1:2525");
        var tls = tls(one);
        var auth = auth(one, tls.isPresent());
        var allow = one.texts("allow");
        if (auth == Settings.Auth.required && !allow.isEmpty())
            throw one.bad("allow", "says who relays without a password, and 'auth: required' says nobody does",
                    "remove 'allow', or write auth: offered");
        var preset = auth == Settings.Auth.required ? List.<String>of() : LOOPBACK;
        return new Settings.Listener(one.endpoint("address", address), allow.isEmpty() ? preset : allow, tls, auth,
                one.texts("proxies"), one.flag("lenient"));
    }

    private static Settings.Auth auth(Section listener, boolean tls) throws SettingsException {
        String text = listener.text("auth").orElse(Settings.Auth.none.name());
        for (Settings.Auth auth : Settings.Auth.values()) {
            if (!auth.name().equals(text)) continue;
            // RFC 4954 §4: passwords go within TLS alone.
            if (auth != Settings.Auth.none && !tls)
                throw listener.bad("auth", "is " + text + " on a listener without a certificate, and passwords never "
                        + "go in clear", "give it tls: { certificate: a.pem, key: b.pem }");
            return auth;
        }
        throw listener.bad("auth", "is '" + text + "'", "write none, offered or required");
    }

    /// Whatever is left out has its default, or one that follows from what is given.
    private ServerLimits submissionLimits(Section all) throws SettingsException {
        var preset = ServerLimits.DEFAULT;
        var given = new Section(file, "submissionLimits", all.node("submissionLimits"),
                List.copyOf(preset.shown().keySet()));
        int most = given.number("maxSessions", preset.sessions().all(), 1, 100_000);
        var half = ServerLimits.Sessions.of(most);
        var sessions = new ServerLimits.Sessions(most,
                given.number("maxSessionsPerAddress", half.ofAddress(), 1, most),
                given.number("maxSessionsPerNetwork", half.ofNetwork(), 1, most),
                given.number("maxRefusedSessions", half.refused(), 0, 10_000));
        var times = new ServerLimits.Times(
                within(given, "maxCommandTime", preset.times().command(), Duration.ofSeconds(1), Duration.ofDays(1)),
                within(given, "maxSessionTime", preset.times().session(), Duration.ofSeconds(1), Duration.ofDays(7)),
                within(given, "maxIdleTime", preset.times().idle(), Duration.ofSeconds(1), Duration.ofDays(1)),
                given.number("minDataRate", preset.times().dataOctetsPerSecond(), 1, 1 << 20),
                preset.times().grace());
        // RFC 5321 §4.5.3.1.8: at least 100 recipients.
        return new ServerLimits(preset.messageOctetsMax(),
                given.number("maxRecipients", preset.recipientsMax(), 100, 100_000),
                given.number("maxErrors", preset.errorsMax(), 1, 10_000), sessions, times,
                given.number("maxMemory", (int) Math.min(Integer.MAX_VALUE, preset.memoryOctetsMax()), 1 << 20,
                        Integer.MAX_VALUE));
    }

    private Optional<PickupTerms> pickup(Section all, Path data, String hostName, long messageOctetsMax)
            throws SettingsException {
        if (all.node("pickup").isEmpty()) return Optional.empty();
        var pickup = new Section(file, "pickup", all.node("pickup"),
                List.of("directory", "maxHeaderSize", "maxRecipients", "maxMessagesPerMinute"));
        int recipients = pickup.number("maxRecipients", PickupTerms.RECIPIENTS, 1, 100_000);
        int header = pickup.number("maxHeaderSize", PickupTerms.HEADER_OCTETS, 1_024, Header.OCTETS_MAX);
        int pace = pickup.number("maxMessagesPerMinute", PickupTerms.MESSAGES_A_MINUTE, 1, 100_000);
        var named = pickup.text("directory");
        if (named.isEmpty()) return Optional.empty();
        Path directory = home.resolve(named.get()).normalize();
        if (directory.startsWith(data) || data.startsWith(directory))
            throw pickup.bad("directory", "and the data directory are one within the other: whoever writes mail there "
                    + "could write to what is kept", "name a directory that lies beside " + data);
        return Optional.of(new PickupTerms(directory, header, recipients, pace, hostName, messageOctetsMax));
    }

    private static Duration within(Section section, String key, Duration preset, Duration least, Duration most)
            throws SettingsException {
        Duration span = section.span(key, preset);
        if (span.compareTo(least) < 0 || span.compareTo(most) > 0)
            throw section.bad(key, "is " + span.toSeconds() + " s",
                    "write a span from " + least.toSeconds() + "s to " + most.toSeconds() + "s");
        return span;
    }

    private Optional<Settings.ListenerTls> tls(Section listener) throws SettingsException {
        if (listener.node("tls").isEmpty()) return Optional.empty();
        var tls = new Section(file, "submission.tls", listener.node("tls"),
                List.of("certificate", "key", "implicit"));
        var certificate = tls.text("certificate");
        var key = tls.text("key");
        if (certificate.isEmpty() || key.isEmpty())
            throw listener.bad("tls", "needs a certificate and its key",
                    "write tls: { certificate: a.pem, key: b.pem }");
        return Optional.of(new Settings.ListenerTls(home.resolve(certificate.get()).normalize(),
                home.resolve(key.get()).normalize(), tls.flag("implicit")));
    }

    private Settings.Dns dns(Section all) throws SettingsException {
        var dns = new Section(file, "dns", all.node("dns"), List.of("servers", "timeout", "validation",
                "trustAnchors", "testSecureName", "testBogusName"));
        var servers = new ArrayList<InetSocketAddress>();
        for (String server : dns.texts("servers"))
            servers.add(dns.endpoint("servers", server));
        String validation = dns.text("validation").orElse("local");
        if (!validation.equals("local") && !validation.equals("resolver"))
            throw dns.bad("validation", "is '" + validation + "'", "write local or resolver");
        Duration timeout = dns.span("timeout", Servers.TIMEOUT);
        if (timeout.compareTo(DNS_TIMEOUT_MIN) < 0 || timeout.compareTo(DNS_TIMEOUT_MAX) > 0)
            throw dns.bad("timeout", "is " + timeout.toSeconds() + " s", "write a span from 1s to 1m");
        return new Settings.Dns(servers, timeout, Settings.Validation.valueOf(validation),
                dns.text("trustAnchors").map(name -> home.resolve(name).normalize()),
                domain(dns, "testSecureName", "ietf.org"), domain(dns, "testBogusName", "dnssec-failed.org"));
    }

    private static Domain domain(Section section, String key, String preset) throws SettingsException {
        try {
            return Domain.of(section.text(key).orElse(preset));
        } catch (IllegalArgumentException bad) {
            throw section.bad(key, "is no domain: " + bad.getMessage(), "write example.org");
        }
    }

    private Settings.Delivery delivery(Section all) throws SettingsException {
        var delivery = new Section(file, "delivery", all.node("delivery"), List.of("smtpPort", "maxSessions",
                "maxSessionsPerHost", "maxSessionsPerDomain", "maxMessagesPerSession", "sessionIdle",
                "messageExpiration", "retryIntervals", "delayNotice", "maxMessageSize", "allowLoopback"));
        Duration idle = delivery.span("sessionIdle", SESSION_IDLE);
        if (idle.compareTo(SESSION_IDLE_MIN) < 0 || idle.compareTo(SESSION_IDLE_MAX) > 0)
            throw delivery.bad("sessionIdle", "is " + idle.toSeconds() + " s", "write a span from 1s to 1m");
        return new Settings.Delivery(delivery.number("smtpPort", 25, 1, 65_535),
                delivery.number("maxSessions", 2_000, 1, 100_000),
                delivery.number("maxSessionsPerHost", 100, 1, 10_000),
                delivery.number("maxSessionsPerDomain", 100, 1, 10_000),
                delivery.number("maxMessagesPerSession", 1_000, 1, 100_000), idle,
                delivery.span("messageExpiration", Duration.ofHours(24)),
                delivery.spans("retryIntervals",
                        List.of(Duration.ofMinutes(15), Duration.ofMinutes(15), Duration.ofHours(1))),
                delivery.span("delayNotice", Duration.ofHours(4)),
                delivery.number("maxMessageSize", 50 << 20, 1_024, Integer.MAX_VALUE), delivery.flag("allowLoopback"));
    }

    private Settings.TlsRpt tlsRpt(Section all, String hostName) throws SettingsException {
        var tlsRpt = new Section(file, "tlsRpt", all.node("tlsRpt"),
                List.of("send", "organization", "contact", "from"));
        Address from = mailbox(tlsRpt, "from", new Address("postmaster", Domain.of(hostName)));
        Address contact = mailbox(tlsRpt, "contact", from);
        var fault = tlsRpt.node("from").isEmpty()
                ? Optional.<String>empty()
                : OwnName.fault(from.domain().ascii());
        if (fault.isPresent())
            throw tlsRpt.bad("from", "has a domain that " + fault.get(), "write an address such as tls@example.org");
        // RFC 8460 §5.3 and §3: the submitter is the domain of the contact, and that domain signs.
        if (!contact.domain().equals(from.domain()))
            throw tlsRpt.bad("contact", "is of another domain than 'from'", "use one of " + from.domain());
        return new Settings.TlsRpt(tlsRpt.flag("send", true), tlsRpt.text("organization").orElse(hostName), contact,
                from);
    }

    static Address mailbox(Section section, String key, Address preset) throws SettingsException {
        var text = section.text(key);
        try {
            return text.isEmpty() ? preset : Address.of(text.get());
        } catch (IllegalArgumentException bad) {
            throw section.bad(key, "is no mailbox: " + bad.getMessage(), "write tls-reports@example.org");
        }
    }

    private Settings.Retention retention(Section all) throws SettingsException {
        var kept = new Section(file, "retention", all.node("retention"),
                List.of("trace", "evidence", "counts", "audit"));
        return new Settings.Retention(kept.span("trace", Duration.ofDays(90)),
                kept.span("evidence", Duration.ofDays(90)), kept.span("counts", Duration.ofDays(365)),
                kept.span("audit", Duration.ofDays(365)));
    }

    private Settings.Readiness readiness(Section all) throws SettingsException {
        var least = new Section(file, "readiness", all.node("readiness"),
                List.of("minMessages", "minDomains", "minDays"));
        return new Settings.Readiness(least.number("minMessages", 50, 1, 1_000_000),
                least.number("minDomains", 1, 1, 100_000), least.number("minDays", 1, 0, 90));
    }

    private Settings.Flows flows(Section all) throws SettingsException {
        var flows = new Section(file, "flows", all.node("flows"), List.of("sensitive", "minMessages"));
        var sensitive = new ArrayList<DomainPattern>();
        for (String text : flows.texts("sensitive"))
            try {
                sensitive.add(DomainPattern.of(text));
            } catch (IllegalArgumentException bad) {
                throw flows.bad("sensitive", "has no pattern of domains: " + bad.getMessage(),
                        "write a list such as [bank.example, \"*.gov.example\"]");
            }
        return new Settings.Flows(List.copyOf(sensitive), flows.number("minMessages", 20, 1, 1_000_000));
    }
}
