package org.sternpost.engine.time;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// How long tests wait for what happens in real sockets and threads.
///
/// A test that fails because others compute is a fault: whatever must happen gets [#AMPLE], which an idle machine never
/// needs; only what hangs by design gets [#SHORT], because that ends the same way however late it is noticed.
public final class Patience {

    /// For what must happen.
    public static final Duration AMPLE = Duration.ofMinutes(5);

    /// The limit given to the product where nothing may run into it.
    public static final Duration UNMET = Duration.ofSeconds(60);

    /// The limit given to the product where something runs into it by design.
    public static final Duration SHORT = Duration.ofSeconds(1);

    private static final long LOOK_MILLIS = 2;

    private Patience() {}

    /// Returns once something has happened of which nobody tells.
    ///
    /// @param what it is, for whoever reads that it did not
    public static void until(String what, BooleanSupplier happened) throws InterruptedException {
        for (long end = System.nanoTime() + AMPLE.toNanos(); !happened.getAsBoolean();) {
            if (System.nanoTime() > end) throw new AssertionError("it never came that " + what);
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    /// Returns once a thread waits for somebody, which is as much as others can see of it; one that has ended never
    /// will.
    ///
    /// @param how `WAITING`, or `TIMED_WAITING` where it does not wait for ever
    public static void untilItWaits(Thread thread, Thread.State how) throws InterruptedException {
        until(thread + " waits", () -> {
            Thread.State state = thread.getState();
            if (state == Thread.State.TERMINATED) throw new AssertionError(thread + " ended and waited for nobody");
            return state == how;
        });
    }
}
