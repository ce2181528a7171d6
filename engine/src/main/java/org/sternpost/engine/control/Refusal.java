package org.sternpost.engine.control;

import java.io.IOException;
import java.util.List;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.mail.Nearest;
import org.sternpost.engine.queue.SearchCutException;
import org.sternpost.engine.store.SqliteDatabase.SearchEndedException;

/// The sentences of no that several subjects share.
final class Refusal {

    private static final int NAMES_SHOWN_MAX = 10;

    private Refusal() {}

    /// @param comes how one comes to be, for whom no name of those there are would help
    static ManagementException notFound(String what, String name, List<String> known, String comes) {
        String hint = Nearest.to(name, known).map(other -> "did you mean '" + other + "'?")
                .orElse((known.isEmpty() ? "there is none; " : "there are: " + names(known) + "; ") + comes);
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

    /// Of a search that ends before all was looked at.
    ///
    /// @param again the command that goes on from there
    static ManagementException search(IOException broken, String again) {
        if (broken instanceof SearchEndedException)
            return new ManagementException(Kind.Timeout, broken.getMessage() + "; nothing else was held up by it",
                    "it goes on with: " + again + "; or ask for less: fewer days by -StartDate, one domain");
        if (broken instanceof SearchCutException cut)
            return new ManagementException(Kind.Timeout, "the search looked at " + cut.looked() + " messages, all "
                    + "that were received since " + cut.reached() + "; older ones were not looked at",
                    "it goes on with: " + again + "; a recipient's domain, -MessageId and "
                            + "-MessageTraceId are found at once");
        return disk(broken);
    }

    static ManagementException disk(IOException broken) {
        if (broken instanceof SearchEndedException)
            return new ManagementException(Kind.Timeout, broken.getMessage() + "; nothing else was held up by it",
                    "ask for less: fewer days by -StartDate, one connector, one domain");
        return new ManagementException(Kind.Unavailable, "the store failed: " + broken.getMessage(),
                "nothing was changed; look at the engine's log and the disk's free space");
    }
}
