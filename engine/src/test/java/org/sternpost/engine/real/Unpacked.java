package org.sternpost.engine.real;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;

/// A folder of programs of others that `lab/real/install.sh` fills.
final class Unpacked {

    /// Where it says `required`, a machine without them fails the test; elsewhere it skips it, with the reason.
    private static final String SWITCH = "STERNPOST_REAL_SERVERS";

    private Unpacked() {}

    /// Skips the test where it is not there; fails it where it is required.
    ///
    /// @param what as people call what lies there
    static void require(String name, String what) {
        if (Files.isRegularFile(folder(name).resolve("versions"))) return;
        String why = folder(name) + " does not exist; lab/real/install.sh makes it (as root, on Debian)";
        if ("required".equals(System.getenv(SWITCH))) fail(what + " are required: " + why);
        abort(why);
    }

    static Path folder(String name) {
        String cache = System.getenv().getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache");
        return Path.of(cache, "sternpost", name);
    }

    /// Debian's own, which the unpacked modules are made for.
    static String python() { return Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3"; }
}
