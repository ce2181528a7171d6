package org.sternpost.engine.dnssec;

import java.time.Duration;
import java.time.InstantSource;
import org.sternpost.engine.dns.Lookup;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Servers;
import org.xbill.DNS.Resolver;

/// Proves every answer itself from trust anchors down (RFC 4035 §5), so that no resolver need be trusted.
public final class LocalValidation implements Lookup {

    private final Zones zones;
    private final Resolver servers;
    private final Resolver plain;
    private final Duration timeout;
    private final InstantSource time;

    public LocalValidation(Servers servers, ZoneTrustAnchors anchors, InstantSource time) {
        this.zones = new Zones(anchors);
        this.servers = servers.client(true);
        this.plain = servers.client(false);
        this.timeout = servers.proofTimeout();
        this.time = time;
    }

    @Override
    public Reading checked(Question question) {
        try {
            return DnssecProof.of(question, zones, new Work(servers, timeout, time));
        } catch (NoVerdictException gaveUp) {
            return Trouble.failed(gaveUp);
        }
    }

    @Override
    public Reading unchecked(Question question) { return Trouble.unchecked(plain, question, time); }
}
