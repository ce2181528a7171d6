package org.sternpost.engine.control;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.HostPort;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;

/// What an operator wants different about a connector; null leaves a setting as it is.
///
/// @param clear names of settings to empty: `tlsDomain`, `sourceIpAddress`, `fqdn`, `messageExpiration`, `smartHosts`
public record ConnectorEdit(@Nullable String name, @Nullable Boolean enabled, @Nullable String comment,
        @Nullable ListEdit<DomainPattern> recipientDomains, @Nullable Boolean useMxRecord,
        @Nullable ListEdit<HostPort> smartHosts, @Nullable TlsValidation tlsValidation,
        @Nullable SmtpDaneMode smtpDaneMode, @Nullable MtaStsMode mtaStsMode, @Nullable TlsSettings tlsSettings,
        @Nullable String tlsDomain, @Nullable Integer port, @Nullable String sourceIpAddress, @Nullable String fqdn,
        @Nullable Long maxMessageSize, @Nullable Duration messageExpiration, Set<String> clear) {

    /// A new list, or elements to add to and remove from the present one (Exchange's `@{Add=…; Remove=…}`).
    ///
    /// @param replace null to keep the present one
    public record ListEdit<T>(@Nullable List<T> replace, List<T> add, List<T> remove) {}

    public ConnectorEdit { clear = Set.copyOf(clear); }
}
