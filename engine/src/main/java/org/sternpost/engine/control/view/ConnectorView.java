package org.sternpost.engine.control.view;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.RolloutShare;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;

/// An outbound connector under Exchange's property names and ours.
///
/// @param rollout in words, `5 % Enabled by R-3`; empty text when none runs
/// @param tlsExceptions in force: domains that it judges by other settings, as `Get-TlsException` lists them
public record ConnectorView(@Column(value = 1, identity = true) String name, @Column(3) boolean enabled,
        @Column(1) TlsValidation tlsValidation, @Column(value = 2, text = true) List<String> recipientDomains,
        @Column(4) boolean useMxRecord, @Column(value = 4, text = true) List<String> smartHosts,
        @Column(5) SmtpDaneMode smtpDaneMode, @Column(5) MtaStsMode mtaStsMode, @Column(3) TlsSettings tlsSettings,
        @Nullable String tlsDomain, int port, @Nullable String sourceIpAddress, @Nullable String fqdn,
        long maxMessageBytes, @Nullable Duration messageExpiration, int maxSessions, int maxSessionsPerDomain,
        int maxMessagesPerSession, List<Duration> retryIntervals, @Column(value = 3, text = true) String rollout,
        int tlsExceptions,
        String comment, long revision, Instant whenCreated, Instant whenChanged) {

    /// @param tlsExceptions in force on it
    public static ConnectorView of(OutboundConnector c, int tlsExceptions) {
        RolloutShare share = c.rollout();
        return new ConnectorView(c.name(), c.general().enabled(), c.tls().tlsValidation(),
                texts(c.general().recipientDomains()), c.route().useMXRecord(), texts(c.route().smartHosts()),
                c.tls().smtpDaneMode(), c.tls().mtaStsMode(), c.tls().tlsSettings(), c.tls().tlsDomain(),
                c.connection().port(), c.connection().sourceIPAddress(), c.connection().fqdn(),
                c.limits().maxMessageSize(), c.limits().messageExpiration(), c.pace().maxSessions(),
                c.pace().maxSessionsPerDomain(), c.pace().maxMessagesPerSession(), c.pace().retryIntervals(),
                share == null ? "" : words(share),
                tlsExceptions, c.general().comment(), c.stored().revision(), c.stored().whenCreated(),
                c.stored().whenChanged());
    }

    private static String words(RolloutShare share) {
        return share.words() + " " + share.to() + " by " + share.rolloutId();
    }

    private static List<String> texts(List<?> values) { return values.stream().map(Object::toString).toList(); }
}
