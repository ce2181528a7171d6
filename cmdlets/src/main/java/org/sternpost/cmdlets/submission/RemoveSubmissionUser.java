package org.sternpost.cmdlets.submission;

import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name.Impact;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.SubmissionUserView;

/// Takes away that somebody may submit mail by a password; what it handed in goes on its way.
@Name(verb = Verb.Remove, noun = "SubmissionUser", summary = "Lets somebody submit no mail by a password any "
        + "more.", impact = Impact.Medium)
@Example(shows = "See what it would do", run = "Remove-SubmissionUser printer -WhatIf", prints = """
        What if: Remove-SubmissionUser on SubmissionUser printer
          password: (set) → (none)
          warning: its open sessions hand in no further message; mail that it handed in goes on
        """)
public record RemoveSubmissionUser(
        @Param(value = "Name of the user.", position = 0, pipeline = true, names = "users") String name)
        implements
            Cmdlet.Change<SubmissionUserView> {

    @Override
    public Plan<SubmissionUserView> plan(Management engine) throws ManagementException {
        return engine.submissionUsers().remove(name);
    }
}
