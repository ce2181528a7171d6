package org.sternpost.cmdlets.transport;

import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name.Impact;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.ConnectorView;

/// Removes a connector; its waiting mail goes by the connector that then matches.
@Name(verb = Verb.Remove, noun = "OutboundConnector", summary = "Removes an outbound connector.", impact = Impact.High)
@Example(shows = "See what would be touched", run = "Remove-OutboundConnector supplier -WhatIf", prints = """
    What if: Remove-OutboundConnector on OutboundConnector supplier
      name: supplier → (none)
      warning: …
    """)
@Example(shows = "Remove without being asked", run = "Remove-OutboundConnector supplier -Confirm:$false", prints = """
    OutboundConnector supplier: name supplier → (none)
    warning: …
    """)
public record RemoveOutboundConnector(
        @Param(value = "Name of the connector.", position = 0, pipeline = true, names = "connectors") String identity)
        implements
            Cmdlet.Change<ConnectorView> {

    @Override
    public Plan<ConnectorView> plan(Management engine) throws ManagementException {
        return engine.connectors().remove(identity);
    }
}
