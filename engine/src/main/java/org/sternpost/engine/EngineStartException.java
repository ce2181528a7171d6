package org.sternpost.engine;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Optional;
import org.sternpost.engine.store.SqliteDatabase.StoreDamagedException;

/// Why an engine could not start, in words for who started it.
public final class EngineStartException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String hint;

    /// @param message names the setting or file and the reason
    /// @param hint    the remedy; empty text when the message says it
    public EngineStartException(String message, String hint, Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    /// What stood in the way, as a sentence: a start that fails prints no stack trace.
    static EngineStartException of(Throwable broken) {
        return switch (broken) {
            case AccessDeniedException denied -> new EngineStartException(denied.getFile() + ": permission denied",
                    "the engine runs as " + System.getProperty("user.name") + ", to whom all below its dataDirectory "
                            + "must belong",
                    denied);
            case FileAlreadyExistsException inTheWay -> new EngineStartException(inTheWay.getFile()
                    + " is in the way: something else belongs there", "move it elsewhere", inTheWay);
            case NoSuchFileException missing -> new EngineStartException(missing.getFile() + " does not exist", "",
                    missing);
            case StoreDamagedException damaged -> new EngineStartException(said(damaged), damaged.remedy(), damaged);
            case IOException refused -> new EngineStartException(said(refused), "", refused);
            case IllegalArgumentException refused -> new EngineStartException(said(refused), "", refused);
            default -> new EngineStartException("this is a defect of the engine: " + broken + place(broken),
                    "nothing was lost; its authors need this line", broken);
        };
    }

    private static String said(Exception why) { return Optional.ofNullable(why.getMessage()).orElse(why.toString()); }

    /// Where our own code met it.
    private static String place(Throwable defect) {
        return Arrays.stream(defect.getStackTrace()).filter(call -> call.getClassName().startsWith("org.sternpost."))
                .findFirst().map(call -> " at " + call).orElse("");
    }

    public String hint() { return hint; }
}
