package org.sternpost.shell.run;

import java.util.Optional;
import org.sternpost.cmdlets.NewPassword;
import org.sternpost.shell.bind.BindException;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.SyntaxError;

/// Asks for a password twice, without echo; what was typed is kept nowhere.
final class PasswordQuestion {

    private static final String REMEDY = "-PasswordFile names a file that holds it";

    private PasswordQuestion() {}

    static NewPassword ask(Console console, Span span) throws BindException {
        if (!console.isInteractive())
            throw refused("PASSWORD_UNASKED", "nobody is there to be asked for a password", span, REMEDY);
        Optional<String> first = console.askHidden("Password: ");
        Optional<String> second = first.isEmpty() ? first : console.askHidden("Once more: ");
        if (first.isEmpty() || second.isEmpty())
            throw refused("PASSWORD_UNASKED", "no password was given; nothing was done", span, REMEDY);
        if (!first.equals(second))
            throw refused("PASSWORD_DIFFERS", "the two passwords differ; nothing was done", span, "");
        try {
            return NewPassword.typed(first.get());
        } catch (IllegalArgumentException unfit) {
            throw refused("VALUE_TYPE", String.valueOf(unfit.getMessage()), span, "");
        }
    }

    private static BindException refused(String code, String why, Span span, String remedy) {
        return new BindException(new SyntaxError(code, why, span, remedy));
    }
}
