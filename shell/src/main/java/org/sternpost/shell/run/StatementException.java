package org.sternpost.shell.run;

import java.io.IOException;
import org.sternpost.engine.control.ManagementException;

/// A statement that stopped: code and words for the operator, and the exit code it leads to.
public final class StatementException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String code;
    private final String hint;
    private final String operationId;
    private final int exit;

    public StatementException(String code, String message, String hint, int exit) {
        this(code, message, hint, exit, "");
    }

    private StatementException(String code, String message, String hint, int exit, String operationId) {
        super(message, null, false, false);
        this.code = code;
        this.hint = hint;
        this.exit = exit;
        this.operationId = operationId;
    }

    static StatementException of(ManagementException refused) {
        String code = refused.kind().name().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(java.util.Locale.ROOT);
        return new StatementException(code, String.valueOf(refused.getMessage()), refused.hint(),
                ExitCode.of(refused.kind()));
    }

    static StatementException of(IOException broken) {
        String why = broken.getMessage();
        if (broken instanceof ReconnectingClient.EngineUnavailableException none)
            return new StatementException("UNREACHABLE", String.valueOf(why), none.hint(), ExitCode.UNREACHABLE);
        return new StatementException("UNREACHABLE", "the engine cannot be reached" + (why == null ? "" : ": " + why),
                "does it run? sternpost engine", ExitCode.UNREACHABLE);
    }

    /// The same, naming the change that may or may not have been applied.
    StatementException during(String operation) {
        return new StatementException(code, message(), hint, exit, operation);
    }

    public String code() { return code; }

    public String message() { return String.valueOf(getMessage()); }

    public String hint() { return hint; }

    public String operationId() { return operationId; }

    public int exit() { return exit; }

    /// A block that failed on one record; the pipeline goes on with the next.
    public static final class RecordException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final String code;
        private final String hint;

        public RecordException(String code, String message, String hint) {
            super(message, null, false, false);
            this.code = code;
            this.hint = hint;
        }

        StatementException asFailure() {
            return new StatementException(code, String.valueOf(getMessage()), hint, ExitCode.FAILED);
        }
    }
}
