package org.sternpost.lab;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/// Says every ten seconds how far something long is, until it is closed, for whoever waits before a silent screen.
public final class Progress implements AutoCloseable {

    private static final Duration EVERY = Duration.ofSeconds(10);

    private final Thread teller;

    private Progress(Thread teller) { this.teller = teller; }

    /// @param doing  what is counted, such as `kills`
    /// @param done   how many of them are over; asked from another thread
    /// @param beside what there is to say beside; may be empty
    public static Progress of(PrintStream out, String doing, int all, IntSupplier done, Supplier<String> beside) {
        return of(out, EVERY, doing, all, done, beside);
    }

    public static Progress of(PrintStream out, String doing, int all, IntSupplier done) {
        return of(out, doing, all, done, () -> "");
    }

    static Progress of(PrintStream out, Duration every, String doing, int all, IntSupplier done,
            Supplier<String> beside) {
        long begun = System.nanoTime();
        return new Progress(Thread.ofPlatform().daemon().name("progress").start(() -> {
            try {
                while (true) {
                    TimeUnit.NANOSECONDS.sleep(every.toNanos());
                    int now = done.getAsInt();
                    out.println(line(doing, now, all, beside.get(), (System.nanoTime() - begun) / 1e9));
                }
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    /// How long the rest takes nobody knows before the first one is over.
    static String line(String doing, int done, int all, String beside, double seconds) {
        var left = Duration.ofSeconds(done == 0 ? 0 : (long) (seconds / done * (all - done)));
        return String.format(Locale.ROOT, "  %s: %,d of %,d%s%s%s", doing, done, all, beside.isEmpty() ? "" : ", ",
                beside, done == 0 || done >= all
                        ? ""
                        : String.format(Locale.ROOT, "; %d:%02d min left", left.toMinutes(), left.toSecondsPart()));
    }

    /// Returns once nothing more is said.
    @Override
    public void close() {
        teller.interrupt();
        try {
            teller.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
