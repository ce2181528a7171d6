package org.sternpost.cmdlets.transport;

import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name.Impact;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.ConnectorView;

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
        @Param.Group ConnectorParameters settings) implements Cmdlet.Change<ConnectorView> {

    @Override
    public Plan<ConnectorView> plan(Management engine) throws ManagementException {
        return engine.connectors().change(identity, now -> {
            var changed = settings.apply(now);
            return name == null ? changed : changed.withGeneral(changed.general().withName(name));
        });
    }
}
