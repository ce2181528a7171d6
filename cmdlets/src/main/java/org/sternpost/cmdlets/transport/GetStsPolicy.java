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
import org.sternpost.engine.control.view.StsPolicyView;
import org.sternpost.engine.mail.Domain;

/// Shows the MTA-STS policies held: what each asks, until when, and what went wrong when it was last looked for.
@Name(verb = Verb.Get, noun = "StsPolicy", summary = "Shows the MTA-STS policies that the engine holds.")
@Example(shows = "See all that is held", run = "Get-StsPolicy", prints = """
    Domain       Id …Mode     Mx …
    -----------  …
    example.org  …testing  mx.example.org …
    old.example  …enforce  mx.old.example …
    """)
@Example(shows = "Find policies that cannot be renewed", run = "Get-StsPolicy | Where-Object RunningOut "
        + "| Format-List Domain, Expires, LastTrouble", prints = """
        Domain      : old.example
        Expires     : …
        LastTrouble : …HTTP status 404, not 200…
        """)
public record GetStsPolicy(
        @Param(value = "Policy domain; all when not "
                + "given.", position = 0, pipeline = true, names = "domains") @Nullable Domain domain)
        implements
            Cmdlet.Query<StsPolicyView> {

    @Override
    public Stream<StsPolicyView> run(Management engine) throws ManagementException {
        return engine.stsPolicies().all(domain).stream();
    }
}
