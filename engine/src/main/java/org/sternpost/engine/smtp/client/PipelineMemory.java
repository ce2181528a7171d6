package org.sternpost.engine.smtp.client;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;

/// Hosts that announce PIPELINING and lose commands that are sent together: for a while they are asked one by one.
public final class PipelineMemory {

    private static final int HOSTS_MAX = 10_000; // the latest are remembered
    private static final Duration REMEMBERED = Duration.ofDays(7);

    private final InstantSource time;
    private final LinkedHashMap<InetSocketAddress, Instant> lost = new LinkedHashMap<>();

    public PipelineMemory(InstantSource time) { this.time = time; }

    synchronized void lost(InetSocketAddress host) {
        lost.remove(host);
        if (lost.size() >= HOSTS_MAX) lost.pollFirstEntry();
        lost.put(host, time.instant().plus(REMEMBERED));
    }

    synchronized boolean isTrusted(InetSocketAddress host) {
        Instant until = lost.get(host);
        return until == null || !time.instant().isBefore(until);
    }
}
