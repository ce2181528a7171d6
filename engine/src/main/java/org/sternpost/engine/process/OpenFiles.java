package org.sternpost.engine.process;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;

/// How many files and connections the system lets this process have open at one time.
public final class OpenFiles {

    private OpenFiles() {}

    /// Empty where the system does not tell.
    public static OptionalLong most() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? OptionalLong.of(system.getMaxFileDescriptorCount())
                : OptionalLong.empty();
    }
}
