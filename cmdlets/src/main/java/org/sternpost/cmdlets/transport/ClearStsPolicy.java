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
import org.sternpost.engine.control.view.StsPolicyView;
import org.sternpost.engine.mail.Domain;

/// Forgets a policy, as when its domain has lost control of it; until it is fetched again nothing protects its mail.
@Name(verb = Verb.Clear, noun = "StsPolicy", summary = "Forgets the MTA-STS policy held of a "
        + "domain.", impact = Impact.High)
@Example(shows = "See what would be forgotten", run = "Clear-StsPolicy old.example -WhatIf", prints = """
    What if: Clear-StsPolicy on StsPolicy old.example
      policy: id …, mode enforce, mx mx.old.example, …
      warning: what is held protects mail to old.example …
    """)
public record ClearStsPolicy(
        @Param(value = "Policy domain.", position = 0, pipeline = true, names = "domains") Domain domain)
        implements
            Cmdlet.Change<StsPolicyView> {

    @Override
    public Plan<StsPolicyView> plan(Management engine) throws ManagementException {
        return engine.stsPolicies().clear(domain);
    }
}
