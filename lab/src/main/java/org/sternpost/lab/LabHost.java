package org.sternpost.lab;

import java.util.List;
import java.util.Optional;

import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.dns.TlsaSpec;
import org.sternpost.lab.mx.MxFault;

/// One mail host: its name, its fault, its certificate and its TLSA records.
///
/// With an `alias` the MX records name the alias, a CNAME for the host. Whether it announces REQUIRETLS follows from
/// what is published of it, unless said here.
public record LabHost(String name, MxFault fault, CertificateKind certificate, List<TlsaSpec> tlsa,
        Optional<String> alias, TlsaPlace tlsaPlace, Optional<Boolean> requireTls) {
    /// Where the TLSA records stand: below the host's own name, below its alias, or behind two aliases of the host's.
    public enum TlsaPlace { HOST, ALIAS, BEHIND_ALIASES }

    public LabHost { tlsa = List.copyOf(tlsa); }

    public static LabHost of(String name, MxFault fault, CertificateKind certificate, TlsaSpec... tlsa) {
        return new LabHost(name, fault, certificate, List.of(tlsa), Optional.empty(), TlsaPlace.HOST, Optional.empty());
    }

    public LabHost behind(String newAlias) {
        return new LabHost(name, fault, certificate, tlsa, Optional.of(newAlias), TlsaPlace.HOST, requireTls);
    }

    public LabHost behindWithTlsa(String newAlias) {
        return new LabHost(name, fault, certificate, tlsa, Optional.of(newAlias), TlsaPlace.ALIAS, requireTls);
    }

    public LabHost withTlsaBehindAliases() {
        return new LabHost(name, fault, certificate, tlsa, alias, TlsaPlace.BEHIND_ALIASES, requireTls);
    }

    /// Announces REQUIRETLS within TLS although nothing is published of it, or does not although something is.
    public LabHost requireTls(boolean announced) {
        return new LabHost(name, fault, certificate, tlsa, alias, tlsaPlace, Optional.of(announced));
    }

    /// The name in the MX record.
    public String mxName() { return alias.orElse(name); }

    String tlsaName() { return tlsaPlace == TlsaPlace.ALIAS ? mxName() : name; }

    List<String> names() { return alias.map(other -> List.of(name, other)).orElse(List.of(name)); }

    public LabHost mended() {
        return new LabHost(name, MxFault.NONE, certificate.mended(), tlsa.stream().map(TlsaSpec::mended).toList(),
                alias, tlsaPlace, requireTls);
    }
}
