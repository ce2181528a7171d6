package org.sternpost.cmdlets.report;

import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name.Impact;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.DkimKeyView;
import org.sternpost.engine.mail.Domain;

/// Removes a key; its secret part is gone then.
@Name(verb = Verb.Remove, noun = "DkimKey", summary = "Removes a key that signed TLS reports.", impact = Impact.High)
@Example(shows = "See what would be lost", run = "Remove-DkimKey example.com s1 -WhatIf", prints = """
        What if: Remove-DkimKey on DkimKey s1._domainkey.example.com
          key: RSA s1._domainkey.example.com → (none)
        """)
public record RemoveDkimKey(
        @Param(value = "Domain that signs.", position = 0, pipeline = true) Domain domain,
        @Param(value = "Name of the key within the domain.", position = 1, pipeline = true) String selector)
        implements
            Cmdlet.Change<DkimKeyView> {

    @Override
    public Plan<DkimKeyView> plan(Management engine) throws ManagementException {
        return engine.tlsReports().removeKey(domain, selector);
    }
}
