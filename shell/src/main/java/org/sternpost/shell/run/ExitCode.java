package org.sternpost.shell.run;

import org.sternpost.engine.control.ManagementException;

/// What the process tells its caller.
public final class ExitCode {

    public static final int DONE = 0;
    public static final int FAILED = 1;
    public static final int NOT_UNDERSTOOD = 2;
    public static final int PARTLY = 3;
    public static final int UNREACHABLE = 5;
    public static final int TIMEOUT = 6;
    public static final int UNCONFIRMED = 7;
    public static final int CONDITION_FALSE = 8;
    public static final int ENDED_OTHERWISE = 9;
    public static final int DEFECT = 70;
    public static final int INTERRUPTED = 130;

    private ExitCode() {}

    static int of(ManagementException.Kind kind) {
        return switch (kind) {
            case NotFound, Exists, Invalid, Conflict -> FAILED;
            case Unavailable -> UNREACHABLE;
            case Timeout -> TIMEOUT;
            case EndedOtherwise -> ENDED_OTHERWISE;
        };
    }
}
