package org.sternpost.cmdlets.transport;

import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.ConnectorView;

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
        @Param.Group ConnectorParameters settings) implements Cmdlet.Change<ConnectorView> {

    @Override
    public Plan<ConnectorView> plan(Management engine) throws ManagementException {
        return engine.connectors().create(name, settings);
    }
}
