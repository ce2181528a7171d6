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
import org.sternpost.engine.control.view.TlsExceptionView;
import org.sternpost.engine.mail.Domain;

/// Ends an exception; the next attempt is judged as all mail of its connector, also mail that waits. What recent mail
/// says would fail then is told, and asked about.
@Name(verb = Verb.Remove, noun = "TlsException", summary = "Ends an exception at once.", impact = Impact.Medium)
@Example(shows = "End it because the partner has mended its certificate", run = "Remove-TlsException gov "
        + "town.gov.example", prints = """
        TlsException gov/town.gov.example: tlsValidation Opportunistic → Enabled, …
        warning: from the next attempt on, …
        """)
public record RemoveTlsException(
        @Param(value = "Name of the connector.", position = 0, pipeline = true, names = "connectors") String connector,
        @Param(value = "Recipient domain.", position = 1, pipeline = true, names = "domains") Domain domain)
        implements
            Cmdlet.Change<TlsExceptionView> {

    @Override
    public Plan<TlsExceptionView> plan(Management engine) throws ManagementException {
        return engine.tlsExceptions().remove(connector, domain);
    }
}
