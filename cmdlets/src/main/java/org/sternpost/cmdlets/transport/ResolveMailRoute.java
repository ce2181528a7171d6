package org.sternpost.cmdlets.transport;

import java.util.stream.Stream;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.MailRouteView;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;

/// Explains which connector, hosts and proofs a recipient's mail would meet; sends and connects nothing.
@Name(verb = Verb.Resolve, noun = "MailRoute", summary = "Explains the route that mail to a recipient would take.")
@Example(shows = "Learn why a domain uses this connector", run = "Resolve-MailRoute anna@tax.gov.example | "
        + "Format-List Connector, TlsValidation", prints = """
    Connector     : gov
    TlsValidation : Enabled
    """)
public record ResolveMailRoute(
        @Param(value = "Address or domain of the "
                + "recipient.", position = 0, pipeline = true, names = "domains") String recipient)
        implements
            Cmdlet.Query<MailRouteView> {

    public ResolveMailRoute { domain(recipient); }

    @Override
    public Stream<MailRouteView> run(Management engine) throws ManagementException {
        return Stream.of(engine.tls().route(domain(recipient)));
    }

    private static Domain domain(String recipient) {
        try {
            return recipient.contains("@") ? Address.of(recipient).domain() : Domain.of(recipient);
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException("-Recipient: " + bad.getMessage(), bad);
        }
    }
}
