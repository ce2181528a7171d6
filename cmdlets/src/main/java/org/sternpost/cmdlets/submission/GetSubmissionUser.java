package org.sternpost.cmdlets.submission;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.SubmissionUserView;

/// Shows who may submit mail by a password; of the password itself nothing.
@Name(verb = Verb.Get, noun = "SubmissionUser", summary = "Shows who may submit mail by a password.")
@Example(shows = "See all, and when each last logged in", run = "Get-SubmissionUser", prints = """
        Name     Enabled  LastSeen  Comment …
        -------  …
        printer  True     …         third floor…
        """)
public record GetSubmissionUser(
        @Param(value = "Name of the user; all when not "
                + "given.", position = 0, pipeline = true, names = "users") @Nullable String name)
        implements
            Cmdlet.Query<SubmissionUserView> {

    @Override
    public Stream<SubmissionUserView> run(Management engine) throws ManagementException {
        return engine.submissionUsers().all(name).stream();
    }
}
