package org.sternpost.engine.process;

import java.io.PrintStream;
import java.util.function.IntConsumer;

/// Ends the process when it could only go on as a corpse, and says why.
///
/// Installed by a program's `main` for all threads, those of the JDK too: without memory the one dies that wakes all
/// others. What else nobody caught is logged, and its thread alone has ended.
public final class LastWords implements Thread.UncaughtExceptionHandler {

    /// What the process ends with.
    public static final int EXIT_CODE = 71;

    private static final System.Logger LOG = System.getLogger(LastWords.class.getName());

    private final PrintStream err;
    private final IntConsumer end;

    LastWords(PrintStream err, IntConsumer end) {
        this.err = err;
        this.end = end;
    }

    /// From now on.
    public static void install(PrintStream err) {
        // No shutdown hooks: they would wait for the thread that died. Whatever was accepted is on the disk.
        Thread.setDefaultUncaughtExceptionHandler(new LastWords(err, Runtime.getRuntime()::halt));
    }

    @Override
    public void uncaughtException(Thread thread, Throwable thrown) {
        if (!EssentialThread.isFatal(thrown)) {
            LOG.log(System.Logger.Level.ERROR, "event=defect thread=" + thread.getName(), thrown);
            return;
        }
        try {
            String what = thrown instanceof EssentialThread.DiedError died
                    ? died.getMessage()
                    : "thread " + thread.getName() + " failed: " + thrown;
            err.println("sternpost: this process cannot go on and ends: " + what);
            err.println("  " + remedy(thrown));
            err.flush();
            LOG.log(System.Logger.Level.ERROR, "event=process-ends thread=" + thread.getName(), thrown);
        } finally {
            end.accept(EXIT_CODE);
        }
    }

    private static String remedy(Throwable thrown) {
        boolean memory = thrown instanceof OutOfMemoryError || thrown.getCause() instanceof OutOfMemoryError;
        return memory
                ? "give it more memory, such as JAVA_TOOL_OPTIONS=-Xmx1g, and start it again"
                : "start it again; what it logged tells its authors why";
    }
}
