package org.sternpost.engine.control;

import java.io.IOException;
import java.util.List;
import org.sternpost.engine.control.ManagementException.Kind;

/// The sentences of no that several subjects share.
final class Refusal {

    private static final int NAMES_SHOWN_MAX = 10;

    private Refusal() {}

    static ManagementException notFound(String what, String name, List<String> known) {
        String hint = known.stream().filter(other -> other.toLowerCase().startsWith(name.toLowerCase()))
                .findFirst().map(other -> "did you mean '" + other + "'?").orElse(known.isEmpty()
                        ? "there is none"
                        : "there are: " + names(known));
        return new ManagementException(Kind.NotFound, "there is no " + what + " '" + name + "'", hint);
    }

    /// The first of them, and how many more there are.
    static String names(List<String> all) {
        return String.join(", ", all.stream().limit(NAMES_SHOWN_MAX).toList())
                + (all.size() > NAMES_SHOWN_MAX ? " and " + (all.size() - NAMES_SHOWN_MAX) + " more" : "");
    }

    static ManagementException invalid(IllegalArgumentException why) {
        return new ManagementException(Kind.Invalid, String.valueOf(why.getMessage()), "");
    }

    static ManagementException disk(IOException broken) {
        return new ManagementException(Kind.Unavailable, "the store failed: " + broken.getMessage(),
                "nothing was changed; look at the engine's log and the disk's free space");
    }
}
