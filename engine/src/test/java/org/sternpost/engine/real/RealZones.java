package org.sternpost.engine.real;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sternpost.engine.real.RealBind.Signing;
import org.sternpost.engine.real.RealBind.ZoneText;

/// The zones of the internet of real servers: the root, `test`, one for each receiver, and those apart below them.
final class RealZones {

    private final RealNet net;
    private final Map<String, ZoneText> zones = new LinkedHashMap<>();

    RealZones(RealNet net) {
        this.net = net;
        zone("", Signing.NSEC);
        zone("test", Signing.NSEC);
        delegate("", "test");
        for (String zone : List.of("", "test")) // the root's is the glue
            zones.get(zone).records().add("ns.test. A " + net.authority());
    }

    /// Parents first.
    List<ZoneText> all() { return List.copyOf(zones.values()); }

    /// The zone of a receiver. One proves absence by NSEC, the other by NSEC3.
    void receiver(String name) {
        String zone = name + ".test";
        zone(zone, name.equals(RealExim.NAME) ? Signing.NSEC : Signing.NSEC3);
        delegate("test", zone);
    }

    /// @param tlsa in the form of zone files
    void add(String receiver, RealHost host, String address, List<String> tlsa) {
        String parent = receiver + ".test";
        String domain = host.domain(receiver);
        String mx = host.host(receiver);
        String zone = switch (host.zone()) {
            case SIGNED, TLSA_EXPIRED -> parent;
            case UNSIGNED -> below(parent, domain, Signing.NONE);
            case EXPIRED -> below(parent, domain, Signing.EXPIRED);
        };
        String tlsaZone = host.zone() == RealHost.Zone.TLSA_EXPIRED
                ? below(parent, "_tcp." + mx, Signing.EXPIRED)
                : zone;
        var records = zones.get(zone).records();
        records.add(domain + ". MX 10 " + mx + ".");
        records.add(mx + ". A " + address);
        String port = "_" + net.smtpPort() + "._tcp." + mx + ".";
        String owner = switch (host.place()) {
            case OWN -> port;
            case WILDCARD -> "*._tcp." + mx + ".";
            case ALIAS -> "ee._dane." + domain + ".";
        };
        if (host.place() == RealHost.Place.ALIAS) records.add(port + " CNAME " + owner);
        for (String one : tlsa)
            zones.get(tlsaZone).records().add(owner + " TLSA " + one);
        if (host.policy().isPresent()) {
            records.add("_mta-sts." + domain + ". TXT \"v=STSv1; id=1;\"");
            records.add("mta-sts." + domain + ". A " + net.policyHost());
        }
    }

    private String below(String parent, String name, Signing signing) {
        zone(name, signing);
        delegate(parent, name);
        return name;
    }

    private void zone(String name, Signing signing) { zones.put(name, new ZoneText(name, signing, new ArrayList<>())); }

    private void delegate(String parent, String child) {
        zones.get(parent).records().add(RealBind.delegation(zones.get(child)));
    }
}
