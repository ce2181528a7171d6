package org.sternpost.lab;

import java.util.List;
import java.util.Optional;

import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.dns.TlsaSpec;
import org.sternpost.lab.mx.MxFault;

/// One mail host: its name, its fault, its certificate and its TLSA records.
///
/// With an `alias` the MX records name the alias, a CNAME for the host; `tlsaAtAlias` says which of the two holds the
/// TLSA records. Whether it announces REQUIRETLS follows from what is published of it, unless said here.
public record LabHost(String name, MxFault fault, CertificateKind certificate, List<TlsaSpec> tlsa,
        Optional<String> alias, boolean tlsaAtAlias, Optional<Boolean> requireTls) {
    public LabHost { tlsa = List.copyOf(tlsa); }

    public static LabHost of(String name, MxFault fault, CertificateKind certificate, TlsaSpec... tlsa) {
        return new LabHost(name, fault, certificate, List.of(tlsa), Optional.empty(), false, Optional.empty());
    }

    public LabHost behind(String newAlias) {
        return new LabHost(name, fault, certificate, tlsa, Optional.of(newAlias), false, requireTls);
    }

    public LabHost behindWithTlsa(String newAlias) {
        return new LabHost(name, fault, certificate, tlsa, Optional.of(newAlias), true, requireTls);
    }

    /// Announces REQUIRETLS within TLS although nothing is published of it, or does not although something is.
    public LabHost requireTls(boolean announced) {
        return new LabHost(name, fault, certificate, tlsa, alias, tlsaAtAlias, Optional.of(announced));
    }

    /// The name in the MX record.
    public String mxName() { return alias.orElse(name); }

    String tlsaName() { return tlsaAtAlias ? mxName() : name; }

    List<String> names() { return alias.map(other -> List.of(name, other)).orElse(List.of(name)); }

    public LabHost mended() {
        return new LabHost(name, MxFault.NONE, certificate.mended(), tlsa.stream().map(TlsaSpec::mended).toList(),
                alias, tlsaAtAlias, requireTls);
    }
}
