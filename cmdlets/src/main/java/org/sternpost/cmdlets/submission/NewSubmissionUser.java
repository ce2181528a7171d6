package org.sternpost.cmdlets.submission;

import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.NewPassword;
import org.sternpost.cmdlets.Param;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.SubmissionUserView;

/// Lets an application or a person submit mail by a password, at listeners that say `auth: offered` or `required`.
@Name(verb = Verb.New, noun = "SubmissionUser", summary = "Lets somebody submit mail by a password.")
@Example(shows = "With a password from a file, as a script would", run = "New-SubmissionUser shop@example.com "
        + "-PasswordFile /run/shop.password -Comment 'web shop'", prints = """
        SubmissionUser shop@example.com: password → (set), comment → web shop
        …
        """)
public record NewSubmissionUser(
        @Param(value = "Name that the client sends; its case does not matter.", position = 0) String name,
        @Param(value = "File with the password, one line of UTF-8, read by the shell; - asks for it at the prompt, "
                + "without echo. Only what SCRAM-SHA-256 keeps of it leaves the "
                + "shell.", defaultValue = "'-'") NewPassword passwordFile,
        @Param(value = "Whether it may log in.", defaultValue = "$true") Boolean enabled,
        @Param(value = "For whoever wonders whose it is.", defaultValue = "''") String comment)
        implements
            Cmdlet.Change<SubmissionUserView> {

    @Override
    public Plan<SubmissionUserView> plan(Management engine) throws ManagementException {
        return engine.submissionUsers().create(name, SetSubmissionUser.keys(passwordFile), enabled, comment);
    }
}
