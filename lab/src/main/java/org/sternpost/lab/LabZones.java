package org.sternpost.lab;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.sternpost.lab.LabDomain.Routing;
import org.sternpost.lab.LabDomain.Signing;
import org.sternpost.lab.dns.Denial;
import org.sternpost.lab.dns.DnsFault;
import org.sternpost.lab.dns.Zone;
import org.sternpost.lab.dns.ZoneKey;
import org.sternpost.lab.policy.StsPolicy;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;

/// Writes the zones for a table of domains: the root, the top domains (`test.`), the providers', one for each domain.
final class LabZones {
    private static final int SMTP_PORT = 25;
    private static final int TXT_OCTETS_MAX = 255;
    private static final int PREFERENCE_STEP = 10;
    private static final int MANY_ROUNDS = 150; // RFC 9276 §3.2 lets validators stop at 100.
    private static final int STRANGE_ALGORITHM = 200; // unassigned at IANA
    private static final int STRANGE_KEY_OCTETS = 32;
    private static final int PIECE_OCTETS = 3;
    private static final long TTL = Zone.TTL_SECONDS;
    private static final Name TLD = name("test");
    private static final Name NAME_SERVER = name("ns." + LabDomains.HOME);

    private final Addresses addresses;
    private final Identities identities;
    private final ZoneKeys keys;
    private final Set<Integer> tlsaPorts;
    private final Served served;
    private final Map<Name, Plot> plots = new LinkedHashMap<>();
    private final Set<Record> placed = new LinkedHashSet<>();

    private record Plot(boolean signed, DnsFault fault, List<Record> records) {}

    /// What zones say of servers, and TXT records that go before those of the table.
    record Served(int smtpPort, int httpsPort, Map<String, String> texts) {}

    private LabZones(Addresses addresses, Identities identities, ZoneKeys keys, Served served) {
        this.addresses = addresses;
        this.identities = identities;
        this.keys = keys;
        this.served = served;
        // RFC 7672 §2.2.3 asks at the port in use; an engine that calls port 25 by another number may ask at either.
        tlsaPorts = new LinkedHashSet<>(List.of(SMTP_PORT, served.smtpPort()));
    }

    static List<Zone> write(List<LabDomain> domains, Addresses addresses, Identities identities, ZoneKeys keys,
            Served served) {
        var zones = new LabZones(addresses, identities, keys, served);
        zones.open(domains);
        domains.forEach(zones::fill);
        served.texts().forEach((owner, text) -> zones.place(text(owner, text)));
        zones.delegate();
        return zones.plots.entrySet().stream().map(plot -> zones.zone(plot.getKey(), plot.getValue())).toList();
    }

    private Zone zone(Name origin, Plot plot) {
        var key = plot.signed() ? Optional.of(keys.of(plot.fault())) : Optional.<ZoneKey>empty();
        var denial = plot.fault() == DnsFault.MANY_ROUNDS
                ? new Denial.ByHash(MANY_ROUNDS, "", false)
                : new Denial.ByName();
        return new Zone(origin, key, plot.fault(), denial, plot.records());
    }

    private void open(List<LabDomain> domains) {
        open(Name.root, true, DnsFault.NONE);
        open(TLD, true, DnsFault.NONE);
        for (var domain : domains) {
            var top = top(name(domain.ascii()));
            if (!plots.containsKey(top)) {
                open(top, true, DnsFault.NONE);
            }
        }
        open(name(LabDomains.SIGNED_PROVIDER), true, DnsFault.NONE);
        open(name(LabDomains.UNSIGNED_PROVIDER), false, DnsFault.NONE);
        for (var domain : domains) {
            switch (domain.signing()) {
                case SIGNED -> open(name(domain.ascii()), true, domain.dnsFault());
                case UNSIGNED -> open(name(domain.ascii()), false, domain.dnsFault());
                case ABSENT -> {
                    continue;
                }
            }
        }
        place(address(NAME_SERVER, Addresses.DNS));
        place(address(name(LabDomains.GATEWAY), Addresses.DNS));
        place(address(name(LabDomains.COLLECTOR), addresses.policy()));
    }

    private void open(Name origin, boolean signed, DnsFault fault) {
        plots.put(origin, new Plot(signed, fault, new ArrayList<>()));
        place(new SOARecord(origin, DClass.IN, TTL, NAME_SERVER, name("hostmaster." + LabDomains.HOME), 1, 3600, 600,
                86_400, TTL));
        place(new NSRecord(origin, DClass.IN, TTL, NAME_SERVER));
        if (fault == DnsFault.STRANGE_KEY) {
            place(new DNSKEYRecord(origin, DClass.IN, TTL, DNSKEYRecord.Flags.ZONE_KEY, DNSKEYRecord.Protocol.DNSSEC,
                    STRANGE_ALGORITHM, new byte[STRANGE_KEY_OCTETS]));
        }
    }

    /// The parent's side of each zone cut: NS, and DS where the child is signed.
    private void delegate() {
        plots.forEach((origin, plot) -> {
            if (!origin.equals(Name.root)) {
                var parent = plots.getOrDefault(zoneOf(new Name(origin, 1)), plot).records();
                parent.add(new NSRecord(origin, DClass.IN, TTL, NAME_SERVER));
                if (plot.signed()) {
                    parent.add(keys.of(plot.fault()).vouchFor(origin));
                }
            }
        });
    }

    private void fill(LabDomain domain) {
        var owner = name(domain.ascii());
        if (domain.signing() == Signing.ABSENT) {
            return;
        }
        if (domain.routing() == Routing.NULL_MX) {
            place(new MXRecord(owner, DClass.IN, TTL, 0, Name.root)); // RFC 7505 §3
        }
        if (domain.routing() == Routing.TO_THE_SENDER) {
            place(new MXRecord(owner, DClass.IN, TTL, PREFERENCE_STEP, name(LabDomains.GATEWAY)));
        }
        int preference = PREFERENCE_STEP;
        for (var host : domain.hosts()) {
            if (domain.routing() == Routing.MX_RECORDS) {
                place(new MXRecord(owner, DClass.IN, TTL, preference, name(host.mxName())));
            }
            preference += PREFERENCE_STEP;
            fill(host);
        }
        domain.policy().ifPresent(policy -> announce(domain, policy));
        if (domain.policy().isPresent() || domain.hosts().stream().anyMatch(host -> !host.tlsa().isEmpty())) {
            announceReports(domain);
        }
    }

    /// RFC 8460 §3: reports about all domains go to the lab's home; those with a policy ask for them by HTTPS as well.
    private void announceReports(LabDomain domain) {
        var owner = "_smtp._tls." + domain.ascii();
        if (!served.texts().containsKey(owner)) {
            var posted = ",https://" + LabDomains.COLLECTOR + ":" + served.httpsPort() + "/v1/tlsrpt";
            place(text(owner, "v=TLSRPTv1; rua=mailto:tlsrpt@" + LabDomains.HOME
                    + (domain.policy().isPresent() ? posted : "")));
        }
    }

    private void fill(LabHost host) {
        place(address(name(host.name()), addresses.of(host.name())));
        host.alias().ifPresent(alias -> place(new CNAMERecord(name(alias), DClass.IN, TTL, name(host.name()))));
        var identity = identities.of(host);
        for (var tlsa : host.tlsa()) {
            for (int port : tlsaPorts) {
                place(new TLSARecord(tlsaOwner(host, port), DClass.IN, TTL, tlsa.usage(), tlsa.selector(),
                        tlsa.matchingType(), tlsa.data(identity.leaf(), identity.issuer())));
            }
        }
    }

    /// The name of the TLSA records themselves; RFC 7672 §2.1.3 has aliases followed that lead there.
    private Name tlsaOwner(LabHost host, int port) {
        var owner = name("_" + port + "._tcp." + host.tlsaName());
        if (host.tlsaPlace() != LabHost.TlsaPlace.BEHIND_ALIASES) {
            return owner;
        }
        var between = name("_tlsa." + host.tlsaName());
        var last = name("_keys." + host.tlsaName());
        place(new CNAMERecord(owner, DClass.IN, TTL, between));
        place(new CNAMERecord(between, DClass.IN, TTL, last));
        return last;
    }

    private void announce(LabDomain domain, StsPolicy policy) {
        place(address(name("mta-sts." + domain.ascii()), addresses.policy()));
        var owner = "_mta-sts." + domain.ascii();
        var text = "v=STSv1; id=" + policy.id() + "x";
        switch (policy.announced()) {
            case ONCE -> place(text(owner, text + "1;"));
            case TWICE -> {
                place(text(owner, text + "1;"));
                place(text(owner, text + "2;"));
            }
            case BY_ALIAS -> {
                place(new CNAMERecord(name(owner), DClass.IN, TTL, name("policies." + domain.ascii())));
                place(text("policies." + domain.ascii(), text + "1;"));
            }
            case IN_PIECES -> place(text(owner, text + "1", PIECE_OCTETS));
        }
    }

    /// A host that serves two domains is written once.
    private void place(Record record) {
        if (placed.add(record)) {
            plots.getOrDefault(zoneOf(record.getName()), new Plot(false, DnsFault.NONE, new ArrayList<>())).records()
                    .add(record);
        }
    }

    /// The nearest zone at or above a name.
    private Name zoneOf(Name owner) {
        var origin = owner;
        while (!plots.containsKey(origin)) {
            origin = new Name(origin, 1);
        }
        return origin;
    }

    private static Name top(Name owner) { return new Name(owner, Math.max(0, owner.labels() - 2)); }

    private static Record address(Name owner, InetAddress address) {
        return new ARecord(owner, DClass.IN, TTL, address);
    }

    /// A string of TXT holds 255 octets (RFC 1035 §3.3); a longer text is several.
    private static Record text(String owner, String text) { return text(owner, text, TXT_OCTETS_MAX); }

    private static Record text(String owner, String text, int octetsEach) {
        var strings = new ArrayList<String>();
        for (int from = 0; from < text.length(); from += octetsEach) {
            strings.add(text.substring(from, Math.min(text.length(), from + octetsEach)));
        }
        return new TXTRecord(name(owner), DClass.IN, TTL, strings);
    }

    private static Name name(String absolute) {
        try {
            return Name.fromString(absolute, Name.root);
        } catch (TextParseException wrong) {
            throw new IllegalArgumentException(wrong);
        }
    }
}
