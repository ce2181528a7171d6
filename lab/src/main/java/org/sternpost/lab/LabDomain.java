package org.sternpost.lab;

import com.ibm.icu.text.IDNA;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.dns.DnsFault;
import org.sternpost.lab.dns.TlsaSpec;
import org.sternpost.lab.mx.MxFault;
import org.sternpost.lab.policy.PolicyFault;
import org.sternpost.lab.policy.StsPolicy;

/// One recipient domain of the practice internet: how it is built, what it shows, what should become of mail to it.
public record LabDomain(String domain, String shows, Signing signing, DnsFault dnsFault, Routing routing,
        List<LabHost> hosts, Optional<StsPolicy> policy, Expectation disabled, Expectation opportunistic,
        Expectation enabled) {
    /// Whether the domain's own zone is signed; ABSENT domains have no zone at all.
    public enum Signing { SIGNED, UNSIGNED, ABSENT }

    /// How DNS leads to the hosts; TO_THE_SENDER names the gateway that mail comes from.
    public enum Routing { MX_RECORDS, IMPLICIT, NULL_MX, TO_THE_SENDER }

    public LabDomain { hosts = List.copyOf(hosts); }

    public static LabDomain of(String domain, Signing signing, String shows) {
        return new LabDomain(domain, shows, signing, DnsFault.NONE, Routing.MX_RECORDS, List.of(), Optional.empty(),
                Expectation.delivered(), Expectation.delivered(), Expectation.delivered());
    }

    /// Adds a host `mx`, `mx2`, ... of the domain's own.
    public LabDomain host(CertificateKind certificate, TlsaSpec... tlsa) {
        return host(MxFault.NONE, certificate, tlsa);
    }

    public LabDomain host(MxFault fault, CertificateKind certificate, TlsaSpec... tlsa) {
        var label = hosts.isEmpty() ? "mx." : "mx" + (hosts.size() + 1) + ".";
        return host(LabHost.of(label + ascii(), fault, certificate, tlsa));
    }

    public LabDomain host(LabHost host) {
        var more = Stream.concat(hosts.stream(), Stream.of(host)).toList();
        return new LabDomain(domain, shows, signing, dnsFault, routing, more, policy, disabled, opportunistic,
                enabled);
    }

    public LabDomain routed(Routing by) {
        return new LabDomain(domain, shows, signing, dnsFault, by, hosts, policy, disabled, opportunistic, enabled);
    }

    public LabDomain dns(DnsFault fault) {
        return new LabDomain(domain, shows, signing, fault, routing, hosts, policy, disabled, opportunistic, enabled);
    }

    public LabDomain sts(StsPolicy published) {
        return new LabDomain(domain, shows, signing, dnsFault, routing, hosts, Optional.of(published), disabled,
                opportunistic, enabled);
    }

    /// Every host announces REQUIRETLS, or none does.
    public LabDomain requireTls(boolean announced) {
        var all = hosts.stream().map(host -> host.requireTls(announced)).toList();
        return new LabDomain(domain, shows, signing, dnsFault, routing, all, policy, disabled, opportunistic, enabled);
    }

    /// All modes end alike.
    public LabDomain ends(Expectation always) {
        return new LabDomain(domain, shows, signing, dnsFault, routing, hosts, policy, always, always, always);
    }

    /// Disabled ends one way, the modes that look another.
    public LabDomain ends(Expectation unlooked, Expectation looked) {
        return new LabDomain(domain, shows, signing, dnsFault, routing, hosts, policy, unlooked, looked, looked);
    }

    /// Enabled defers; the other modes deliver, and Opportunistic knows that Enabled would not have.
    public LabDomain refused(String code, String reason) {
        return new LabDomain(domain, shows, signing, dnsFault, routing, hosts, policy, Expectation.delivered(),
                Expectation.deliveredAlthough(reason), Expectation.deferred(code, reason));
    }

    /// Some server of the domain takes questions and never answers, or answers not all of them.
    public boolean hangs() {
        return dnsFault == DnsFault.SILENT || hosts.stream().map(LabHost::fault)
                .anyMatch(fault -> fault == MxFault.HANGS || fault == MxFault.LOSES_PIPELINED)
                || policy.stream().anyMatch(published -> published.fault() == PolicyFault.HANGS);
    }

    /// Its MX is this machine, which only an engine without `delivery.allowLoopback` refuses to call.
    public boolean isLoopback() { return hosts.stream().anyMatch(host -> host.name().equals(LabDomains.LOOPBACK)); }

    /// The domain as DNS spells it, in A-labels (RFC 5890 §2.3.2.1).
    public String ascii() { return ascii(domain); }

    /// By UTS #46 without its transition, as IDNA2008 has it; what is no name stays as it is.
    public static String ascii(String domain) {
        if (domain.chars().allMatch(c -> c < 0x80)) return domain.toLowerCase(Locale.ROOT);
        var found = new IDNA.Info();
        var uts46 = IDNA.getUTS46Instance(IDNA.NONTRANSITIONAL_TO_ASCII);
        var ascii = uts46.nameToASCII(domain, new StringBuilder(), found);
        return found.hasErrors() ? domain.toLowerCase(Locale.ROOT) : ascii.toString();
    }

    /// The same domain after its postmaster repaired everything.
    public LabDomain mended() {
        var healthy = hosts.stream().map(LabHost::mended).toList();
        var names = healthy.stream().map(LabHost::mxName).toList();
        return new LabDomain(domain, shows, signing, DnsFault.NONE, routing, healthy,
                policy.map(published -> published.mended(names)), disabled, opportunistic, enabled)
                .ends(hosts.isEmpty() ? enabled : Expectation.delivered());
    }
}
