package org.sternpost.engine.process;

/// A thread that must live as long as what it serves: its failure ends the process, in words, and whoever started the
/// process starts it again. Nothing accepted is lost by that; a process of which one thread is dead looks alive and
/// does nothing.
///
/// All threads of the engine and of the wire for shells, by their names; a test holds that none is missing here:
///
/// | essential | does |
/// |---|---|
/// | `smtp-accept` | takes the clients of a listener |
/// | `wire-accept` | takes the shells at the administrators' socket |
/// | `store-journal` | writes and syncs what is accepted |
/// | `store-writer` | changes the tables |
/// | `store-reader`, `store-search` | answer questions from the tables |
/// | `queue-load` | loads what waited at the start; a disk that does not answer is asked again |
/// | `schedule` | starts the sessions that deliver |
/// | `ticks`, `calls`, `policies`, `maintenance` | done now and then; each time it may fail by an exception |
/// | `outages` | the same: looks whether one of our own is over |
/// | `alerts` | looks for what somebody must be told of, and tells; each time it may fail by an exception |
/// | `pickup` | takes mail from the pickup directory; each look, and each file, may fail by an exception |
/// | `idle-sessions` | ends sessions that wait too long for mail |
/// | `tls-reports` | sends the reports of the day; each time it may fail by an exception |
///
/// | may fail alone | because |
/// |---|---|
/// | `smtp-session`, `smtp-refusal`, `smtp-dismissal`, `smtp-proxy` | a client sees its connection end, tries again |
/// | `wire-session`, `wire-request-`, `wire-writer`, `wire-reader`, `wire-refusal` | a shell is told, or sees it end |
/// | `delivery ` | its mail stays queued |
/// | `settlement ` | its mail is put back |
/// | `round` | nobody needs it longer than it takes |
/// | `deadline`, `session-end` | it only closes a connection |
/// | `stall-watch` | nobody is excused any more |
/// | `alarms` | it only starts others at their time, and is replaced where it ends |
/// | `store-disk` | whoever waits for its answer gets the failure |
/// | `tls-report`, `shadow`, `sts-refresh` | one of many things that are tried again |
/// | `readiness-probe` | who asked is told that the probe failed |
///
/// What fails alone is caught where it runs, but for that which tells of the whole process: see [#rethrowFatal].
public final class EssentialThread {

    /// An essential thread failed. Nobody catches it, so it reaches [LastWords].
    static final class DiedError extends Error {
        private static final long serialVersionUID = 1;

        DiedError(String thread, Throwable why) { super("thread " + thread + " failed: " + why, why); }
    }

    private EssentialThread() {}

    /// Starts a virtual thread.
    public static Thread start(String name, Runnable work) {
        return Thread.ofVirtual().name(name).start(() -> run(name, work));
    }

    /// Starts a platform thread: for native calls, which would hold the carrier of a virtual one, and for what must not
    /// wait for a carrier.
    public static Thread startPlatform(String name, Runnable work) {
        return Thread.ofPlatform().name(name).daemon().start(() -> run(name, work));
    }

    /// For whoever catches all that one task throws: what no task has for itself alone, such as memory that ran out,
    /// is thrown again. A stack that was too deep, or a class that is missing, is the task's own.
    public static void rethrowFatal(Throwable thrown) { if (isFatal(thrown)) throw (Error) thrown; }

    static boolean isFatal(Throwable thrown) {
        return thrown instanceof DiedError
                || thrown instanceof VirtualMachineError && !(thrown instanceof StackOverflowError);
    }

    private static void run(String name, Runnable work) {
        try {
            work.run();
        } catch (Throwable failed) {
            throw new DiedError(name, failed);
        }
    }
}
