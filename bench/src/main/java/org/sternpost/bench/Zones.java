package org.sternpost.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sternpost.lab.ca.Identity;
import org.sternpost.lab.ca.KeyFile;
import org.sternpost.lab.dns.DnsFault;
import org.sternpost.lab.dns.DnsServer;
import org.sternpost.lab.dns.Responder;
import org.sternpost.lab.dns.TlsaSpec;
import org.sternpost.lab.dns.Zone;
import org.sternpost.lab.dns.ZoneKey;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/// The names of one row: the root, `test.`, the provider of the mail hosts and each recipient domain, every one a
/// signed zone of its own, as on the real internet. A mail host has one TLSA record, `3 1 1`, the usual one.
final class Zones implements AutoCloseable {

    private static final long TTL_SECONDS = 3600;
    private static final int PREFERENCE = 10;
    private static final int SERIAL = 1;
    private static final int REFRESH_SECONDS = 3600;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final Name TLD = name("test.");
    private static final Name PROVIDER = name("hosts.test.");
    private static final Name SERVER = name("ns.hosts.test.");
    private static final TlsaSpec TLSA = TlsaSpec.right(3, 1, 1);

    private final DnsServer server;
    private final Path anchor;

    private Zones(DnsServer server, Path anchor) {
        this.server = server;
        this.anchor = anchor;
    }

    /// One mail host.
    record Host(InetAddress address, Identity identity) {}

    static String domain(int number) { return "d%05d.test".formatted(number); }

    static String host(int number) { return "mx%05d.hosts.test".formatted(number); }

    /// Serves `domains` domains, spread evenly over the hosts, whose SMTP port is `port`.
    static Zones serve(int domains, List<Host> hosts, int port, InetAddress at, Path directory) throws IOException {
        return serve(domains, hosts, port, at, directory, true);
    }

    /// The same below a `test.` that the root says is not signed: names cost next to nothing then.
    static Zones unsigned(int domains, List<Host> hosts, int port, InetAddress at, Path directory)
            throws IOException {
        return serve(domains, hosts, port, at, directory, false);
    }

    private static Zones serve(int domains, List<Host> hosts, int port, InetAddress at, Path directory, boolean signed)
            throws IOException {
        var key = new ZoneKey(KeyFile.open(directory.resolve("zones.key")), InstantSource.system());
        var responder = new Responder();
        var tld = apex(TLD);
        if (signed) tld.add(key.vouchFor(PROVIDER));
        tld.add(new NSRecord(PROVIDER, DClass.IN, TTL_SECONDS, SERVER));
        var zones = new ArrayList<Zone>();
        for (int i = 0; i < domains; i++) {
            Name origin = name(domain(i) + ".");
            if (signed) tld.add(key.vouchFor(origin));
            tld.add(new NSRecord(origin, DClass.IN, TTL_SECONDS, SERVER));
            var records = apex(origin);
            records.add(new MXRecord(origin, DClass.IN, TTL_SECONDS, PREFERENCE,
                    name(host(i % hosts.size()) + ".")));
            zones.add(zone(origin, signed ? Optional.of(key) : Optional.empty(), records));
        }
        zones.add(zone(PROVIDER, signed ? Optional.of(key) : Optional.empty(), provider(hosts, port)));
        zones.add(zone(TLD, signed ? Optional.of(key) : Optional.empty(), tld));
        var root = apex(Name.root);
        if (signed) root.add(key.vouchFor(TLD));
        root.add(new NSRecord(TLD, DClass.IN, TTL_SECONDS, SERVER));
        zones.add(zone(Name.root, Optional.of(key), root));
        responder.serve(zones);
        var anchor = Files.writeString(directory.resolve("trust-anchors.zone"), key.trustAnchor() + "\n");
        return new Zones(DnsServer.start(at, 0, responder), anchor);
    }

    InetSocketAddress address() { return server.address(); }

    /// The DS record of the root, as a line of a zone file.
    Path trustAnchor() { return anchor; }

    /// Asks for what mail asks for, so that all is signed before something is measured.
    void signAll(int domains, int hosts, int port) throws IOException {
        var resolver = new SimpleResolver(server.address());
        resolver.setTimeout(ANSWER_MAX);
        resolver.setEDNS(0, 1232, org.xbill.DNS.ExtendedFlags.DO, List.of());
        for (int i = 0; i < domains; i++) {
            for (int type : new int[]{Type.MX, Type.DNSKEY, Type.DS})
                ask(resolver, domain(i), type);
            ask(resolver, "_mta-sts." + domain(i), Type.TXT);
            ask(resolver, "_smtp._tls." + domain(i), Type.TXT);
        }
        for (int i = 0; i < hosts; i++) {
            for (int type : new int[]{Type.A, Type.AAAA, Type.CNAME})
                ask(resolver, host(i), type);
            ask(resolver, "_" + port + "._tcp." + host(i), Type.TLSA);
        }
    }

    private static void ask(SimpleResolver resolver, String name, int type) throws IOException {
        resolver.send(org.xbill.DNS.Message.newQuery(Record.newRecord(name(name + "."), type, DClass.IN)));
    }

    @Override
    public void close() throws IOException { server.close(); }

    private static List<Record> provider(List<Host> hosts, int port) {
        var records = apex(PROVIDER);
        records.add(new ARecord(SERVER, DClass.IN, TTL_SECONDS, loopback()));
        for (int i = 0; i < hosts.size(); i++) {
            var host = hosts.get(i);
            records.add(new ARecord(name(host(i) + "."), DClass.IN, TTL_SECONDS, host.address()));
            records.add(new TLSARecord(name("_" + port + "._tcp." + host(i) + "."), DClass.IN, TTL_SECONDS,
                    TLSA.usage(), TLSA.selector(), TLSA.matchingType(),
                    TLSA.data(host.identity().leaf(), host.identity().issuer())));
        }
        return records;
    }

    private static Zone zone(Name origin, Optional<ZoneKey> key, List<Record> records) {
        return new Zone(origin, key, DnsFault.NONE, records);
    }

    private static List<Record> apex(Name origin) {
        return new ArrayList<>(List.of(
                new SOARecord(origin, DClass.IN, TTL_SECONDS, SERVER, name("hostmaster.test."), SERIAL,
                        REFRESH_SECONDS, REFRESH_SECONDS, REFRESH_SECONDS, TTL_SECONDS),
                new NSRecord(origin, DClass.IN, TTL_SECONDS, SERVER)));
    }

    private static InetAddress loopback() {
        try {
            return InetAddress.getByAddress(new byte[]{127, 0, 0, 1});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Name name(String absolute) {
        try {
            return Name.fromString(absolute);
        } catch (TextParseException wrong) {
            throw new IllegalArgumentException(wrong);
        }
    }
}
