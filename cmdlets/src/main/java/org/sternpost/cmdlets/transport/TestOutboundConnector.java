package org.sternpost.cmdlets.transport;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.ConnectorTestView;
import org.sternpost.engine.mail.Domain;

/// Tries a connector step by step; unlike Exchange's validation it sends no message.
@Name(verb = Verb.Test, noun = "OutboundConnector", summary = "Tries a connector up to MAIL FROM; sends "
        + "nothing.", aliases = "Validate-OutboundConnector")
@Example(shows = "Find the step at which a recipient's domain fails", run = "Test-OutboundConnector gov -Domain "
        + "tax.gov.example", prints = """
        TaskName    IsTaskSuccessful  Target …
        ----------  ----------------  …
        Resolve     True              tax.gov.example …
        Connection  True              mx.tax.gov.example …
        TLS         False             mx.tax.gov.example …
        """)
public record TestOutboundConnector(
        @Param(value = "Name of the connector.", position = 0, pipeline = true, names = "connectors") String identity,
        @Param(value = "Recipient domain whose hosts are tried; a connector with smart hosts needs "
                + "none.", names = "domains") @Nullable Domain domain)
        implements
            Cmdlet.Query<ConnectorTestView> {

    @Override
    public Stream<ConnectorTestView> run(Management engine) throws ManagementException {
        return engine.tls().connector(identity, domain).stream();
    }
}
