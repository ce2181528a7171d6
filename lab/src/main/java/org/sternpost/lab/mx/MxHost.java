package org.sternpost.lab.mx;

import java.util.Set;

import javax.net.ssl.SSLContext;

/// One mail host: who it is, whose mail it takes (in A-labels), how it misbehaves, what it shows in a handshake.
public record MxHost(String name, Set<String> domains, MxFault fault, boolean offersRequireTls, SSLContext tls) {
    public MxHost { domains = Set.copyOf(domains); }
}
