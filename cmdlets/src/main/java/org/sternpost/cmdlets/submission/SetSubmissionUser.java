package org.sternpost.cmdlets.submission;

import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.NewPassword;
import org.sternpost.cmdlets.Param;
import org.sternpost.engine.control.Management.UserEdit;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.SubmissionUserView;
import org.sternpost.engine.credential.ScramKeys;

/// Gives a submission user another password, or lets it log in no more.
@Name(verb = Verb.Set, noun = "SubmissionUser", summary = "Changes the password of a submission user, or whether it "
        + "may log in.")
@Example(shows = "Let it log in no more, for now", run = "Set-SubmissionUser printer -Enabled $false", prints = """
        SubmissionUser printer: enabled True → False
        warning: its open sessions hand in no further message
        """)
@Example(shows = "See what another password would change", run = "Set-SubmissionUser printer "
        + "-PasswordFile /run/shop.password -WhatIf", prints = """
        What if: Set-SubmissionUser on SubmissionUser printer
          password: (set) → (new)
          warning: its open sessions hand in no further message
        """)
public record SetSubmissionUser(
        @Param(value = "Name of the user.", position = 0, pipeline = true, names = "users") String name,
        @Param("File with the new password, one line of UTF-8, read by the shell; - asks for it at the prompt, "
                + "without echo.") @Nullable NewPassword passwordFile,
        @Param("Whether it may log in.") @Nullable Boolean enabled,
        @Param(value = "For whoever wonders whose it is.", clearable = true) @Nullable String comment)
        implements
            Cmdlet.Change<SubmissionUserView> {

    @Override
    public Plan<SubmissionUserView> plan(Management engine) throws ManagementException {
        ScramKeys keys = passwordFile == null ? null : keys(passwordFile);
        return engine.submissionUsers().change(name, new UserEdit(keys, enabled, comment));
    }

    /// The shell has asked by now, or there is nobody to ask.
    static ScramKeys keys(NewPassword password) throws ManagementException {
        return switch (password) {
            case NewPassword.Keys(var keys) -> keys;
            case NewPassword.Asked _ -> throw new ManagementException(Kind.Invalid, "no password was given",
                    "-PasswordFile names a file with it; at the prompt the shell asks for it");
        };
    }
}
