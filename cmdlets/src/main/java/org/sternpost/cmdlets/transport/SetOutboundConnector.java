package org.sternpost.cmdlets.transport;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Param.Clearable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name.Impact;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Param.SetEdit;
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

/// Changes what is given of an outbound connector and leaves the rest. Of a change that would insist on proofs it says
/// which mail of the last week would have failed, and asks.
@Name(verb = Verb.Set, noun = "OutboundConnector", summary = "Changes an outbound connector.", impact = Impact.Medium)
@Example(shows = "Let mail flow when validation fails, and record that it did", run = "Set-OutboundConnector gov "
        + "-TlsValidation Opportunistic", prints = """
        …
        OutboundConnector gov: tlsValidation Enabled → Opportunistic…
        …
        """)
@Example(shows = "Add a domain and take one away", run = "Set-OutboundConnector gov -RecipientDomains "
        + "@{Add='city.example'; Remove='*.gov.example'} -WhatIf", prints = """
        …
        …recipientDomains…
        …
        """)
public record SetOutboundConnector(
        @Param(value = "Name of the connector.", position = 0, pipeline = true, names = "connectors") String identity,
        @Param("New name.") @Nullable String name,
        @Param("Domains it serves: a,b replaces them, @{Add=a; Remove=b} edits "
                + "them.") @Nullable SetEdit<DomainPattern> recipientDomains,
        @Param("Allows * in -RecipientDomains, which means every domain.") boolean allDomains,
        @Param("Deliver to the MX hosts of the recipient's domain; $false needs "
                + "-SmartHosts.") @Nullable Boolean useMXRecord,
        @Param(value = "Next hops when -UseMXRecord is $false: a,b replaces them, @{Add=a; Remove=b} edits "
                + "them.", clearable = true) @Nullable SetEdit<HostPort> smartHosts,
        @Param(value = "What becomes of mail when DANE or MTA-STS fails: Enabled holds it back, Opportunistic records "
                + "it and delivers, Disabled does not look.") @Nullable TlsValidation tlsValidation,
        @Param("Whether DANE is looked at, and whether it is demanded.") @Nullable SmtpDaneMode smtpDaneMode,
        @Param("Whether MTA-STS is looked at, and whether it is demanded.") @Nullable MtaStsMode mtaStsMode,
        @Param("What every session must have, whatever DANE and MTA-STS say: EncryptionOnly wants "
                + "TLS, CertificateValidation a chain to a trusted authority for whatever name, "
                + "DomainValidation one for -TlsDomain.") @Nullable TlsSettings tlsSettings,
        @Param(value = "Name that the certificate must have under -TlsSettings DomainValidation, as an "
                + "alternative name.", clearable = true) @Nullable Clearable<String> tlsDomain,
        @Param(value = "TCP port of the next hops; $null is the "
                + "engine's.", clearable = true) @Nullable Clearable<Integer> port,
        @Param(value = "Local address to connect from.", clearable = true) @Nullable Clearable<String> sourceIPAddress,
        @Param(value = "Name said in EHLO; $null is the engine's host "
                + "name.", clearable = true) @Nullable Clearable<Domain> fqdn,
        @Param(value = "Largest message; $null is no "
                + "limit.", clearable = true) @Nullable Clearable<Size> maxMessageSize,
        @Param(value = "How long mail waits before it returns; $null is the engine's "
                + "limit.", clearable = true) @Nullable Clearable<Duration> messageExpiration,
        @Param("Whether it takes mail.") @Nullable Boolean enabled,
        @Param(value = "Free text for colleagues.", clearable = true) @Nullable Clearable<String> comment)
        implements
            Cmdlet.Change<ConnectorView> {

    public SetOutboundConnector {
        if (recipientDomains != null) {
            List<DomainPattern> replaced = recipientDomains.replace();
            Edits.refuseAll(replaced == null ? recipientDomains.add() : replaced, allDomains);
        }
    }

    @Override
    public Plan<ConnectorView> plan(Management engine) throws ManagementException {
        var clear = new HashSet<String>();
        if (smartHosts != null && smartHosts.replace() instanceof List<HostPort> hosts && hosts.isEmpty())
            clear.add("smartHosts");
        var edit = new ConnectorEdit(name, enabled, comment == null ? null : comment.asOptional().orElse(""),
                Edits.list(recipientDomains).orElse(null), useMXRecord,
                clear.isEmpty() ? Edits.list(smartHosts).orElse(null) : null, tlsValidation, smtpDaneMode, mtaStsMode,
                tlsSettings, Edits.value(tlsDomain, "tlsDomain", clear).orElse(null),
                port == null ? null : port.asOptional().orElse(0),
                Edits.value(sourceIPAddress, "sourceIpAddress", clear).orElse(null),
                Edits.value(fqdn, "fqdn", clear).map(Domain::ascii).orElse(null),
                maxMessageSize == null ? null : maxMessageSize.asOptional().map(Size::bytes).orElse(0L),
                Edits.value(messageExpiration, "messageExpiration", clear).orElse(null), clear);
        return engine.connectors().change(identity, edit);
    }
}
