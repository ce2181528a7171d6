package org.sternpost.engine.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;

/// Which destinations took mail lately, also those that have none waiting now.
final class Answering {

    private static final int LANES_MAX = 20_000; // the latest are remembered
    private static final Duration REMEMBERED = Duration.ofDays(1);

    private final InstantSource time;
    private final LinkedHashMap<DestinationKey, Instant> lanes = new LinkedHashMap<>();

    Answering(InstantSource time) { this.time = time; }

    synchronized void answered(DestinationKey lane) {
        lanes.remove(lane);
        if (lanes.size() >= LANES_MAX) lanes.pollFirstEntry();
        lanes.put(lane, time.instant());
    }

    synchronized void silent(DestinationKey lane) { lanes.remove(lane); }

    synchronized boolean knows(DestinationKey lane) {
        Instant at = lanes.get(lane);
        return at != null && time.instant().isBefore(at.plus(REMEMBERED));
    }
}
