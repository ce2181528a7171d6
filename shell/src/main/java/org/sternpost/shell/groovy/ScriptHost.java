package org.sternpost.shell.groovy;

import java.io.IOException;
import java.util.List;

/// Starts engines for a script: the one of the settings, or one that lives in a practice internet.
public interface ScriptHost {

    Practice start() throws IOException;

    /// The engine of the settings: the running one, else one in this process until the script ends.
    void startEngine() throws IOException;

    /// A running practice internet; the script's cmdlets speak to its engine until it is closed.
    interface Practice extends AutoCloseable {

        List<String> getDomains();

        /// How many messages reached a domain.
        long count(String domain);

        List<?> received(String domain);

        /// Repairs a domain as its postmaster would.
        void mend(String domain);

        @Override
        void close() throws IOException;
    }
}
