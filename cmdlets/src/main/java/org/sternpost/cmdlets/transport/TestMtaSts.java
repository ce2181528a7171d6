package org.sternpost.cmdlets.transport;

import java.util.stream.Stream;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.ProofView;
import org.sternpost.engine.mail.Domain;

/// Shows every record, its status, the rule that decides and what follows from it.
@Name(verb = Verb.Test, noun = "MtaSts", summary = "Checks a domain's MTA-STS the way delivery would.")
@Example(shows = "See whether Enabled would deliver", run = "Test-MtaSts old.example | Format-List "
        + "Domain, Satisfied", prints = """
    Domain    : old.example
    Satisfied : False
    """)
@Example(shows = "Read the single steps of the proof", run = "Test-MtaSts tax.gov.example | Select-Object "
        + "-ExpandProperty Steps", prints = """
        Asked                         Status  Answer …
        ----------------------------  ------  …
        tax.gov.example MX            Secure  10 mx.tax.gov.example …
        _mta-sts.tax.gov.example TXT  Secure  no such name (NXDOMAIN) …
        """)
public record TestMtaSts(
        @Param(value = "Recipient domain.", position = 0, pipeline = true, names = "domains") Domain domainName,
        @Param("Looks at DNS and policy alone and connects to no host.") boolean noConnect)
        implements
            Cmdlet.Query<ProofView> {

    @Override
    public Stream<ProofView> run(Management engine) throws ManagementException {
        return Stream.of(engine.tls().mtaSts(domainName, !noConnect));
    }
}
