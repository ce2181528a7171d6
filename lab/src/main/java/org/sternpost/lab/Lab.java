package org.sternpost.lab;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

import org.sternpost.lab.ca.Authorities;
import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.ca.KeyFile;
import org.sternpost.lab.ca.ServerTls;
import org.sternpost.lab.dns.DnsServer;
import org.sternpost.lab.dns.Responder;
import org.sternpost.lab.dns.ZoneKey;
import org.sternpost.lab.mx.Mailbox;
import org.sternpost.lab.mx.MxHost;
import org.sternpost.lab.mx.MxServer;
import org.sternpost.lab.mx.Received;
import org.sternpost.lab.mx.Visit;
import org.sternpost.lab.policy.PolicyServer;
import org.sternpost.lab.policy.PolicySite;
import org.sternpost.lab.policy.ReportBox;

/// A running practice internet: everything in [LabDomains], until closed.
public final class Lab implements AutoCloseable {
    private final LabSettings settings;
    private final Servers servers;
    private DnsServer dns;
    private final Identities identities;
    private final ZoneKeys keys;
    private final Addresses addresses;
    private final List<LabDomain> table;
    private List<LabDomain> domains;
    private final Map<String, String> published = new HashMap<>();

    private record Servers(Responder responder, MxServer mx, PolicyServer policies, Mailbox mailbox) {}

    private Lab(LabSettings settings, Servers servers, DnsServer dns, Identities identities, ZoneKeys keys,
            List<LabDomain> table) {
        this.settings = settings;
        this.servers = servers;
        this.dns = dns;
        this.identities = identities;
        this.keys = keys;
        this.table = List.copyOf(table);
        addresses = Addresses.assign(settings.base(), table);
        domains = this.table;
    }

    /// Starts all servers with all domains, and writes the files an engine needs into the directory.
    public static Lab start(LabSettings settings) throws IOException { return start(settings, LabDomains.ALL); }

    /// The same with domains of your own, one at least with a host.
    public static Lab start(LabSettings settings, List<LabDomain> table) throws IOException {
        return start(settings, table, InstantSource.system());
    }

    /// The same at another time: by its clock certificates and signatures are made.
    public static Lab start(LabSettings settings, List<LabDomain> table, InstantSource clock) throws IOException {
        var directory = Files.createDirectories(settings.directory());
        var identities = new Identities(Authorities.open(directory, clock));
        var key = new ZoneKey(KeyFile.open(directory.resolve("keys").resolve("zones.key")), clock);
        var addresses = Addresses.assign(settings.base(), table);
        var responder = new Responder();
        var dns = bound("--dns-port", settings.dnsPort(),
                () -> DnsServer.start(Addresses.DNS, settings.dnsPort(), responder));
        Servers servers;
        try {
            servers = listen(settings, addresses, identities, responder, clock);
        } catch (IOException refused) {
            dns.close();
            throw refused;
        }
        var lab = new Lab(settings, servers, dns, identities, new ZoneKeys(key, clock), table);
        Files.writeString(lab.trustAnchors(), key.trustAnchor() + "\n");
        lab.play();
        return lab;
    }

    /// Opens everything or nothing: what is open is closed when a later one fails.
    private static Servers listen(LabSettings settings, Addresses addresses, Identities identities,
            Responder responder, InstantSource clock) throws IOException {
        var opened = new ArrayDeque<AutoCloseable>();
        try {
            var mailbox = Mailbox.open(settings.directory().resolve("received"), clock);
            opened.push(mailbox);
            var mx = bound("--smtp-port", settings.smtpPort(),
                    () -> MxServer.start(addresses.hosts().values(), settings.smtpPort(), mailbox));
            opened.push(mx);
            var fallback = identities.of(List.of("policy." + LabDomains.HOME, LabDomains.COLLECTOR),
                    CertificateKind.TRUSTED);
            var policies = bound("--https-port", settings.httpsPort(),
                    () -> PolicyServer.start(addresses.policy(), settings.httpsPort(), fallback));
            return new Servers(responder, mx, policies, mailbox);
        } catch (IOException refused) {
            for (var part : opened) {
                try {
                    part.close();
                } catch (Exception alsoBroken) {
                    refused.addSuppressed(alsoBroken);
                }
            }
            throw refused;
        }
    }

    /// Where DNS listens, over UDP and TCP.
    public synchronized InetSocketAddress dnsServer() { return dns.address(); }

    /// Nothing listens for DNS any more, as when an operator's own resolver is down.
    public synchronized void stopDns() throws IOException { dns.close(); }

    /// DNS listens again, where it did.
    public synchronized void resumeDns() throws IOException {
        dns = DnsServer.start(Addresses.DNS, dnsServer().getPort(), servers.responder());
    }

    /// The port of every mail host.
    public int smtpPort() { return servers.mx().port(); }

    /// The port of every policy host.
    public int httpsPort() { return servers.policies().address().getPort(); }

    /// Where a mail host listens, by its own name, not by an alias.
    public InetSocketAddress host(String name) { return new InetSocketAddress(addresses.of(name), smtpPort()); }

    /// The DS record of the lab's root, as a zone file.
    public Path trustAnchors() { return settings.directory().resolve("trust-anchors.zone"); }

    /// The authority that vouches for certificates of kind TRUSTED.
    public Path caCertificate() { return identities.authorities().pem(); }

    /// The text of a settings file that points an engine at this lab and keeps its data below the directory.
    public String engineSettings(Path home, int submissionPort) {
        return EngineSettings.yaml(this, home, submissionPort);
    }

    /// The table as it stands, with what was mended.
    public synchronized List<LabDomain> domains() { return domains; }

    /// What reached the domain so far, earlier runs in the same directory included.
    public List<Received> received(String domain) { return servers.mailbox().of(domain); }

    public long count(String domain) { return servers.mailbox().count(domain); }

    public long countAll() { return servers.mailbox().countAll(); }

    /// Waits until the domain has received `count`; false when the time is over first.
    public boolean awaitCount(String domain, long count, Duration limit) throws InterruptedException {
        return servers.mailbox().await(domain, count, limit);
    }

    /// Waits until all domains together have received `count`; false when the time is over first.
    public boolean awaitCountAll(long count, Duration limit) throws InterruptedException {
        return servers.mailbox().awaitAll(count, limit);
    }

    /// The connections that a mail host answered since the last reset, by the host's own name.
    public List<Visit> visits(String host) { return servers.mx().visits(host); }

    /// The reports of RFC 8460 that were posted to any HTTPS host of the lab, oldest first.
    public List<ReportBox.Posted> reports() { return servers.policies().reports().all(); }

    /// Publishes a TXT record, in place of the one at that name; for keys and addresses that only a test knows.
    public synchronized void publish(String name, String text) {
        published.put(name, text);
        play();
    }

    /// How many requests policy hosts have had.
    public long policyRequests() { return servers.policies().requests(); }

    /// Forgets all that arrived and who has tried before.
    public void reset() throws IOException {
        servers.mailbox().reset();
        servers.mx().reset();
    }

    /// Repairs a domain, its zone, hosts and policy, as its postmaster would.
    public void mend(String domain) { change(domain, LabDomain::mended); }

    /// Puts a domain back as the table had it at the start.
    public void spoil(String domain) {
        change(domain, row -> table.stream().filter(old -> old.domain().equals(row.domain())).findFirst().orElse(row));
    }

    /// Makes a domain something else; its hosts must be among those of the table.
    public void replace(LabDomain by) { change(by.domain(), _ -> by); }

    @Override
    public void close() throws IOException {
        dns.close();
        servers.mx().close();
        servers.policies().close();
        servers.mailbox().close();
    }

    private synchronized void change(String domain, UnaryOperator<LabDomain> how) {
        var ascii = LabDomain.ascii(domain);
        if (domains.stream().noneMatch(row -> row.ascii().equals(ascii))) {
            throw new IllegalArgumentException("The lab has no domain " + domain + ".");
        }
        domains = domains.stream().map(row -> row.ascii().equals(ascii) ? how.apply(row) : row).toList();
        play();
    }

    /// Makes the servers play the table as it stands.
    private synchronized void play() {
        servers.mx().play(cast());
        servers.policies().serve(sites());
        servers.responder().serve(LabZones.write(domains, addresses, identities, keys,
                new LabZones.Served(smtpPort(), httpsPort(), Map.copyOf(published))));
    }

    private Map<InetAddress, MxHost> cast() {
        var served = new HashMap<String, Set<String>>();
        var cast = new HashMap<InetAddress, MxHost>();
        for (var domain : domains) {
            for (var host : domain.hosts()) {
                var all = served.computeIfAbsent(host.name(), _ -> new HashSet<>());
                all.add(domain.ascii());
                var offersRequireTls = host.requireTls()
                        .orElse(domain.policy().isPresent() || !host.tlsa().isEmpty());
                cast.put(addresses.of(host.name()), new MxHost(host.name(), all, host.fault(), offersRequireTls,
                        ServerTls.of(_ -> identities.of(host))));
            }
        }
        return cast;
    }

    private Map<String, PolicySite> sites() {
        var sites = new HashMap<String, PolicySite>();
        for (var domain : domains) {
            domain.policy().ifPresent(policy -> {
                var name = "mta-sts." + domain.ascii();
                var kind = PolicySite.certificateOf(policy.fault());
                sites.put(name, new PolicySite(policy, () -> identities.of(List.of(name), kind)));
            });
        }
        return sites;
    }

    /// Something that listens once called.
    private interface Opening<T> {
        T open() throws IOException;
    }

    private static <T> T bound(String option, int port, Opening<T> opening) throws IOException {
        try {
            return opening.open();
        } catch (BindException refused) {
            var why = new BindException("Port " + port + " cannot be used (" + refused.getMessage()
                    + "); choose another with " + option + ".");
            why.initCause(refused);
            throw why;
        }
    }
}
