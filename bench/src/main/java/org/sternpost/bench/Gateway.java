package org.sternpost.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/// A server that takes mail and delivers it: what is measured.
sealed interface Gateway permits Sternpost, Postfix {

    String name();

    /// The software and its version, for the head of the table.
    String version() throws IOException;

    /// Starts one with an empty queue in an empty directory, for the names and mail hosts of `world`.
    Running start(World world, Row row, Path directory) throws IOException, InterruptedException;

    /// One that runs.
    interface Running extends AutoCloseable {

        /// Where it takes mail.
        InetSocketAddress submission();

        ProcessTree processes();

        /// What it says itself of messages that were accepted and did not arrive, by Message-ID; of one that it does
        /// not know, nothing.
        Map<String, Fate> fates(Set<String> messageIds) throws IOException, InterruptedException;

        /// Ends it as an operator would; says how long that took.
        Duration stop();

        @Override
        default void close() { stop(); }
    }

    /// What a server says became of a message.
    ///
    /// @param waiting it is still in the queue, to be tried again
    /// @param why     status, code and reason, in the server's words
    record Fate(boolean waiting, String why) {}

    /// What it means to carry mail in this comparison: both servers do the same.
    enum Security {
        /// A host's TLSA records must match, or mail waits (RFC 7672).
        dane,
        /// TLS with anybody who offers it (RFC 7435).
        opportunistic
    }
}
