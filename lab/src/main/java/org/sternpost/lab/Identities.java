package org.sternpost.lab;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

import org.sternpost.lab.ca.Authorities;
import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.ca.Identity;

/// Remembers who shows what, so that TLSA records and handshakes agree and a mended neighbour changes no key.
record Identities(Authorities authorities, ConcurrentHashMap<Holder, Identity> issued) {
    record Holder(List<String> names, CertificateKind kind) {}

    Identities(Authorities authorities) { this(authorities, new ConcurrentHashMap<>()); }

    Identity of(LabHost host) { return of(host.names(), host.certificate()); }

    Identity of(List<String> names, CertificateKind kind) {
        return issued.computeIfAbsent(new Holder(names, kind), who -> authorities.issue(who.names(), who.kind()));
    }
}
