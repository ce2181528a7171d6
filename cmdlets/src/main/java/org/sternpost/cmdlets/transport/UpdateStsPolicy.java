package org.sternpost.cmdlets.transport;

import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name.Impact;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.StsUpdateView;
import org.sternpost.engine.mail.Domain;

/// Fetches policies anew; a fetch that fails leaves in force what is held.
@Name(verb = Verb.Update, noun = "StsPolicy", summary = "Fetches an MTA-STS policy now, or all that are "
        + "due.", impact = Impact.Low)
@Example(shows = "Fetch a policy that a partner has just changed", run = "Update-StsPolicy example.org", prints = """
    StsPolicy example.org: example.org fetched … → now
    Domain       Result   Id          Mode     Detail
    -----------  -------  ----------  -------  …
    example.org  Changed  …enforce  id …; mode testing → enforce
    """)
public record UpdateStsPolicy(
        @Param(value = "Policy domain, also one whose policy is not held yet; every policy that is due when not "
                + "given.", position = 0, pipeline = true, names = "domains") @Nullable Domain domain)
        implements
            Cmdlet.Change<StsUpdateView> {

    @Override
    public Plan<StsUpdateView> plan(Management engine) throws ManagementException {
        return engine.stsPolicies().update(domain);
    }
}
