package org.sternpost.lab.policy;

import java.util.ArrayList;
import java.util.List;

/// Takes the reports that senders POST (RFC 8460 §5.4), and keeps the last of them.
public final class ReportBox {
    private static final int KEPT_MAX = 10_000;
    private static final int OCTETS_MAX = 10 << 20;

    private final List<Posted> posted = new ArrayList<>();

    /// One report as it came.
    public record Posted(String path, String contentType, byte[] body) {
        public Posted { body = body.clone(); }

        @Override
        public byte[] body() { return body.clone(); }
    }

    /// All so far, oldest first.
    public synchronized List<Posted> all() { return List.copyOf(posted); }

    /// The status to answer with.
    synchronized int keep(Posted report) {
        if (report.body().length > OCTETS_MAX) {
            return 413;
        }
        if (!report.contentType().startsWith("application/tlsrpt+")) {
            return 415;
        }
        if (posted.size() < KEPT_MAX) {
            posted.add(report);
        }
        return 201;
    }
}
