package org.sternpost.engine.control;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.config.Settings;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.OutboundConnector.ConnectionSettings;
import org.sternpost.engine.connector.OutboundConnector.MessageLimits;
import org.sternpost.engine.connector.OutboundConnector.Pace;
import org.sternpost.engine.connector.OutboundConnector.TlsPolicy;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.flow.FlowCount.Published;
import org.sternpost.engine.flow.Flows.Flow;
import org.sternpost.engine.flow.Interception;
import org.sternpost.engine.mail.Domain;

/// Which domains deserve a connector of their own, and why (docs/flows.md).
///
/// @param settings from how many messages on it judges, and what the administrator calls sensitive
public record OwnConnector(Connectors connectors, Settings.Flows settings) {

    private static final int NAME_CHARACTERS_MAX = 60; // of a connector, with room for a number

    /// Why.
    public enum Kind { Sensitive, AlwaysValid, NeverValid }

    /// @param why     in words
    /// @param command that makes it
    public record Suggestion(Kind kind, String why, String command) {}

    /// Empty where the domain has one, nothing speaks for it, or its failures are our own network's.
    ///
    /// @param ours what our network does to many
    public Optional<Suggestion> of(Flow flow, List<Interception> ours) {
        Domain domain = new Domain(flow.domain());
        String id = connectors.choice(domain, 0).connector().id();
        // As it is without an exception, which a connector of its own would not have.
        OutboundConnector serving = connectors.withId(id).orElseThrow();
        // What stands behind a smart host is its matter, and rows of a connector that serves it no more are history.
        if (!id.equalsIgnoreCase(flow.connector()) || !serving.route().useMXRecord()
                || serving.general().recipientDomains().equals(List.of(new DomainPattern.Exact(domain)))
                || ours.stream().anyMatch(one -> one.domains().contains(domain.ascii())))
            return Optional.empty();
        Published seen = flow.sums().published();
        boolean known = seen.judged() >= settings.minMessages();
        boolean always = known && seen.proven() == seen.judged();
        boolean never = known && seen.refused() == seen.judged();
        TlsValidation now = serving.tls().tlsValidation();
        Optional<DomainPattern> sensitive = settings.sensitive().stream().filter(one -> one.matches(domain))
                .findFirst();
        if (sensitive.isPresent()) {
            TlsValidation mode = known && seen.refused() == 0 ? TlsValidation.Enabled : now;
            return Optional.of(new Suggestion(Kind.Sensitive, "flows.sensitive has " + sensitive.get()
                    + ": its settings can then be seen and changed by themselves" + (seen.refused() > 0
                            ? "; Enabled refuses " + seen.refused() + " of " + seen.judged()
                                    + " messages now, so that is to be mended first"
                            : ""),
                    command(domain, serving, mode, always)));
        }
        if (always)
            return Optional.of(new Suggestion(Kind.AlwaysValid, "all " + seen.judged()
                    + " messages were proven by DANE "
                    + "or an enforced MTA-STS policy: a connector of its own can insist on that, so that records which "
                    + "vanish hold mail back", command(domain, serving, TlsValidation.Enabled, true)));
        if (never && now != TlsValidation.Enabled)
            return Optional.of(new Suggestion(Kind.NeverValid, "Enabled refuses all " + seen.judged() + " messages: on "
                    + "a connector of its own its mail goes on, and " + serving.name() + " can become Enabled "
                    + "without it", command(domain, serving, now, false)));
        return Optional.empty();
    }

    /// What makes it, with all that the domain's mail has today.
    ///
    /// @param proof is demanded: either of DANE and MTA-STS will do
    private String command(Domain domain, OutboundConnector serving, TlsValidation mode, boolean proof) {
        var text = new StringBuilder("New-OutboundConnector ").append(name(domain)).append(" -RecipientDomains ")
                .append(domain.ascii()).append(" -TlsValidation ").append(mode);
        var tls = serving.tls();
        Object dane = proof ? SmtpDaneMode.Mandatory : tls.smtpDaneMode();
        Object sts = proof ? MtaStsMode.Mandatory : tls.mtaStsMode();
        add(text, "SmtpDaneMode", dane, dane != TlsPolicy.FRESH.smtpDaneMode());
        add(text, "MtaStsMode", sts, sts != TlsPolicy.FRESH.mtaStsMode());
        add(text, "TlsSettings", tls.tlsSettings(), tls.tlsSettings() != TlsPolicy.FRESH.tlsSettings());
        add(text, "TlsDomain", "'" + tls.tlsDomain() + "'", tls.tlsDomain() != null);
        ConnectionSettings connection = serving.connection();
        add(text, "Port", connection.port(), connection.port() != 0);
        add(text, "SourceIPAddress", connection.sourceIPAddress(), connection.sourceIPAddress() != null);
        add(text, "Fqdn", connection.fqdn(), connection.fqdn() != null);
        MessageLimits limits = serving.limits();
        add(text, "MaxMessageSize", limits.maxMessageSize(), limits.maxMessageSize() != 0);
        Duration expiration = limits.messageExpiration();
        if (expiration != null) add(text, "MessageExpiration", span(expiration), true);
        Pace pace = serving.pace();
        add(text, "MaxSessions", pace.maxSessions(), pace.maxSessions() != 0);
        add(text, "MaxSessionsPerDomain", pace.maxSessionsPerDomain(), pace.maxSessionsPerDomain() != 0);
        add(text, "MaxMessagesPerSession", pace.maxMessagesPerSession(), pace.maxMessagesPerSession() != 0);
        add(text, "RetryIntervals", String.join(",", pace.retryIntervals().stream().map(OwnConnector::span).toList()),
                !pace.retryIntervals().isEmpty());
        return text.toString();
    }

    private static void add(StringBuilder text, String parameter, @Nullable Object value, boolean wanted) {
        if (wanted) text.append(" -").append(parameter).append(' ').append(value);
    }

    private static String span(Duration one) { return one.toSeconds() + "s"; }

    /// One that no connector has.
    private String name(Domain domain) {
        String full = domain.ascii();
        String name = full.substring(0, Math.min(full.length(), NAME_CHARACTERS_MAX));
        String free = name;
        for (int i = 2; connectors.find(free).isPresent(); i++)
            free = name + "-" + i;
        return free;
    }
}
