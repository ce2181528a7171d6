package org.sternpost.engine.process;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.function.DoubleSupplier;
import org.sternpost.engine.time.Time;

/// Whether the processors of this machine have time left, whoever takes it.
public final class ProcessorLoad {

    private static final double BUSY = 0.85; // of all processors since the last look
    private static final Duration LOOK = Duration.ofMillis(50);

    private final DoubleSupplier load;
    private final Time time;
    private Instant next = Instant.MIN;
    private boolean spare = true;

    /// @param load since it was last asked, 0 to 1; negative or no number where it is not known
    ProcessorLoad(DoubleSupplier load, Time time) {
        this.load = load;
        this.time = time;
    }

    public static ProcessorLoad ofMachine(Time time) {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? new ProcessorLoad(system::getCpuLoad, time)
                : new ProcessorLoad(() -> -1, time);
    }

    /// True also where it is not known.
    public synchronized boolean hasSpare() {
        Instant now = time.steady();
        if (now.isBefore(next)) return spare;
        next = now.plus(LOOK);
        spare = !(load.getAsDouble() > BUSY);
        return spare;
    }
}
