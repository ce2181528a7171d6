package org.sternpost.cmdlets.transport;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Param.Size;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.HostPort;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.ConnectorEdit;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.ConnectorView;
import org.sternpost.engine.mail.Domain;

/// Makes an outbound connector; what is not given takes the values that Exchange would give.
@Name(verb = Verb.New, noun = "OutboundConnector", summary = "Makes an outbound connector.")
@Example(shows = "Insist on DANE or MTA-STS for two banks", run = "New-OutboundConnector banks -RecipientDomains "
        + "bank.example,*.bank.example -TlsValidation Enabled", prints = """
        …
        OutboundConnector banks: …
        …
        """)
@Example(shows = "See what a route over a smart host would set, without making it", run = "New-OutboundConnector "
        + "partner -RecipientDomains partner.example -UseMXRecord $false "
        + "-SmartHosts relay.partner.example:587 -WhatIf", prints = """
        …
        …OutboundConnector partner…
        …
        """)
public record NewOutboundConnector(
        @Param(value = "Name, unique, up to 64 characters.", position = 0) String name,
        @Param("Domains it serves: example.org, *.example.org for sub-domains, .example.org for "
                + "both.") @Nullable List<DomainPattern> recipientDomains,
        @Param("Allows * in -RecipientDomains, which means every domain.") boolean allDomains,
        @Param(value = "Deliver to the MX hosts of the recipient's domain; $false needs "
                + "-SmartHosts.", defaultValue = "$true") Boolean useMXRecord,
        @Param("Next hops, in turn, when -UseMXRecord is $false.") @Nullable List<HostPort> smartHosts,
        @Param(value = "What becomes of mail when DANE or MTA-STS fails: Enabled holds it back, Opportunistic records "
                + "it and delivers, Disabled does not "
                + "look.", defaultValue = "Opportunistic") TlsValidation tlsValidation,
        @Param(value = "Whether DANE is looked at, and whether it is "
                + "demanded.", defaultValue = "Opportunistic") SmtpDaneMode smtpDaneMode,
        @Param(value = "Whether MTA-STS is looked at, and whether it is "
                + "demanded.", defaultValue = "Opportunistic") MtaStsMode mtaStsMode,
        @Param(value = "What every session must have, whatever DANE and MTA-STS say: EncryptionOnly wants "
                + "TLS, CertificateValidation a chain to a trusted authority for whatever name, "
                + "DomainValidation one for -TlsDomain.", defaultValue = "None") TlsSettings tlsSettings,
        @Param("Name that the certificate must have under -TlsSettings DomainValidation, as an "
                + "alternative name.") @Nullable String tlsDomain,
        @Param("TCP port of the next hops; the engine's port when not given.") @Nullable Integer port,
        @Param("Local address to connect from.") @Nullable String sourceIPAddress,
        @Param("Name said in EHLO; the engine's host name when not given.") @Nullable Domain fqdn,
        @Param("Largest message; no limit of its own when not given.") @Nullable Size maxMessageSize,
        @Param("How long mail waits before it returns; the engine's limit when not "
                + "given.") @Nullable Duration messageExpiration,
        @Param(value = "Whether it takes mail.", defaultValue = "$true") Boolean enabled,
        @Param("Free text for colleagues.") @Nullable String comment) implements Cmdlet.Change<ConnectorView> {

    public NewOutboundConnector { if (recipientDomains != null) Edits.refuseAll(recipientDomains, allDomains); }

    @Override
    public Plan<ConnectorView> plan(Management engine) throws ManagementException {
        return engine.connectors().create(new ConnectorEdit(name, enabled, comment,
                recipientDomains == null ? null : Edits.replace(recipientDomains),
                useMXRecord, smartHosts == null ? null : Edits.replace(smartHosts), tlsValidation, smtpDaneMode,
                mtaStsMode, tlsSettings, tlsDomain, port, sourceIPAddress, fqdn == null ? null : fqdn.ascii(),
                maxMessageSize == null ? null : maxMessageSize.bytes(), messageExpiration, Set.of()));
    }
}
