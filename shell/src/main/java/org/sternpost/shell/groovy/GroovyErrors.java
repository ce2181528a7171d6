package org.sternpost.shell.groovy;

import static java.util.stream.Collectors.joining;

import groovy.lang.Closure;
import groovy.lang.GroovyRuntimeException;
import groovy.lang.MissingMethodException;
import groovy.lang.MissingPropertyException;
import java.util.Arrays;
import java.util.function.Supplier;
import org.codehaus.groovy.control.CompilationFailedException;
import org.codehaus.groovy.control.MultipleCompilationErrorsException;
import org.codehaus.groovy.control.messages.SyntaxErrorMessage;
import org.jspecify.annotations.Nullable;
import org.sternpost.shell.run.ExitCode;
import org.sternpost.shell.run.StatementException;
import org.sternpost.shell.run.StatementException.RecordException;

/// Says in the shell's words what went wrong in Groovy.
final class GroovyErrors {

    private GroovyErrors() {}

    /// Runs a block on one record; whatever it throws concerns that record alone.
    static @Nullable Object guarded(Supplier<@Nullable Object> block) {
        try {
            return block.get();
        } catch (CmdletException failed) {
            throw new RecordException(failed.getCode(), String.valueOf(failed.getMessage()), failed.getHint());
        } catch (Exception | AssertionError broken) { // Groovy throws InterruptedException undeclared.
            throw new RecordException("GROOVY", said(broken), "");
        }
    }

    /// What ended a script.
    static StatementException of(Throwable broken, String file) {
        return switch (broken) {
            case CmdletException failed -> failed.asFailure();
            case CompilationFailedException unreadable ->
                new StatementException("SCRIPT_SYNTAX", compile(unreadable), "",
                        ExitCode.NOT_UNDERSTOOD);
            case InterruptedException _ -> new StatementException("CANCELLED", "cancelled", "", ExitCode.INTERRUPTED);
            default -> new StatementException("GROOVY", said(broken) + place(broken, file), "", ExitCode.FAILED);
        };
    }

    /// The first error of a compilation with its line and column.
    static String compile(CompilationFailedException unreadable) {
        if (unreadable instanceof MultipleCompilationErrorsException many
                && many.getErrorCollector().getErrors().getFirst() instanceof SyntaxErrorMessage first) {
            var cause = first.getCause();
            return cause.getOriginalMessage().strip() + " (line " + cause.getLine() + ":" + cause.getStartColumn()
                    + ")";
        }
        return String.valueOf(unreadable.getMessage());
    }

    private static String said(Throwable broken) {
        String message = String.valueOf(broken.getMessage());
        return switch (broken) {
            case MissingPropertyException missing when missing.getProperty() == null -> message;
            case MissingPropertyException missing -> "there is no property or variable " + missing.getProperty();
            case MissingMethodException missing -> "there is no method " + missing.getMethod()
                    + Arrays.stream(missing.getArguments()).map(GroovyErrors::type).collect(joining(", ", " (", ")"));
            case GroovyRuntimeException _,AssertionError _ -> message;
            default -> broken.getClass().getSimpleName() + ": " + message;
        };
    }

    private static String type(@Nullable Object argument) {
        return argument == null
                ? "null"
                : argument instanceof Closure ? "Closure" : argument.getClass().getSimpleName();
    }

    private static String place(Throwable broken, String file) {
        for (StackTraceElement frame : broken.getStackTrace())
            if (file.equals(frame.getFileName())) return " (line " + frame.getLineNumber() + ")";
        return "";
    }
}
