package org.sternpost.cmdlets.transport;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.ConnectorView;

/// Shows outbound connectors; unlike in Exchange, none is hidden.
@Name(verb = Verb.Get, noun = "OutboundConnector", summary = "Shows outbound connectors.")
@Example(shows = "See every connector and its mode", run = "Get-OutboundConnector", prints = """
    Name      Enabled  TlsValidation  RecipientDomains …
    --------  …
    clubs     True     Opportunistic  club.example …
    Default   True     Opportunistic  * …
    gov       True     Enabled        *.gov.example …
    …
    supplier  True     Disabled       supplier.example …
    """)
@Example(shows = "Read all settings of one", run = "Get-OutboundConnector gov", prints = """
    Name                  : gov
    …
    TlsValidation         : Enabled
    …
    """)
@Example(shows = "Find what still delivers unproven mail", run = "Get-OutboundConnector -TlsValidation Opportunistic "
        + "| Select-Object Name, TlsValidation", prints = """
        Name      TlsValidation
        --------  -------------
        clubs     Opportunistic
        Default   Opportunistic
        insurers  Opportunistic
        schools   Opportunistic
        """)
public record GetOutboundConnector(
        @Param(value = "Name of the connector; all when not "
                + "given.", position = 0, pipeline = true, names = "connectors") @Nullable String identity,
        @Param("Only connectors in this mode.") @Nullable TlsValidation tlsValidation)
        implements
            Cmdlet.Query<ConnectorView> {

    @Override
    public Stream<ConnectorView> run(Management engine) throws ManagementException {
        var found = identity == null
                ? engine.connectors().all().stream()
                : Stream.of(engine.connectors().named(identity));
        return found.filter(view -> tlsValidation == null || view.tlsValidation() == tlsValidation);
    }
}
