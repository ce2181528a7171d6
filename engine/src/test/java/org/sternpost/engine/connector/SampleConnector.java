package org.sternpost.engine.connector;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.OutboundConnector.Route;
import org.sternpost.engine.connector.SampleConnector;

/// Connectors for tests: all serve every domain.
public final class SampleConnector {

    private SampleConnector() {}

    /// Insists on what DANE and MTA-STS ask for; to the MX hosts, or over smart hosts where some are given.
    public static OutboundConnector insisting(String... smartHosts) {
        return insisting(SmtpDaneMode.Opportunistic, MtaStsMode.Opportunistic, smartHosts);
    }

    public static OutboundConnector insisting(SmtpDaneMode dane, MtaStsMode sts, String... smartHosts) {
        var fresh = Connectors.fresh("c", List.of(new DomainPattern.All()), Instant.EPOCH);
        var all = fresh.withTls(fresh.tls().withModes(dane, sts).withTlsValidation(TlsValidation.Enabled));
        return smartHosts.length == 0 ? all : over(all, smartHosts);
    }

    /// The same for other domains.
    public static OutboundConnector serving(OutboundConnector connector, String... domains) {
        return connector.withGeneral(
                connector.general().withRecipientDomains(Arrays.stream(domains).map(DomainPattern::of).toList()));
    }

    /// The same over smart hosts.
    public static OutboundConnector over(OutboundConnector connector, String... smartHosts) {
        return connector.withRoute(new Route(false, Arrays.stream(smartHosts).map(HostPort::of).toList()));
    }

    /// The same with mail that returns after so long.
    public static OutboundConnector expiring(OutboundConnector connector, Duration after) {
        return connector.withLimits(connector.limits().withMessageExpiration(after));
    }

    /// The same from an address of ours.
    public static OutboundConnector from(OutboundConnector connector, String source) {
        var now = connector.connection();
        return connector.withConnection(new OutboundConnector.ConnectionSettings(now.port(), source, now.fqdn()));
    }

    /// In a mode, with a floor for every session; `DomainValidation` wants `*.example.org`.
    public static OutboundConnector of(String name, TlsValidation mode, TlsSettings floor, long revision) {
        var fresh = Connectors.fresh(name, List.of(new DomainPattern.All()), Instant.EPOCH).withMode(mode);
        var tls = fresh.tls();
        return fresh.withTls(floor == TlsSettings.DomainValidation
                ? tls.withTlsDomain("*.example.org")
                : tls.withTlsSettings(floor)).revised(revision, Instant.EPOCH);
    }
}
