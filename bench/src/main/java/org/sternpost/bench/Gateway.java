package org.sternpost.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

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

        /// Messages that it still keeps, to try them again later.
        int waiting() throws IOException, InterruptedException;

        /// Ends it as an operator would; says how long that took.
        Duration stop();

        @Override
        default void close() { stop(); }
    }

    /// What it means to carry mail in this comparison: both servers do the same.
    enum Security {
        /// A host's TLSA records must match, or mail waits (RFC 7672).
        dane,
        /// TLS with anybody who offers it (RFC 7435).
        opportunistic
    }
}
