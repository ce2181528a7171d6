package org.sternpost.engine.connector;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.sternpost.engine.connector.OutboundConnector.Route;

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
        return smartHosts.length == 0
                ? all
                : all.withRoute(new Route(false, Arrays.stream(smartHosts).map(HostPort::of).toList()));
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
